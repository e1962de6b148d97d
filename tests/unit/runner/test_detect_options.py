"""What is typed for a detector, read and refused."""

import argparse
from pathlib import Path

import pytest

from job_runner.cli.detect_arguments import add_detection
from job_runner.cli.detect_options import DetectOptions, detect_options
from job_runner.cli.shortcuts import OptionError
from job_runner.detection.detector import Wish
from job_runner.engines.remote.connect import Engine


def read(*arguments: str) -> DetectOptions:
    parser = argparse.ArgumentParser()
    add_detection(parser.add_argument_group("detection"))
    return detect_options(parser.parse_args(arguments))


def typed(*arguments: str) -> DetectOptions:
    return read("--model", "m.onnx", *arguments)


def test_nothing_but_a_model() -> None:
    assert typed() == DetectOptions("m.onnx", Wish(), 1, 1, None)


def test_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("player\nball\n")
    found = typed(
        "--labels", "player, ball", "--names", str(tmp_path / "n.txt"), "--min-score", "0.25", "--iou", "0.6",
        "--every", "5", "--batch", "4", "--model-size", "640x384", "--format", "YOLOv8", "--fit", "Stretch",
        "--values", "ImageNet", "--order", "BGR", "--track", "2s",
    )  # fmt: skip
    wish = Wish(0.25, 0.6, ("player", "ball"), {0: "player", 1: "ball"}, "YOLOv8", "Stretch", "ImageNet", "BGR")
    assert found == DetectOptions("m.onnx", wish, 5, 4, (640, 384), 2.0)


def test_an_engine() -> None:
    found = read("--engine", "grpc://a:1", "--engine-model", "people")
    assert (found.model, found.engine) == (None, Engine("grpc://a:1", "people", first=5, later=60))
    found = read(
        "--engine", "grpcs://a:1", "--engine-model", "people", "--engine-version", "3", "--engine-ca", "ca.pem",
        "--engine-headers", "token", "--engine-timeout", "1m30s", "--engine-calls", "2",
    )  # fmt: skip
    assert found.engine == Engine("grpcs://a:1", "people", "3", Path("ca.pem"), Path("token"), 90, 5, 60, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--engine-timeout", "0s"), "--engine-timeout 0.0: from 0.001 to 3600"),
        (("--engine-timeout", "soon"), "--engine-timeout: 'soon' is not a duration"),
        (("--engine-calls", "17"), "--engine-calls 17: from 1 to 16"),
    ],
)
def test_what_cannot_be_of_an_engine(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(OptionError) as caught:
        read("--engine", "grpc://a:1", "--engine-model", "people", *arguments)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--min-score", "1.5"), "--min-score 1.5: from 0 to 1"),
        (("--min-score", "nan"), "--min-score nan: from 0 to 1"),
        (("--iou", "-1"), "--iou -1.0: from 0 to 1"),
        (("--every", "0"), "--every 0: from 1 to 100000"),
        (("--batch", "65"), "--batch 65: from 1 to 64"),
        (("--track", "often"), "--track: "),
        (("--model-size", "640"), "--model-size 640: width and height in pixels, such as 640x640"),
        (("--names", "none.txt"), "--names none.txt: cannot be read (No such file or directory)"),
    ],
)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(OptionError) as caught:
        typed(*arguments)
    assert str(caught.value).startswith(said)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionError, match="is no text in UTF-8"):
        typed("--names", str(tmp_path / "n.txt"))
