"""Which words of a command line a part of the VideoJob was made from: what is wrong is said of what was typed. Pure."""

from collections.abc import Iterator, Sequence

from job_runner.cli.shortcuts import OVERLAYS, Options
from videojob_api.problem import Path, Problem

_OPTIONS: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (("timeline", "fadeIn"), ("fade_in",)),
    (("timeline", "fadeOut"), ("fade_out",)),
    (("timeline", "audio", "gain"), ("gain",)),
    (("timeline", "audio", "normalize"), ("normalize",)),
    (("timeline", "clips", 0, "framing"), ("crop", "follow")),
    (("timeline", "clips", 0, "start"), ("start",)),
    (("timeline", "clips", 0, "end"), ("end",)),
    (("timeline", "clips", 1, "transition"), ("crossfade",)),
    (("timeline", "clips", 0), ("start", "end", "speed")),
    (("outputs", 0, "video", "frameRate"), ("rate",)),
    (("outputs", 0, "video", "width"), ("size",)),
    (("outputs", 0, "video", "height"), ("size",)),
    (("outputs", 0, "video", "crf"), ("crf",)),
    (("outputs", 0, "video"), ("size", "rate", "crf", "quality")),
    (("analyses",), ("labels", "min_score", "every")),
    (("checkpoint", "segmentFrames"), ("segment_frames",)),
)


def said_of(problems: Sequence[Problem], options: Options) -> Iterator[str]:
    """A line for each thing that was typed wrong: what was typed, and what is wrong with it."""
    lines = {typed(problem.path[1:], problem.message, options): problem.message for problem in reversed(problems)}
    return (f"{what}: {message}" if what else message for what, message in reversed(lines.items()))


def typed(path: Path, message: str, options: Options) -> str:
    """`--crop 0.8,0,0.5,1`, or the name of a file; the field itself if no words stand for it."""
    if path[:1] == ("inputs",) and len(path) > 1:
        return options.files[int(path[1])]
    if path[:2] == ("timeline", "overlays") and len(path) > 2:
        return _overlay(int(path[2]), options)
    if path[:2] == ("outputs", 0) and path[2:3] != ("video",):
        return options.output
    # All clips are cropped and crossed alike: the first that has it stands for the others.
    known = (names for begin, names in _OPTIONS if path[: len(begin)] == begin)
    return _given(next(known, ()), message, options) or _dotted(path)


def _overlay(index: int, options: Options) -> str:
    found = [("blur-detected", options.blur_detected)] * len(options.inputs) if options.blur_detected else []
    drawn = [*found, *((kind, text) for kind in OVERLAYS for text in getattr(options, kind))]
    return "--{} {}".format(*drawn[index])


def _given(names: Sequence[str], message: str, options: Options) -> str:
    """Of several options that meet in one object, those that the message speaks of, or all."""
    values = {name: options.video.get(name, getattr(options, name, None)) for name in names}
    given = {name: value for name, value in values.items() if value is not None}
    meant = {name: value for name, value in given.items() if _SPOKEN.get(name, name) in message} or given
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in meant.items())


_SPOKEN = {"rate": "frameRate", "size": "width", "min_score": "minScore"}


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
