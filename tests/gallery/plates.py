"""What is shown: a title, words, the part of a spec that does it, and the moments to look at (seconds)."""

from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


def box(left: float, top: float, width: float, height: float, **more: Any) -> Object:
    """A keyframe."""
    return {"left": left, "top": top, "width": width, "height": height, **more}


@dataclass(frozen=True)
class Plate:
    """One picture of the book. `analyses`, `timeline` and `video` are parts of a VideoJob.

    `curve`: what was found is shown, as it is drawn beside the output, not the output itself.
    """

    name: str
    title: str
    words: str
    timeline: Object = field(default_factory=dict)
    video: Object = field(default_factory=dict)
    moments: tuple[float, ...] = (1.0,)
    analyses: tuple[Object, ...] = ()
    curve: bool = False


BUNNY: Object = {"input": "bunny", "end": "4s"}
HEAD = box(0.33, 0.06, 0.12, 0.3)
LATE = (3.8,)
SCRIPTS = "Größe · Ωμέγα · Привет · שלום · مرحبا · 日本語 · 한국어"
SENTENCE = "Three rodents, one rabbit and a butterfly that should not have been squashed"
LARGE: Object = {"width": 1280, "height": 720}


def joined(kind: str) -> Object:
    """Two clips with a transition of a second."""
    first, second = {"input": "bikes", "start": "6s", "end": "8s"}, {"input": "bunny", "end": "2s"}
    return {"clips": [first, second | {"transition": {"type": kind, "duration": "1s"}}]}


def overlay(**kind: Any) -> Object:
    """Over the whole of bigbuckbunny.mp4."""
    return {"clips": [BUNNY], "overlays": [kind]}


def words(content: str, keyframe: Object) -> Object:
    """On a ground that shows the box."""
    return {"text": {"content": content, "size": 0.07, "background": "#00000090"}, "keyframes": [keyframe]}


FACES: Object = {"name": "people", "input": "call", "detect": {"model": {"input": "faces"}, "minScore": 0.9}}
MOVING: Object = {"name": "moving", "input": "pieces", "motion": {}}
CALL: Object = {"input": "call"}
CALLER: Object = {"analysis": "people", "smooth": "300ms"}
TALKING = (0.2, 1.8, 2.9)


def of_faces(*overlays: Object) -> Object:
    """Over the whole of carphone_pristine.mp4."""
    return {"clips": [CALL], "overlays": list(overlays)}


SQUARES = overlay(pixelate={"blockSize": 0.04}, keyframes=[HEAD])
EARLY, MIDDLE = (1.1, 1.5, 1.9), (1.7, 1.96, 2.3)

