"""What may be typed for a detector. Nothing of it is loaded here: every start of the command passes through this."""

import argparse
from pathlib import Path

from job_runner.cli.shortcuts import OptionError

FORMATS = (
    "YOLOv5", "YOLOv8", "YOLOX", "EndToEnd", "YOLOv7EndToEnd", "DETR", "RTDETR", "Torchvision", "BoxesLabelsScores",
    "SSD", "Faces", "UltraFace",
)  # fmt: skip
ALSO = ("COCO", "MOT", "Parquet")
"""Of the file of detections, beside NDJSON."""
FITS = ("Letterbox", "Stretch")
VALUES = ("0..1", "0..255", "-1..1", "ImageNet")
ORDERS = ("RGB", "BGR")
CURVES = ("motion", "loudness", "padding", "max-total")
"""Options of `spotreel analyze` for what is no detector."""


def add_detection(group: argparse._ArgumentGroup) -> None:
    """Options of `spotreel analyze` for a model."""
    group.add_argument(
        "--model",
        metavar="FILE",
        help="path or URI of a detector as ONNX: what it finds is counted, and written as rows",
    )
    add_trust(group)
    _add_engine(group)
    _add_choice(group)
    _add_form(group)
    _add_results(group)


def add_trust(group: argparse._ArgumentGroup) -> None:
    """Of the person who types it: nothing that a file says can stand for it."""
    group.add_argument("--trust-model", action="store_true", help="run a model that is a program, a .pt2 (needs torch)")


def _add_engine(group: argparse._ArgumentGroup) -> None:
    """A model elsewhere."""
    group.add_argument(
        "--engine", metavar="URL", help="grpc://HOST:PORT (grpcs:// for TLS) of a server that runs the detector instead"
    )
    group.add_argument("--engine-model", metavar="NAME", help="the detector's name there")
    group.add_argument("--engine-version", default="", metavar="VERSION", help="of that model (default: its server's)")
    group.add_argument("--engine-ca", type=Path, metavar="FILE", help="authorities (PEM) instead of the system's")
    group.add_argument(
        "--engine-headers",
        type=Path,
        metavar="FILE",
        help="sent beside each call, such as `authorization: Bearer TOKEN`",
    )
    group.add_argument("--engine-timeout", default="60s", metavar="TIME", help="of a call (default: 60s)")
    group.add_argument(
        "--engine-calls", type=int, default=4, metavar="N", help="calls that are under way at once (default: 4)"
    )


def _add_choice(group: argparse._ArgumentGroup) -> None:
    """What of a model's answers counts, and where it is looked for."""
    group.add_argument("--labels", metavar="NAME[,NAME]", help="only these classes")
    group.add_argument("--names", metavar="FILE", help="names of the classes, one a line, where the model has none")
    group.add_argument("--min-score", type=float, default=0.4, metavar="SHARE", help="0 to 1 (default: 0.4)")
    group.add_argument("--iou", type=float, metavar="SHARE", help="boxes that overlap by more are one (default: 0.5)")
    group.add_argument(
        "--track",
        nargs="?",
        const="1s",
        metavar="TIME",
        help="number the things that are followed; who is gone for longer is another one (default: 1s)",
    )
    group.add_argument("--every", type=int, default=1, metavar="N", help="look at every Nth frame (default: 1)")


def _add_form(group: argparse._ArgumentGroup) -> None:
    """How pictures go in, where the model does not tell."""
    group.add_argument(
        "--batch", type=int, default=1, metavar="N", help="frames of one call, where the model leaves it open"
    )
    group.add_argument("--model-size", metavar="WxH", help="size of its pictures, where the model leaves it open")
    group.add_argument("--format", choices=FORMATS, help="of its outputs, where they do not tell")
    group.add_argument("--fit", choices=FITS, help="keep the aspect with borders, or stretch (default: by format)")
    group.add_argument("--values", choices=VALUES, help="what it was trained with (default: by format)")
    group.add_argument("--order", choices=ORDERS, help="of colours (default: by format)")


def _add_results(group: argparse._ArgumentGroup) -> None:
    """Where detections go beside the file of rows."""
    group.add_argument(
        "--also", choices=ALSO, action="append", default=[], help="write the detections in this format too (repeatable)"
    )
    group.add_argument(
        "--sql",
        nargs="?",
        const="",
        metavar="URL",
        help="write them into a database too, as `spotreel import` does; without URL that of SPOTREEL_DATABASE_URL",
    )


def check_detection(options: argparse.Namespace) -> None:
    """Raises OptionError for what would be passed over: options of a detector without one, of a curve with one."""
    typed = _typed(options)
    which = [option for option in ("--model", "--engine") if option in typed]
    if len(which) > 1:
        raise OptionError("--model, --engine: one of them; run analyze once for each")
    _check_engine(typed)
    if (options.model or "").startswith(("grpc://", "grpcs://")):
        raise OptionError(f"--model {options.model}: an engine, no file; write --engine URL --engine-model NAME")
    if not which and typed:
        raise OptionError(f"{', '.join(typed)}: needs --model FILE, a detector as ONNX, or --engine URL")
    if which and (other := [f"--{name}" for name in CURVES if getattr(options, _name(name))]):
        raise OptionError(f"{', '.join(other)}: not with {which[0]}; run analyze once for each")


def _check_engine(typed: list[str]) -> None:
    idle = [option for option in typed if option.startswith("--engine-")]
    if "--engine" in typed and "--trust-model" in typed:
        raise OptionError("--trust-model: for a file that is run here; not with --engine")
    if idle and "--engine" not in typed:
        raise OptionError(f"{', '.join(idle)}: needs --engine URL")
    if "--engine" in typed and "--engine-model" not in idle:
        raise OptionError("--engine: needs --engine-model NAME, the detector's name there")


def _typed(options: argparse.Namespace) -> list[str]:
    """Options of a detector that differ from their defaults."""
    parser = argparse.ArgumentParser()
    add_detection(parser.add_argument_group())
    defaults = vars(parser.parse_args([]))
    return [f"--{name.replace('_', '-')}" for name, value in defaults.items() if getattr(options, name) != value]


def _name(option: str) -> str:
    return option.replace("-", "_")
