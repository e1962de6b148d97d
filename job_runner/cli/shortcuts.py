"""`spotreel render in.mp4 out.mp4 --blur …`: from options to a VideoJob, the same that a YAML file would hold. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Any

from videojob_api.containers import CONTAINERS
from videojob_api.names import API_VERSION, KIND, MAX_NAME_LENGTH

Object = dict[str, Any]


class OptionError(ValueError):
    """An option's value cannot be read."""


MOST_EVERY = 100_000


def check_within(option: str, value: float | None, low: float, high: float) -> None:
    """Raises OptionError for a value out of bounds; None was not typed."""
    if value is not None and not low <= value <= high:
        raise OptionError(f"--{option} {value}: from {low} to {high}")


@dataclass(frozen=True)
class Options:
    """What was typed. Rectangles are `left,top,width,height` in fractions of the picture."""

    inputs: Sequence[str]
    output: str
    start: str | None = None
    end: str | None = None
    crop: str | None = None
    fit: str | None = None
    size: str | None = None
    rate: str | None = None
    speed: float | None = None
    crossfade: str | None = None
    fade_in: str | None = None
    fade_out: str | None = None
    box: Sequence[str] = ()
    blur: Sequence[str] = ()
    pixelate: Sequence[str] = ()
    spotlight: Sequence[str] = ()
    text: Sequence[str] = ()
    image: Sequence[str] = ()
    mute: bool = False
    gain: str | None = None
    music: str | None = None
    normalize: str | None = None
    segment_frames: int | None = None
    highlights: str | None = None
    padding: str | None = None
    max_total: str | None = None
    blur_detected: str | None = None
    follow: str | None = None
    labels: str | None = None
    trust_model: bool = False
    min_score: float | None = None
    every: int | None = None
    video: Object = field(default_factory=dict)
    overwrite: bool = False

    @property
    def files(self) -> list[str]:
        """Everything that is read, in the order of `spec.inputs`."""
        images = [_split(text)[0] for text in self.image]
        return [*self.inputs, *images, *self.models, *([self.music] if self.music else [])]

    @property
    def models(self) -> list[str]:
        """Detectors, each once."""
        return list(dict.fromkeys(model for model in (self.blur_detected, self.follow) if model))

    @property
    def names(self) -> list[str]:
        """Of `files`, after the files: unique, so that messages tell which one they mean."""
        return list(unique(name_of(place) for place in self.files))


OVERLAYS = ("spotlight", "blur", "pixelate", "box", "image", "text")
"""In the order in which they are drawn."""


ROOM = {"margin": 0.2, "hold": "500ms"}
"""Around what is to be hidden: more than is usual, as a face that shows for a moment is known."""


def unique(names: Iterable[str]) -> Iterator[str]:
    """`a`, `a-2`, `a-3` …"""
    given: set[str] = set()
    for name in names:
        free = next(n for n in chain([name], (f"{name}-{k}" for k in count(2))) if n not in given)
        given.add(free)
        yield free


def videojob(options: Options) -> Object:
    """The whole object. Raises OptionError."""
    if not options.inputs:
        raise OptionError("an input and an output are needed: spotreel render in.mp4 out.mp4")
    for place in (*options.files, options.output):
        _check_place(place)
    _check_together(options)
    spec: Object = {
        "inputs": _inputs(options),
        **({"analyses": _analyses(options)} if options.models else {}),
        "timeline": _without_none(
            {
                "fadeIn": {"duration": options.fade_in} if options.fade_in else None,
                "fadeOut": {"duration": options.fade_out} if options.fade_out else None,
                "clips": [_clip(options, index) for index in range(len(options.inputs))],
                "overlays": [*_blurs(options), *_overlays(options)] or None,
                "audio": _audio(options),
            }
        ),
        "outputs": [_output(options)],
    }
    if options.segment_frames is not None:
        spec["checkpoint"] = {"segmentFrames": options.segment_frames}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": name_of(options.output)}, "spec": spec}


def _check_place(place: str) -> None:
    if not place:
        raise OptionError("a file's name is empty")
    if place == "-":
        raise OptionError("-: standard input and output will not do, for inputs are read more than once: name a file")
    if re.match(r"(s3|https?|file):(?!//)", place):
        raise OptionError(f"{place}: write s3://bucket/key, https://host/path, file:///path or a path")


