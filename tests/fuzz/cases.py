"""What is spoilt: small files of many formats, and a VideoJob that uses everything."""

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from job_runner.effects.fonts import bundled
from tests.fuzz.mutate import bytes_of, document_of, text_of
from tests.unit.runner import odd
from tests.unit.runner.media import make_video
from tests.unit.runner.pitches import film_order

PLAIN = ("a.mp4", "b.mkv", "c.ts", "d.mp4", "e.avi", "f.mov", "g.webm")
ODD: dict[str, odd.Make] = {
    "h.avi": lambda path: odd.encoded(path, options={"bf": "2"}),
    "i.ts": odd.joined(),
    "j.mp4": odd.trimmed((Fraction(1), Fraction(2))),
    "k.mp4": odd.trimmed((Fraction(0), Fraction(1)), (Fraction(2), Fraction(1))),
    "l.avi": odd.with_exif,
    "m.mov": film_order,
    "n.gif": lambda path: odd.encoded(path, codec="gif", pixel_format="rgb8", frames=12),
    "o.mkv": odd.several_tracks,
    "p.mp4": odd.without_display_times,
    "q.mp4": odd.rotated(90),
    "r.mp4": odd.paused,
}
"""What cameras, phones and editors write: where a file's times, pictures and channels are not what they seem."""
CLIPS = (*PLAIN, *ODD)


def make_corpus(folder: Path) -> None:
    """A third of a second each; the odd ones are longer."""
    for name, make in ODD.items():
        make(folder / name)
    small: Any = {"frames": 12, "size": (64, 48)}
    make_video(folder / "a.mp4", sound=True, gop=4, **small)
    make_video(folder / "b.mkv", sound=True, times=odd.random_times(1, 12), **small)
    make_video(folder / "c.ts", sound=True, **small)
    odd.encoded(folder / "d.mp4", codec="libx265", options={"x265-params": "log-level=error"}, **small)
    odd.encoded(folder / "e.avi", codec="mpeg4", **small)
    odd.encoded(folder / "f.mov", codec="prores_ks", pixel_format="yuv422p10le", **small)
    odd.encoded(folder / "g.webm", codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}, **small)
    odd.sound_only(folder / "music.m4a", seconds=1)
    Image.new("RGBA", (40, 20), (255, 0, 0, 128)).save(folder / "logo.png")
    (folder / "font.ttf").write_bytes(bundled("NotoSansSymbols2_Regular").data)


def document(folder: Path, clip: str) -> dict[str, Any]:
    """Everything that the API has, over one clip."""
    box = {"left": 0.1, "top": 0.1, "width": 0.5, "height": 0.5}
    moving = [box, box | {"time": "200ms", "left": 0.3, "easing": "EaseIn"}]
    names = {"main": clip, "logo": "logo.png", "music": "music.m4a", "font": "font.ttf"}
    kinds: list[dict[str, Any]] = [
        {"box": {"stroke": "#FFD400"}}, {"ellipse": {"fill": "red"}}, {"spotlight": {}}, {"blur": {}}, {"pixelate": {}},
        {"text": {"content": "a★", "font": {"input": "font"}}}, {"image": {"input": "logo"}},
    ]  # fmt: skip
    video = {"encoder": "CPU", "preset": "Fast", "crf": 30}
    spec = {
        "inputs": [{"name": name, "uri": (folder / file).as_uri()} for name, file in names.items()],
        "timeline": {
            "fadeIn": {"duration": "80ms"},
            "clips": [
                {"input": "main", "end": "320ms", "framing": {"fit": "Contain", "keyframes": moving}},
                {"input": "main", "start": "80ms", "transition": {"type": "Crossfade", "duration": "80ms"}},
            ],
            "overlays": [kind | {"keyframes": moving} for kind in kinds],
            "audio": {"mode": "Replace", "replace": {"input": "music", "loop": True}, "normalize": {}},
        },
        "outputs": [{"uri": (folder / "out.mp4").as_uri(), "ifExists": "Replace", "video": video}],
        "checkpoint": {"segmentFrames": 30},
    }
    return {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob", "metadata": {"name": "fuzz"}, "spec": spec}


def media_case(corpus: Path, folder: Path, number: int) -> list[str]:
    """The command line of a render whose files are spoilt: mostly the clip, sometimes what else it needs."""
    dice = random.Random(number)
    clip = dice.choice(CLIPS)
    spoilt = clip if dice.random() < 0.8 else dice.choice(["logo.png", "music.m4a", "font.ttf"])
    for file in (clip, "logo.png", "music.m4a", "font.ttf"):
        data = (corpus / file).read_bytes()
        other = (corpus / dice.choice(CLIPS)).read_bytes()
        (folder / file).write_bytes(bytes_of(data, other, dice) if file == spoilt else data)
    (folder / "job.yaml").write_text(yaml.safe_dump(document(folder, clip)))
    return ["render", str(folder / "job.yaml"), "--workspace", str(folder / "work")]


def spec_case(corpus: Path, folder: Path, number: int) -> list[str]:
    """The command line of a check, against the files too, of a spoilt document or text."""
    dice = random.Random(number)
    good = document(corpus, "a.mp4")
    text = yaml.safe_dump(document_of(good, dice), allow_unicode=True, sort_keys=False)
    if dice.random() < 0.3:
        text = text_of(text, dice)
    (folder / "job.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    return ["validate", "--probe", str(folder / "job.yaml")]
