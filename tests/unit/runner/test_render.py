"""Rendering on any device. One whose frames are words stands here for those beside the CPU, which need a GPU."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from job_runner.effects.assets import Assets
from job_runner.errors import InputInvalid
from job_runner.media.device import Decoding, Device, Fade, NoFrameError
from job_runner.media.render import OPEN_SOURCES, SegmentRenderer
from job_runner.plan.clips import ClipPlan
from job_runner.plan.plan import Plan
from job_runner.workspace.ranges import Opened
from tests.unit.runner.test_plan import facts, planned, work
from videojob_api.overlay import Overlay

WHOLE = {"left": 0, "top": 0, "width": 1, "height": 1}


@dataclass
class Words:
    """A frame: what it shows, and what was done to it."""

    said: list[str]


@dataclass
class WordsSource:
    clip: ClipPlan
    how: Decoding
    bad: set[int]
    errors: int = 0
    closed: bool = False
    shown: dict[int, Words] = field(default_factory=dict)

    def at(self, wanted: int) -> Words:
        assert not self.closed
        if wanted < 0:
            raise NoFrameError
        self.errors += wanted in self.bad
        return self.shown.setdefault(wanted, Words([f"{wanted}"]))

    def close(self) -> None:
        self.closed = True


@dataclass
class WordsEncoder:
    first: int
    encoded: Callable[[], None]
    frames: list[str] = field(default_factory=list)
    abandoned: bool = False

    def add(self, frame: Words) -> None:
        self.frames.append(" ".join(frame.said))
        self.encoded()

    def finish(self) -> bytes:
        return ",".join(self.frames).encode()

    def abandon(self) -> None:
        self.abandoned = True


class WordsOverlays:
    def __init__(self, overlays: Sequence[Overlay]) -> None:
        self._from = float((overlays[0].start or "0s").removesuffix("s"))

    def is_on(self, time: float) -> bool:
        return time >= self._from

    def draw(self, frame: Words, time: float) -> None:
        frame.said.append(f"drawn at {time:g}")


@dataclass
class WordsDevice:
    """Keeps what it has made. `bad` are the slots that cannot be decoded."""

    bad: set[int] = field(default_factory=set)
    sources: list[WordsSource] = field(default_factory=list)
    encoders: list[WordsEncoder] = field(default_factory=list)

    def source(self, clip: ClipPlan, media: Opened, how: Decoding) -> WordsSource:
        self.sources.append(WordsSource(clip, how, self.bad))
        return self.sources[-1]

    def framer(self, clip: ClipPlan) -> Callable[[Words, float], Words]:
        return lambda frame, seconds: frame

    def writable(self, frame: Words, own: bool) -> Words:
        return frame if own else Words([*frame.said])

    def cross(self, frame: Words, later: Words, share: float) -> None:
        frame.said.append(f"{share:g} of {' '.join(later.said)}")

    def fade(self, frame: Words, fades: Sequence[Fade]) -> None:
        frame.said += [f"{share:g} {rgb}" for rgb, share in fades]

    def overlays(self, overlays: Sequence[Overlay], assets: Assets) -> WordsOverlays:
        return WordsOverlays(overlays)

    def encoder(self, first: int, encoded: Callable[[], None]) -> WordsEncoder:
        self.encoders.append(WordsEncoder(first, encoded))
        return self.encoders[-1]


def renderer(plan: Plan, device: Device[Words], **more: Any) -> SegmentRenderer[Words]:
    return SegmentRenderer(plan, device, str, **more)


def render(of: SegmentRenderer[Words], index: int) -> list[str]:
    data = of.render(index, lambda left: True, lambda: None)
    assert data is not None
    return data.decode().split(",")


def test_a_segment_is_its_frames_and_one_encoder() -> None:
    device, left, encoded = WordsDevice(), [], []
    with renderer(planned(work()), device) as made:
        data = made.render(1, lambda frames: not left.append(frames), lambda: encoded.append(1))  # type: ignore[func-returns-value]
        assert data == ",".join(map(str, range(125, 250))).encode()
        assert left == list(range(124, -1, -1)) and len(encoded) == 125
    assert [encoder.first for encoder in device.encoders] == [125]
    assert [(source.how, source.closed) for source in device.sources] == [(Decoding(1, strict=True), True)]


def test_a_frame_that_nothing_is_done_to_is_the_sources_own() -> None:
    device = WordsDevice()
    with renderer(planned(work()), device) as made:
        frame = made.frame(3)
        assert frame is device.sources[0].shown[3]


def test_what_is_done_to_a_frame_is_done_in_order_and_to_a_copy() -> None:
    clips = [{"end": "8s"}, {"start": "10s", "transition": {"type": "Crossfade", "duration": "160ms"}}]
    box = {"box": {"fill": "white"}, "start": "7.92s", "end": "9s", "keyframes": [WHOLE]}
    plan, device = planned(work(clips=clips, overlays=[box], fadeIn={"duration": "80ms"})), WordsDevice()
    with renderer(plan, device) as made:
        assert made.frame(0).said == ["0", "0.75 (0, 0, 0)"]
        assert made.frame(197).said == ["197", "0.375 of 251"]
        assert made.frame(198).said == ["198", "0.625 of 252", "drawn at 7.92"]
        assert made.frame(201).said == ["255", "drawn at 8.04"], "the later clip alone"
    kept = {slot: frame.said for source in device.sources for slot, frame in source.shown.items()}
    assert all(said == [str(slot)] for slot, said in kept.items()), "nobody draws on what a source may show again"


def test_a_fade_between_clips_and_one_of_the_timeline() -> None:
    """Each of its own colour, on one copy."""
    clips = [{"end": "4s"}, {"start": "10s", "transition": {"type": "Fade", "duration": "160ms", "color": "white"}}]
    plan = planned(work(clips=clips, fadeIn={"duration": "4s"}))
    with renderer(plan, WordsDevice()) as made:
        first, *fades = made.frame(99).said
        assert first == "99" and [fade.partition(" ")[2] for fade in fades] == ["(255, 255, 255)", "(0, 0, 0)"]


def test_only_so_many_sources_are_open() -> None:
    cross = {"type": "Crossfade", "duration": "80ms"}
    clips: list[dict[str, Any]] = [
        {"end": "1s"},
        *({"start": f"{k}s", "end": f"{k + 1}s", "transition": cross, "speed": 2} for k in range(1, 6)),
    ]
    plan, device = planned(work(clips=clips)), WordsDevice()
    with renderer(plan, device) as made:
        for number in range(plan.frames):
            made.frame(number)
            assert sum(not source.closed for source in device.sources) <= OPEN_SOURCES
    assert len(device.sources) > OPEN_SOURCES and all(source.closed for source in device.sources)


def test_damage_is_decoded_again_to_be_sure_and_then_shown_as_it_is() -> None:
    device, told = WordsDevice(bad={130}), []
    with renderer(planned(work()), device, decoder_threads=4, damaged=lambda *what: told.append(what)) as made:
        assert render(made, 0)[:2] == ["0", "1"] and not told
        assert render(made, 1)[5] == "130"
        assert told == [("main", 1)]
        assert [encoder.abandoned for encoder in device.encoders] == [False, True, True, False]
        assert [source.how for source in device.sources] == [
            Decoding(4, strict=True), Decoding(1, strict=True, sure=True), Decoding(1)
        ]  # fmt: skip
        assert all(source.closed for source in device.sources), "what follows begins strictly again"
        assert render(made, 2)[0] == "250" and device.sources[-1].how == Decoding(4, strict=True)


def test_damage_that_ends_the_job_leaves_no_encoder_open() -> None:
    def refuse(name: str, index: int) -> None:
        raise InputInvalid(f"{name} is damaged in {index}")

    device = WordsDevice(bad={3})
    with (
        pytest.raises(InputInvalid, match="main is damaged in 0"),
        renderer(planned(work()), device, damaged=refuse) as made,
    ):
        render(made, 0)
    assert [encoder.abandoned for encoder in device.encoders] == [True, True]
    assert all(source.closed for source in device.sources)


def test_an_input_of_which_no_frame_can_be_decoded() -> None:
    plan = planned(work())
    none = plan.model_copy(update={"clips": [plan.clips[0].model_copy(update={"source": -1000})]})
    device = WordsDevice()
    with pytest.raises(InputInvalid, match="cannot be decoded any more"), renderer(none, device) as made:
        render(made, 0)
    assert all(encoder.abandoned for encoder in device.encoders) and len(device.encoders) == 3


def test_a_segment_that_is_dropped() -> None:
    device = WordsDevice()
    with renderer(planned(work(), facts()), device) as made:
        assert made.render(0, lambda left: left > 100, lambda: None) is None
    assert [(len(encoder.frames), encoder.abandoned) for encoder in device.encoders] == [(25, True)]