def _check_together(options: Options) -> None:
    several = len(options.inputs) > 1
    for name, value in (("start", options.start), ("end", options.end)):
        if several and value is not None:
            raise OptionError(
                f"--{name} {value}: of which of the {len(options.inputs)} inputs? Leave it out, add --dry-run > "
                "videojob.yaml, write start and end into its clips, and render that"
            )
        if options.highlights and value is not None:
            raise OptionError(f"--{name} {value}: --highlights chooses what is shown; leave one of them out")
    _check_highlights(options, several)
    _check_detection(options)
    if options.crossfade is not None and not several and not options.highlights:
        raise OptionError(
            f"--crossfade {options.crossfade}: one input has none to cross into; --fade-in and --fade-out are for "
            "its ends"
        )


def _check_highlights(options: Options, several: bool) -> None:
    if options.highlights and several:
        raise OptionError(
            f"--highlights {options.highlights}: of which of the {len(options.inputs)} inputs? It takes one: make a "
            "reel of each, then join them"
        )
    if options.highlights and options.rate == "passthrough":
        raise OptionError("--rate passthrough: the moments of a reel have one rate together; leave --rate out")
    for name, value in (("padding", options.padding), ("max-total", options.max_total)):
        if value is not None and not options.highlights:
            raise OptionError(f"--{name} {value}: of what? It goes with --highlights")


def _check_detection(options: Options) -> None:
    if options.trust_model and not options.models:
        raise OptionError("--trust-model: which? It goes with --blur-detected or --follow")
    choices = {"labels": options.labels, "min-score": options.min_score, "every": options.every}
    for name, value in choices.items():
        if value is not None and not options.models:
            raise OptionError(f"--{name} {value}: of what? It goes with --blur-detected or --follow")
    check_within("min-score", options.min_score, 0, 1)
    check_within("every", options.every, 1, MOST_EVERY)
    if options.follow and options.crop:
        raise OptionError(f"--crop {options.crop}: --follow chooses what is shown; leave one of them out")
    if options.follow and not re.fullmatch(r"\d+x\d+", options.size or ""):
        raise OptionError(f"--follow {options.follow}: in which shape? Add its size, such as --size 1080x1920")
    for model in options.models:
        if model.startswith(("grpc://", "grpcs://")):
            raise OptionError(f"{model} is an engine, no file; a VideoJob can ask it: analyses with remote")


def as_uri(place: str) -> str:
    """A path becomes a file:/// URI, a URI stays."""
    return place if "://" in place else Path(place).absolute().as_uri()


def name_of(output: str) -> str:
    """A VideoJob's name after the file that it makes."""
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(output).stem.lower()).strip("-")
    return stem[:MAX_NAME_LENGTH].strip("-") or "render"


def rectangle(text: str) -> Object:
    """`0.62,0.1,0.2,0.15` as a keyframe. Raises OptionError."""
    try:
        left, top, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise OptionError(
            f"{text!r} is not a rectangle: write left,top,width,height in fractions, such as 0.62,0.1,0.2,0.15"
        ) from None
    return {"left": left, "top": top, "width": width, "height": height}


def region(option: str, text: str) -> tuple[Object, float | None]:
    """`0.62,0.1,0.2,0.15` or, with a strength in picture heights, `0.62,0.1,0.2,0.15,0.04`. Raises OptionError."""
    where, sign, strength = text.rpartition(",") if text.count(",") == 4 else (text, "", "")
    try:
        return rectangle(where), float(strength) if sign else None
    except ValueError:
        raise OptionError(
            f"--{option} {text}: write left,top,width,height in fractions, and if need be the strength in picture "
            "heights, such as 0.62,0.1,0.2,0.15 or 0.62,0.1,0.2,0.15,0.04"
        ) from None


def _without_none(data: Object) -> Object:
    return {key: value for key, value in data.items() if value is not None}


def _inputs(options: Options) -> list[Object]:
    return [{"name": name, "uri": as_uri(place)} for name, place in zip(options.names, options.files, strict=True)]


def _clip(options: Options, index: int) -> Object:
    """What is cropped, is cropped in all."""
    crossed = {"type": "Crossfade", "duration": options.crossfade} if options.crossfade and index else None
    return _without_none(
        {
            "input": options.names[index],
            "start": options.start,
            "end": options.end,
            "speed": options.speed,
            "framing": _framing(options, index),
            "transition": crossed,
        }
    )


