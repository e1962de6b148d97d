"""What is wrong with analyses, and with what goes by them, as far as it shows without opening an input. Pure."""

from collections.abc import Iterator

from videojob_api.analyses import ANALYSIS_KINDS, Analysis
from videojob_api.by_type import marked
from videojob_api.fields import NamesInput
from videojob_api.order import Work
from videojob_api.output import Video
from videojob_api.problem import Path, Problem
from videojob_api.results import ENDINGS, Result, format_named
from videojob_api.timeline import ClipsFrom
from videojob_api.usage import analyses_of, analysis_of, models_of, tracks_named
from videojob_api.values import parse_duration

_MOST_LISTED = 16
ONLY_DETECTIONS = ("COCO", "MOT")
"""Formats that have no place for events."""


def analysis_problems(work: Work) -> list[Problem]:
    """All of them. Texts must be readable, and names those of what is there."""
    found = (_inputs, _models_shown, _labels, _tracks, _clips, _framing, _results, _workspace)
    return [problem for check in found for problem in check(work)]


def _inputs(work: Work) -> Iterator[Problem]:
    models = models_of(work)
    for index, analysis in enumerate(work.analyses or []):
        if analysis.input in models:
            yield Problem(
                ("analyses", index, "input"),
                f"{analysis.input} is a model; name the input that is looked at",
            )
        if analysis.remote and analysis.remote.secret_ref and analysis.remote.url.startswith("grpc:"):
            yield Problem(
                ("analyses", index, "remote", "secretRef"),
                "secrets are not sent unencrypted: write grpcs:// in url, or leave secretRef out",
            )


def _models_shown(work: Work) -> Iterator[Problem]:
    """Inputs that the timeline names, and that are models."""
    models, names = models_of(work), marked(work.timeline, NamesInput, ("timeline",)) if work.timeline else ()
    for path, name, _ in names:
        if name in models:
            yield Problem(path, f"{name} is the model of an analysis, and nothing to be seen or heard; name another")


def _labels(work: Work) -> Iterator[Problem]:
    """Classes that are asked for, and that the detector was told to leave out, or that it does not have."""
    for index, analysis in enumerate(work.analyses or []):
        found = analysis.detections
        for number, label in enumerate((found and found.labels) or []):
            if found and found.names and label not in found.names:
                place: Path = ("analyses", index, _kind_of(analysis), "labels", number)
                yield Problem(place, f"{label} is none of names: {', '.join(found.names[:_MOST_LISTED])}")
    for path, wanted in tracks_named(work):
        found = analysis_of(work, wanted.analysis).detections
        known = found and (found.labels or found.names)
        if known and wanted.label and wanted.label not in known:
            listed = ", ".join(known[:_MOST_LISTED])
            yield Problem((*path, "label"), f"{wanted.analysis} finds no {wanted.label}, only {listed}")


def _kind_of(analysis: Analysis) -> str:
    return next(kind for kind in ANALYSIS_KINDS if getattr(analysis, kind) is analysis.kind)


def _tracks(work: Work) -> Iterator[Problem]:
    for path, wanted in tracks_named(work):
        if not analysis_of(work, wanted.analysis).detections:
            yield Problem(
                (*path, "analysis"),
                f"{wanted.analysis} finds events, and these have no place in the picture; name an analysis with detect "
                "or remote",
            )


def _clips(work: Work) -> Iterator[Problem]:
    wanted = work.timeline.clips_from if work.timeline else None
    if wanted is None:
        return
    path: Path = ("timeline", "clipsFrom")
    looked = {analysis_of(work, name).input for name in analyses_of(wanted)}
    if len(looked) > 1:
        yield Problem(
            path, f"its analyses look at several inputs ({', '.join(sorted(looked))}); clips are cut from one"
        )
    yield from _lengths(wanted, path)


def _lengths(wanted: ClipsFrom, path: Path) -> Iterator[Problem]:
    most = parse_duration(wanted.max_total)
    if most == 0:
        yield Problem((*path, "maxTotal"), "0s has no room for a clip; make it longer, such as 2m")
    elif most < parse_duration(wanted.min_duration):
        yield Problem(
            (*path, "maxTotal"),
            f"{wanted.max_total} has no room for one cut of minDuration, {wanted.min_duration}; make it longer",
        )


def _framing(work: Work) -> Iterator[Problem]:
    """A crop that follows has the output's aspect, which must be known before anything is looked at."""
    video = (work.outputs[0].video if work.outputs else None) or Video()
    for path, _ in tracks_named(work):
        if "framing" in path and not (video.width and video.height):
            yield Problem(
                path,
                "the crop has the output's aspect: set width and height of outputs[0].video, such as 1080 and 1920",
            )


def _results(work: Work) -> Iterator[Problem]:
    for index, result in enumerate(work.results or []):
        named, detects = format_named(result), analysis_of(work, result.analysis).detections is not None
        if result.uri and named is None:
            yield Problem(
                ("results", index, "uri"),
                f"its ending tells no format: end it in {', '.join(ENDINGS.values())}, or set format",
            )
        if named in ONLY_DETECTIONS and not detects:
            yield Problem(
                ("results", index, "format"),
                f"{named} holds boxes, and {result.analysis} finds events; write NDJSON or Parquet",
            )
    yield from _twice(work.results or [])
    yield from _mixed(work)


def _twice(results: list[Result]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, result in enumerate(results):
        if result.uri in seen:
            yield Problem(("results", index, "uri"), f"{result.uri} is written twice; give each result its own file")
        seen |= {result.uri} if result.uri else set()


def _mixed(work: Work) -> Iterator[Problem]:
    """Tables of events and tables of boxes have other columns."""
    kinds: dict[tuple[str, str, str], tuple[str, bool]] = {}
    for index, result in enumerate(work.results or []):
        if result.sql is None or result.sql.table is None:
            continue
        detects, ref = analysis_of(work, result.analysis).detections is not None, result.sql.secret_ref
        other, boxes = kinds.setdefault((ref.name, ref.key, result.sql.table), (result.analysis, detects))
        if boxes != detects:
            yield Problem(
                ("results", index, "sql", "table"),
                f"{result.sql.table} is of {other}, whose rows have other columns; name another table",
            )


def _workspace(work: Work) -> Iterator[Problem]:
    if not first_file(work) and not (work.checkpoint and work.checkpoint.uri):
        yield Problem(
            ("checkpoint", "uri"),
            "is needed where nothing but a database is written to: a folder for unfinished work, such as "
            "s3://media/checkpoints/",
        )


def first_file(work: Work) -> str | None:
    """Beside which unfinished work is kept unless the spec says where: the output, else the first result."""
    return next((uri for uri in (*(o.uri for o in work.outputs), *(r.uri for r in work.results or [])) if uri), None)
