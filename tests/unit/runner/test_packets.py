"""Packets read through, without decoding."""

from fractions import Fraction
from pathlib import Path

import av

from job_runner.media.packets import PictureTimes, picture_times, pictures
from job_runner.media.untrusted import opened
from tests.unit.runner import odd
from tests.unit.runner.media import make_video
from tests.unit.runner.odd import FRAMES


def times_of(path: Path) -> PictureTimes:
    with opened(str(path), "v") as container:
        stream = container.streams.video[0]
        assert stream is not None
        return picture_times(container, stream, next(iter(container.streams.audio), None), Fraction(1, 25))


def test_times_run_on_over_a_join(tmp_path: Path) -> None:
    plain, joined = times_of(make_video(tmp_path / "v.ts", frames=FRAMES)), times_of(odd.joined()(tmp_path / "j.ts"))
    assert not plain.jumps and [jump.packet for jump in joined.jumps] == [FRAMES // 2]
    assert sorted(joined.times) == sorted(plain.times) and joined.untold == 0


def test_packets_have_those_times(tmp_path: Path) -> None:
    path = odd.joined(Fraction(1000))(tmp_path / "j.ts")
    found = times_of(path)
    with av.open(str(path)) as container:
        packets = pictures(container, container.streams.video[0], found.jumps)
        assert [packet.pts for packet in packets if packet.size] == list(found.times)


def test_what_an_edit_list_takes_away_is_not_counted(tmp_path: Path) -> None:
    found = times_of(odd.trimmed((Fraction(23, 25), Fraction(2)))(tmp_path / "t.mp4"))
    assert len(found.times) == 50


def test_packets_without_times_are_numbered(tmp_path: Path) -> None:
    found = times_of(odd.encoded(tmp_path / "v.avi", options={"bf": "2"}))
    assert found.untold > 0
