"""`spotreel analyze --model` or `--engine`: what a detector finds, as a table of counts and as rows in a file."""

import argparse
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain, islice
from math import inf
from pathlib import Path
from tempfile import TemporaryFile, gettempdir

from job_runner.cli.detect_engines import EnginePlace, FilePlace, Place
from job_runner.cli.detect_options import DetectOptions, detect_options
from job_runner.cli.detect_report import Found, Line
from job_runner.cli.detect_results import Further, further_of
from job_runner.cli.folder import folder_of, writable, write_files
from job_runner.cli.looking import check, item_of
from job_runner.cli.progress import ProgressLine
from job_runner.cli.say import say, say_failed, say_json
from job_runner.cli.shortcuts import OptionError
from job_runner.cores import usable_cores
from job_runner.detecting import Clip, Counts, detected, followed
from job_runner.detection.detector import Detector
from job_runner.errors import InputInvalid, RunnerError
from job_runner.in_hand import look_done, looks_done, measuring
from job_runner.inputs import media_facts
from job_runner.isolated import isolated
from job_runner.media.device import NoFrameError
from job_runner.media.source import FrameSource
from job_runner.media.timing import frame_times
from job_runner.results.about import About
from job_runner.results.detections import DetectionRow
from job_runner.results.ndjson import member
from job_runner.second_try import crash_words
from job_runner.session import on_stop
from job_runner.stop import Stop
from job_runner.supervise import CRASHES
from job_runner.workspace.places import Media, Places
from videojob_api.exit_codes import ExitCode

FILE = "detections.ndjson.gz"
_ALL = 0
"""The number of the one window that a file is at a desk."""
MEMBER_FRAMES = 500
"""Frames that are looked at in one gzip member."""


def analyze_detect(options: argparse.Namespace, crash: int = 0) -> int:
    """The exit code. Detections are written into the folder, their counts are said."""
    try:
        folder = folder_of(options)
        read = detect_options(options)
        found = _Run(options.file, read, folder, options.json, crash, further_of(options)).run()
    except OptionError as error:
        return _said(options, str(error), ExitCode.SPEC_INVALID)
    except RunnerError as error:
        return _said(options, str(error), error.code)
    if options.json:
        say_json(found.plain())
    else:
        for line in found.lines():
            say(line)
    return ExitCode.OK


def _said(options: argparse.Namespace, message: str, code: ExitCode) -> ExitCode:
    say_failed(options.file, message, options.json)
    return code


class _Run:
    """One command, from the files' names to what came of it. `run()` raises RunnerError."""

    def __init__(
        self, file: str, options: DetectOptions, folder: Path, quiet: bool, crash: int, further: Further
    ) -> None:
        self._further = further
        self._file, self._options, self._folder, self._quiet, self._crash = file, options, folder, quiet, crash
        self._seen: list[str] = []
        """Notes on the file."""
        self._stop, self._places = Stop(grace=0), Places(None, None, patience=5)
        on_stop(self._stop.request)

    def run(self) -> Found:
        """Model first: what is wrong with it is said at once, and it is tried before any thread is there."""
        place = self._place()
        if self._crash:
            self._try_alone(place)
        with place.ready() as ready:
            clip, counts = self._clip(), Counts()
            threads = usable_cores()
            numbers = clip.numbers(self._options.every)
            line = Line(Path(self._file).name, len(numbers), counts)
            with nullcontext() if self._quiet else ProgressLine(line.text):
                model = ready.loaded(threads)
                rows = detected(clip, ready.detector, model, numbers, threads, self._check, self._damaged)
                gap = self._options.max_gap
                written = self._write(rows if gap is None else followed(rows, gap), counts)
            also = self._further.write(written, self._about(clip, ready.detector))
            return Found(
                self._file,
                ready.detector,
                ready.title,
                ready.identity,
                clip.facts.display_size,
                clip.times.frames,
                counts,
                written,
                also,
                tuple(dict.fromkeys(self._seen)),
            )

    def _about(self, clip: Clip, made: Detector) -> About:
        labels = [made.names[number] for number in sorted(made.names)]
        return About(Path(self._file).stem, clip.facts.display_size, labels, clip.numbers(self._options.every))

    def _place(self) -> Place:
        options = self._options
        if options.engine is not None:
            return EnginePlace(options.engine, options, self._check)
        return FilePlace(options.model or "", options, self._opened, self._stop)

    def _clip(self) -> Clip:
        """Raises InputInvalid for a file without a picture."""
        name = Path(self._file).name
        item = item_of(self._file)
        version = self._places.version(item)
        media = self._places.open(item, version)
        facts = media_facts(item, version, media, self._check)
        if facts.video is None:
            raise InputInvalid(f"{name} has no picture to look at")
        self._seen += [note.message for note in facts.notes]
        if facts.video.ends is not None:
            self._damaged()
        return Clip(name, media.open(), facts.video, frame_times(media.open(), name, facts.video, self._check))

    def _damaged(self) -> None:
        self._seen.append(f"input {Path(self._file).name} is damaged: what cannot be decoded may hide something")

    def _opened(self, place: str) -> tuple[Media, int]:
        item = item_of(place)
        found = self._places.version(item)
        return self._places.open(item, found), found.size

    def _check(self) -> None:
        check(self._stop)

    def _try_alone(self, place: Place) -> None:
        """After a crash. Raises InputInvalid with the one of the two files that is at fault: input or model."""
        code = isolated(self._decoded, inf, self._stop)
        name = Path(self._file).name
        if code is not None and -code in CRASHES:
            raise InputInvalid(crash_words(name, self._file, -code))
        if code is not None:
            raise place.crashed(name, looks_done(_ALL) * self._options.every)
        self._check()

    def _decoded(self) -> int:
        clip = self._clip()
        with FrameSource(clip.media, clip.facts, clip.times) as source:
            for number in clip.numbers(1):
                source.at(number)
        return 0

    def _write(self, rows: Iterator[list[DetectionRow]], counts: Counts) -> Path:
        """Kept in a nameless file until all is there: a crash leaves nothing. Raises AccessDenied or SpecInvalid."""
        with TemporaryFile(prefix="spotreel-") as kept:
            try:
                for piece in _members(_counted(rows, counts)):
                    with writable(Path(gettempdir())):
                        kept.write(piece)
            except NoFrameError as error:
                raise InputInvalid(f"{Path(self._file).name}: not one frame of it can be decoded") from error
            kept.seek(0)
            write_files(self._folder, {FILE: kept})
        return self._folder / FILE


def _counted(rows: Iterator[list[DetectionRow]], counts: Counts) -> Iterator[list[DetectionRow]]:
    """The same rows, frame by frame, noted where it outlives a crash."""
    with measuring(_ALL):
        for of_frame in rows:
            counts.add(of_frame)
            look_done(_ALL)
            yield of_frame


def _members(rows: Iterator[list[DetectionRow]]) -> Iterator[bytes]:
    """A gzip member for each so many frames."""
    while window := list(islice(rows, MEMBER_FRAMES)):
        yield member(chain.from_iterable(window))
