"""What was typed for `render` and `submit` where it is no YAML file: as options, and as a VideoJob. Pure."""

import argparse

from job_runner.cli.shortcuts import Object, Options, videojob
from videojob_api.problem import Problem
from videojob_api.validate import check_document

ENCODING = ("codec", "encoder", "quality", "crf", "preset")
EDITS = (
    "start", "end", "speed", "crop", "fit", "size", "rate", "crossfade", "fade_in", "fade_out", "box", "blur",
    "pixelate", "spotlight", "text", "image", "mute", "gain", "music", "normalize", "segment_frames",
    "highlights", "padding", "max_total", "blur_detected", "follow", "labels",
    "min_score", "every",
)  # fmt: skip


def as_given(options: argparse.Namespace) -> Options:
    """What was typed, where it is no YAML file."""
    *inputs, output = options.files if not options.output else [*options.files, options.output]
    video = {key: value for key in ENCODING if (value := getattr(options, key)) is not None}
    edits = {key: getattr(options, key) for key in EDITS}
    trusted = options.trust_model
    return Options(inputs, output, **edits, video=video, trust_model=trusted, overwrite=options.overwrite)


def checked(given: Options) -> tuple[Object, list[Problem]]:
    """The VideoJob, and what is wrong with it. Raises OptionError."""
    document = videojob(given)
    return document, check_document(document)


def edits_given(options: argparse.Namespace) -> list[str]:
    """Options that were typed and are for inputs without YAML."""
    return [key for key in (*EDITS, *ENCODING) if getattr(options, key) not in (None, False, [])]


def overwritten(document: Object) -> None:
    """Lets it replace what is there."""
    for file in (*document["spec"].get("outputs", []), *document["spec"].get("results", [])):
        file["ifExists"] = "Replace"
