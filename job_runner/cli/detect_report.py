"""What `spotreel analyze` says of a detector: how far it is, and what was found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from job_runner.cli.progress import clock, filled
from job_runner.cli.width import columns, shortened
from job_runner.detecting import Counts
from job_runner.detection.detector import Detector
from job_runner.detection.most import full_words

LABEL = 24
"""Columns of a label in the table."""


@dataclass(frozen=True)
class Found:
    """What came of it. `also`: a line for each thing that was made beside the file that was `written`."""

    file: str
    detector: Detector
    title: str
    identity: Mapping[str, str]
    shown: tuple[int, int]
    """Width and height of the picture in which the boxes lie, as it is shown."""
    frames: int
    counts: Counts
    written: Path
    also: Sequence[str] = ()
    seen: Sequence[str] = ()
    """What is to be known of the file."""

    @property
    def notes(self) -> list[str]:
        """What people should know of the result."""
        return [*self.seen, *([full_words(self.counts.full)] if self.counts.full else [])]

    def plain(self) -> dict[str, Any]:
        """As one JSON document; with what shapes the result: model, runtime, format."""
        made, counts = self.detector, self.counts
        return {
            "file": self.file,
            "model": {
                **self.identity, "format": made.format.name, "size": list(made.picture.size), "fit": made.fit,
            },
            "width": self.shown[0],
            "height": self.shown[1],
            "frames": self.frames,
            "looked": counts.looked,
            "labels": {name: self._label(name) for name in self.names},
            "written": str(self.written),
            "notes": self.notes,
        } | ({"also": [words.removeprefix("wrote  ") for words in self.also]} if self.also else {})  # fmt: skip

    def lines(self) -> Iterator[str]:
        """A table of labels, the most frequent first."""
        made, counts = self.detector, self.counts
        width, height = made.picture.size
        yield f"model  {self.title}, {made.format.name}, {width}x{height} {made.fit}"
        looked = f"looked at {counts.looked} of {self.frames} frames"
        yield looked if counts.detections else f"{looked}, nothing found"
        if counts.detections:
            things = f"  {'tracks':>8}" if counts.tracks else ""
            yield f"{'label':{LABEL}}  {'detections':>10}  {'frames':>8}  {'best':>6}{things}"
        for name in self.names:
            label, best = shortened(name, LABEL), counts.best[name]
            things = f"  {len(counts.tracks[name]):>8}" if counts.tracks else ""
            padding = " " * (LABEL - columns(label))
            yield f"{label}{padding}  {counts.detections[name]:>10}  {counts.frames[name]:>8}  {best:>6.4f}{things}"
        yield f"wrote  {self.written}"
        yield from self.also
        yield from (f"note  {note}" for note in self.notes)

    @property
    def names(self) -> list[str]:
        """Labels, the most frequent first; of equals by name."""
        found = self.counts.detections
        return sorted(found, key=lambda name: (-found[name], name))

    def _label(self, name: str) -> dict[str, int | float]:
        counts = self.counts
        plain = {"detections": counts.detections[name], "frames": counts.frames[name], "best": counts.best[name]}
        return plain | ({"tracks": len(counts.tracks[name])} if counts.tracks else {})


class Line:
    """The line of progress."""

    def __init__(self, title: str, total: int, counts: Counts) -> None:
        self._title, self._total, self._counts, self._began = title, total, counts, monotonic()

    def text(self, room: int | None) -> str:
        """How far it is, how fast, and how long it still takes, in `room` columns."""
        done, seconds = self._counts.looked, monotonic() - self._began
        if not done:
            return self._title if room is None else filled(self._title, ["loading the model"], room)
        speed, share = done / seconds, done / self._total
        found = sum(self._counts.detections.values())
        left = f"{clock((self._total - done) / speed)} left"
        figures = [f"{share:4.0%}", f"{done}/{self._total}", f"{speed:.1f} fps", f"{found} found", left]
        return filled(self._title, figures, room, share)
