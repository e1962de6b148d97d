"""After a crash: each input tried once more, alone, so that the one at fault can be named; models come last.

It is not the work that is done again but what reads the input: the segments and the sound that were in hand, decoded
and framed as they were, then what a plan asks of it.
"""

import gc
import shlex
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from fractions import Fraction
from functools import partial
from pathlib import Path
from signal import Signals

from job_runner.calls_again import model_crashes_again
from job_runner.cores import decoder_threads, granted_cores
from job_runner.errors import InputInvalid
from job_runner.in_hand import SOUND, any_window_in_hand, anything_in_hand, in_hand, is_in_hand, windows_in_hand
from job_runner.inputs import JobInputs
from job_runner.isolated import isolated
from job_runner.media.device import PLAIN, Decoding, NoFrameError, strict_ways
from job_runner.media.devices import device_of
from job_runner.media.source import FrameSource
from job_runner.plan.clips import ClipPlan
from job_runner.plan.facts import InputFacts
from job_runner.plan.output import OutputPlan
from job_runner.plan.plan import Plan, keeps_times, read_plan
from job_runner.plan.timeline import Window, segment_window
from job_runner.plan.times import ConstantClock
from job_runner.plan.windows import WindowsPlan, read_analyses
from job_runner.stop import Stop
from job_runner.supervise import CRASHES
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.places import Places
from videojob_api.analyses import Analysis
from videojob_api.inputs import Input
from videojob_api.order import Order
from videojob_api.timeline import Timeline
from videojob_api.usage import analysis_of, clips_of, fonts_of, images_of, models_of

SECONDS = 120.0
"""For all inputs together: less than the operator hears nothing before it gives an attempt up."""

Reading = Callable[[Order, Places, Input], None]
"""All that a run does, at one stage of it, with one input to read it."""

ROUNDS = 4
"""Memory that is spoilt crashes a process most of the time, not always; and it is spoilt more with every round."""


def crashes_again(order: Order, places: Callable[[], Places], stop: Stop) -> None:
    """Raises InputInvalid for the first input that does, or the first model. What takes too long has not crashed.

    `places` makes new clients: those of one process are of no use in another.
    """
    ends = time.monotonic() + SECONDS
    still = _still(order)
    for reading, rounds in _readings():
        for item in order.work.inputs:
            action = partial(_tried, partial(reading, order), places, item, rounds)
            code = isolated(action, ends - time.monotonic(), stop)
            if code is not None and -code in CRASHES:
                raise InputInvalid(crash_words(item.name, item.uri, -code, item.name not in still))
    model_crashes_again(order, places, stop, ends)


def _readings() -> list[tuple[Reading, int]]:
    """With their rounds, the likely one first: to plan with a file may mean to decode all of it, which can take all the
    time there is, and what was in hand had been planned."""
    readings: list[tuple[Reading, int]] = []
    if any_window_in_hand():
        readings.append((_read_windows, ROUNDS))
    if anything_in_hand():
        readings.append((_read_in_hand, ROUNDS))
    return [*readings, (_read_to_plan, 1)] if readings else [(_read_to_plan, ROUNDS)]


def _still(order: Order) -> set[str]:
    """Names of inputs that are images or fonts."""
    timeline = order.work.timeline or Timeline()
    return {*images_of(timeline), *fonts_of(timeline), *models_of(order.work)}


def crash_words(name: str, uri: str, crash: int, moving: bool = True) -> str:
    """What happened, and the way round it; there is another one for what is not `moving`: an image or a font."""
    file = uri.rsplit("/", 1)[-1]
    to = shlex.quote(f"{Path(file).stem}.mkv")
    remedy = f"ffmpeg -i {shlex.quote(file)} -c:v libx264 -crf 10 -c:a flac {to}" if moving else "save it anew"
    return (
        f"input {name} crashes the decoder ({Signals(crash).name}), and did so again when tried alone; "
        f"convert it first: {remedy}"
    )


def _tried(reading: Callable[[Places, Input], None], places: Callable[[], Places], item: Input, rounds: int) -> int:
    """Whatever it raises, it has not crashed."""
    for _ in range(rounds):
        with suppress(Exception):
            reading(places(), item)
        # What a decoder has spoilt may only show when memory is given back.
        gc.collect()
    return 0


def _read_to_plan(order: Order, reached: Places, item: Input) -> None:
    """Opens it, and has its frames' times where the output keeps them."""
    inputs = JobInputs(order.work, reached, Tracker(order.attempt))
    facts = inputs.facts_of(item)
    if keeps_times(order.work) and clips_of(order.work)[0].input == item.name:
        inputs.times({item.name: facts})