def _framing(options: Options, index: int) -> Object | None:
    if options.follow:
        return {"keyframesFrom": {"analysis": _analysis(options, options.follow, index)}}
    return {"keyframes": [rectangle(options.crop)]} if options.crop else None


def _analysis(options: Options, model: str, index: int) -> str:
    """What the look of a model at one of the inputs is called."""
    return f"detected-{options.models.index(model) * len(options.inputs) + index + 1}"


def _analyses(options: Options) -> list[Object]:
    """Each model looks at each input."""
    first = len(options.files) - len(options.models) - bool(options.music)
    named = zip(options.models, options.names[first:], strict=False)
    labels = [label.strip() for label in options.labels.split(",")] if options.labels else None
    wanted = _without_none({"labels": labels, "minScore": options.min_score})
    every = _without_none({"every": options.every})
    return [
        {
            "name": _analysis(options, model, index),
            "input": seen,
            **every,
            "detect": {"model": {"input": name}, **wanted},
        }
        for model, name in named
        for index, seen in enumerate(options.names[: len(options.inputs)])
    ]


def _blurs(options: Options) -> list[Object]:
    """Of all that a model finds; below all else that is drawn."""
    model = options.blur_detected
    found = [_analysis(options, model, index) for index in range(len(options.inputs))] if model else []
    return [{"blur": {"shape": "Rectangle"}, "keyframesFrom": {"analysis": name, **ROOM}} for name in found]


def _split(text: str) -> tuple[str, str]:
    """`what@left,top,width,height`. Raises OptionError."""
    what, sign, where = text.rpartition("@")
    if not sign or not what:
        raise OptionError(f"{text!r}: write what@left,top,width,height, such as logo.png@0.85,0.05,0.1,0.1")
    return what, where


def _overlays(options: Options) -> list[Object]:
    drawn: list[Object] = [{"spotlight": {}, "keyframes": [rectangle(where)]} for where in options.spotlight]
    drawn += [_hiding("blur", "radius", {"shape": "Rectangle"}, text) for text in options.blur]
    drawn += [_hiding("pixelate", "blockSize", {}, text) for text in options.pixelate]
    drawn += [{"box": {"stroke": "#FFD400"}, "keyframes": [rectangle(where)]} for where in options.box]
    for name, text in zip(options.names[len(options.inputs) :], options.image, strict=False):
        drawn.append({"image": {"input": name}, "keyframes": [rectangle(_split(text)[1])]})
    for text in options.text:
        words, where = _split(text)
        place = rectangle(where)
        size = min(1.0, round(place["height"] * 0.6, 4))
        drawn.append({"text": {"content": words, "size": size, "stroke": "black"}, "keyframes": [place]})
    return drawn


def _hiding(kind: str, field: str, how: Object, text: str) -> Object:
    where, strength = region(kind, text)
    return {kind: how if strength is None else {**how, field: strength}, "keyframes": [where]}


def _audio(options: Options) -> Object | None:
    if options.mute and options.music:
        raise OptionError("--mute and --music contradict each other")
    audio: Object = {"mode": "Mute"} if options.mute else {}
    if options.music:
        audio = {"mode": "Replace", "replace": {"input": options.names[-1], "loop": True}}
    if options.gain:
        audio["gain"] = options.gain
    if options.normalize:
        audio["normalize"] = {"loudness": options.normalize}
    return audio or None


def _output(options: Options) -> Object:
    suffix = PurePosixPath(options.output).suffix.lower().removeprefix(".")
    if not any(suffix in container.endings for container in CONTAINERS.values()):
        raise OptionError(f"{options.output}: name the output .mp4, .mov or .mkv")
    video = dict(options.video)
    if options.size:
        width, sign, height = options.size.partition("x")
        if not sign or not (width + height).isdigit():
            raise OptionError(f"--size {options.size}: write widthxheight, 1080x or x1920")
        video |= {key: int(value) for key, value in (("width", width), ("height", height)) if value}
    if options.rate:
        video["frameRate"] = int(options.rate) if options.rate.isdigit() else options.rate
    if options.fit or (options.size and options.crop is None and not options.follow):
        video["fit"] = options.fit or "Contain"
    output: Object = {"uri": as_uri(options.output)}
    return output | ({"ifExists": "Replace"} if options.overwrite else {}) | ({"video": video} if video else {})
