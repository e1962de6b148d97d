"""What a spec says of a detector is what the options of `analyze` say."""

from job_runner.detection.detector import Wish
from job_runner.detection.wish import size_of, wish_of
from videojob_api.analyses import Detect


def detect(**more: object) -> Detect:
    return Detect.model_validate({"model": {"input": "m"}, **more})


def test_what_is_left_out_is_found_out() -> None:
    assert wish_of(detect()) == Wish() and size_of(detect()) is None


def test_all_of_it() -> None:
    said = detect(
        minScore=0.7, iou=0.3, labels=["ball"], names=["man", "ball"], format="YOLOv8", fit="Stretch", values="0..255",
        channels="BGR", size={"width": 640, "height": 384},
    )  # fmt: skip
    assert wish_of(said) == Wish(
        least=0.7, iou=0.3, labels=("ball",), names={0: "man", 1: "ball"}, format="YOLOv8", fit="Stretch",
        values="0..255", order="BGR",
    )  # fmt: skip
    assert size_of(said) == (640, 384)