def _read_in_hand(order: Order, reached: Places, item: Input) -> None:
    """What a crash left unfinished. Images and fonts are small: they are opened as for a plan."""
    if item.name in _still(order):
        _read_to_plan(order, reached, item)
        return
    plan = read_plan(reached.folder(order.workspace).get(names.PLAN).data, order.workspace)
    output = plan.output(order.work.outputs[0].name)
    inputs = JobInputs(order.work, reached, Tracker(order.attempt))
    inputs.bind(plan)
    for clip in plan.clips:
        if clip.input == item.name:
            _picture(plan, output, clip, inputs, decoder_threads(granted_cores(order.max_parallel)))
    if is_in_hand(SOUND):
        _sound(plan, output, item.name, inputs)


def _read_windows(order: Order, reached: Places, item: Input) -> None:
    """Windows of analyses that a crash left unfinished, as far as it is this input that they look at."""

    plan = read_analyses(reached.folder(order.workspace).get(names.ANALYSES).data, order.workspace)
    inputs = JobInputs(order.work, reached, Tracker(order.attempt))
    inputs.bind(plan)
    first = 0
    for windows in plan.analyses:
        unfinished = {number - first for number in windows_in_hand(first + windows.count) if number >= first}
        if windows.input == item.name:
            analysis, looks = analysis_of(order.work, windows.name), [windows.looks(k) for k in sorted(unfinished)]
            threads = decoder_threads(granted_cores(order.max_parallel))
            _looked_at(windows, analysis, plan.input(item.name), inputs, looks, threads)
        first += windows.count


def _looked_at(
    windows: WindowsPlan,
    analysis: Analysis,
    facts: InputFacts,
    inputs: JobInputs,
    unfinished: Sequence[Window],
    threads: int,
) -> None:
    """Decoded as they were; what a model does is not done again: it has crashed by itself if this does not."""
    from job_runner.media.looking import levels

    if facts.audio is not None and analysis.loudness:
        for window in unfinished:
            deque(levels(lambda: inputs.open(facts.name), facts.audio, facts.origin, window), maxlen=0)
        return
    assert facts.video is not None
    clock = windows.times or ConstantClock(Fraction(windows.rate))
    for how in (Decoding(threads, strict=True), PLAIN):
        with suppress(NoFrameError), FrameSource(inputs.open(facts.name), facts.video, clock, how) as source:
            for window in unfinished:
                for look in range(window.first, window.end):
                    source.at(look * analysis.every)


def _picture(plan: Plan, output: OutputPlan, clip: ClipPlan, inputs: JobInputs, threads: int) -> None:
    """What a clip shows in the segments in hand, in the ways in which a damaged one is decoded too."""
    windows = [segment_window(index, plan.frames, plan.segment_frames) for index in in_hand(plan.segments)]
    numbers = [n for w in windows for n in range(max(w.first, clip.first), min(w.end, clip.end))]
    clock, device = plan.clip_clock(clip), device_of(plan, output)
    framer = device.framer(clip)
    for how in (*strict_ways(threads), PLAIN):
        source = device.source(clip, inputs.open(clip.input), how)
        with closing(source), suppress(NoFrameError):
            for slot in (clip.source + number - clip.first for number in numbers):
                framer(source.at(slot), float(clock.seconds(slot)))
            if not source.errors:
                return


def _sound(plan: Plan, output: OutputPlan, name: str, inputs: JobInputs) -> None:
    """The timeline's sound as far as this input makes it."""
    with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
        from job_runner.media.audio import make_audio

        for alone in _heard_alone(plan, output, name):
            make_audio(alone, output, inputs.open, Path(scratch) / names.AUDIO)


def _heard_alone(plan: Plan, output: OutputPlan, name: str) -> Iterator[Plan]:
    """Plans in which nothing else is heard."""
    audio, held = plan.audio, output.audio
    if audio is None or held is None:
        return
    if audio.replace or held.copy_of:
        if name in (held.copy_of, audio.replace and audio.replace.input):
            yield plan
        return
    for clip in plan.clips:
        if clip.input == name and not clip.mute:
            moved = clip.model_copy(update={"first": 0, "cross": 0})
            ends = {"fade_in": None, "fade_out": None}
            yield plan.model_copy(update={"clips": [moved], "frames": clip.frames, **ends})