PLATES = (
    Plate("box", "Box", "Outlined and filled, edges anti-aliased.", {
        "clips": [BUNNY],
        "overlays": [{"box": {"stroke": "#FFD400", "strokeWidth": 0.008}, "keyframes": [HEAD]},
                     {"box": {"fill": "#00408080"}, "keyframes": [box(0.6, 0.55, 0.3, 0.3)]}],
    }, moments=LATE),
    Plate("ellipse", "Ellipse", "A ring and a translucent disc.", {
        "clips": [BUNNY],
        "overlays": [{"ellipse": {"stroke": "white", "strokeWidth": 0.006}, "keyframes": [HEAD]},
                     {"ellipse": {"fill": "#FF000060"}, "keyframes": [box(0.6, 0.55, 0.3, 0.3)]}],
    }, moments=LATE),
    Plate("spotlight", "Spotlight", "The rest is dimmed; the edge is soft, and the light follows.", overlay(
        spotlight={"dim": 0.65, "feather": 0.3},
        keyframes=[box(0.3, 0.2, 0.25, 0.55), box(0.3, 0.0, 0.18, 0.45, time="3.8s", easing="EaseInOut")],
    ), moments=(1.0, 3.8)),
    Plate("blur", "Blur", "A face that nobody is to know.", overlay(blur={"radius": 0.03}, keyframes=[HEAD]), {}, LATE),
    Plate("pixelate", "Pixelate", "The same in squares.", SQUARES, {}, LATE),
    Plate("text", "Text", "Any script that the font has: outlined, wrapped, aligned, on a ground of its own.", {
        "clips": [BUNNY],
        "overlays": [
            {"text": {"content": "Big Buck Bunny", "size": 0.09, "weight": "Bold", "stroke": "black"},
             "keyframes": [box(0.04, 0.82, 0.7, 0.14)]},
            {"text": {"content": SCRIPTS, "size": 0.045, "align": "Right", "background": "#00000090"},
             "keyframes": [box(0.3, 0.03, 0.67, 0.09)]},
        ],
    }, moments=LATE),
    Plate("fit", "Text that does not fit", "It shrinks; long words break; what is still too much is cut, and noted.", {
        "clips": [BUNNY],
        "overlays": [
            words(SENTENCE, box(0.03, 0.04, 0.94, 0.1)), words(SENTENCE, box(0.03, 0.2, 0.4, 0.16)),
            words("Donaudampfschifffahrtsgesellschaft", box(0.03, 0.42, 0.16, 0.24)),
            words(SENTENCE, box(0.03, 0.72, 0.3, 0.06)),
        ],
    }, moments=LATE),
    Plate("detected", "What a detector finds", "A box around each, name and number above: one overlay a track.",
          of_faces({"box": {"stroke": "#FFD400", "strokeWidth": 0.008}, "keyframesFrom": CALLER},
                   {"text": {"content": "{label} {track}", "size": 0.09, "background": "#000000A0"},
                    "keyframesFrom": CALLER | {"place": "Above"}}), {}, TALKING, (FACES,)),
    Plate("faces", "Every face", "Blurred wherever it goes; what hides is never smaller than what was detected.",
          of_faces({"blur": {}, "keyframesFrom": {"analysis": "people", "margin": 0.2, "hold": "500ms"}}),
          {}, TALKING, (FACES,)),
    Plate("follow", "A crop that follows", "Nearly square to 9:16: the camera stands while it can, and pans evenly.",
          {"clips": [CALL | {"framing": {"keyframesFrom": {"analysis": "people", "height": 0.8}}}]},
          {"width": 360, "height": 640}, TALKING, (FACES,)),
    Plate("curve", "A motion curve and its cuts",
          "Three clips, each followed by its last picture for 6 s; `reel.cuts.png`, as it lies beside the reel.",
          {"clipsFrom": {"analysis": "moving", "padding": {"before": "0s", "after": "1s"}}}, {}, (), (MOVING,), True),
    Plate("image", "Image", "A PNG with alpha, whole and soft at its edges, at 80 %.", {
        "clips": [BUNNY],
        "overlays": [{"image": {"input": "logo"}, "keyframes": [box(0.82, 0.05, 0.14, 0.2, opacity=0.8)]}],
    }, moments=LATE),
    Plate("crop", "Portrait from landscape", "fit: Cover, and a rectangle that says what matters.", {
        "clips": [BUNNY | {"framing": {"keyframes": [box(0.2, 0, 0.35, 1)]}}]}, {"width": 406, "height": 720}, LATE),
    Plate("contain", "Contain", "Everything is shown, on a background.", {"clips": [BUNNY]},
          {"width": 720, "height": 720, "fit": "Contain", "background": "#203040"}, moments=LATE),
    Plate("pan", "Pan and zoom", "From all to a part, eased, smooth below a pixel.", {
        "clips": [BUNNY | {"framing": {"keyframes": [
            box(0, 0, 1, 1), box(0.2, 0, 0.4, 0.4, time="3.8s", easing="EaseInOut")]}}]}, moments=(0.2, 1.9, 3.8)),
    Plate("crossfade", "Crossfade", "Two clips overlap, picture and sound.", joined("Crossfade"), LARGE, EARLY),
    Plate("fade", "Fade through a colour", "Half ends a clip, half begins the next.", joined("Fade"), LARGE, MIDDLE),
)  # fmt: skip
