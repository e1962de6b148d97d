"""What packets are to others, by the bytes that encoders write, and by bytes made by hand."""

from collections import Counter
from pathlib import Path

import av
import pytest

from job_runner.media.roles import ORDINARY, START, Role, mjpeg, mpeg2, roles, stands_alone, vp9
from tests.unit.runner.media import make_video
from tests.unit.runner.odd import encoded


def read(path: Path) -> tuple[list[Role], list[bool]]:
    """The roles of all packets, and which of them the container calls key frames."""
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        known = roles(context.codec.canonical_name, context.extradata)
        assert known is not None
        packets = [packet for packet in container.demux(video=0) if packet.size]
        return [known(memoryview(packet)) for packet in packets], [packet.is_keyframe for packet in packets]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_h264(suffix: str, tmp_path: Path) -> None:
    params = "bframes=3:b-adapt=0:b-pyramid=none:scenecut=0:keyint=12"
    found, keys = read(make_video(tmp_path / f"v.{suffix}", 48, options={"x264-params": params}))
    assert [role.start for role in found] == keys and sum(keys) == 4
    assert sum(role.spare for role in found) > 24
    assert any(role.sets for role in found) == (suffix == "ts")


def test_open_gops_of_h264_are_no_starts(tmp_path: Path) -> None:
    params = "open-gop=1:keyint=12:min-keyint=12:scenecut=0:bframes=3"
    found, keys = read(make_video(tmp_path / "v.mp4", 48, options={"x264-params": params}))
    assert sum(keys) > 2 and sum(role.start for role in found) == 1


@pytest.mark.parametrize("suffix", ["mp4", "ts"])
@pytest.mark.parametrize("layers", [1, 3])
def test_hevc(suffix: str, layers: int, tmp_path: Path) -> None:
    """With more than one sub-layer no picture is spare."""
    more = f":temporal-layers={layers}" if layers > 1 else ""
    params = f"log-level=error:keyint=12:min-keyint=12:scenecut=0:bframes=4{more}"
    path = encoded(tmp_path / f"v.{suffix}", "libx265", 48, options={"x265-params": params})
    found, keys = read(path)
    assert [role.start for role in found] == keys and sum(keys) == 4
    assert (sum(role.spare for role in found) > 8) == (layers == 1)


@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [
        ("webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "g": "12"}),
        ("mp4", "libsvtav1", {"preset": "12", "g": "12"}),
        ("ts", "mpeg2video", {"bf": "2", "g": "12"}),
        ("mpg", "mpeg1video", {"bf": "2", "g": "12"}),
    ],
)
def test_key_frames(suffix: str, codec: str, options: dict[str, str], tmp_path: Path) -> None:
    found, keys = read(encoded(tmp_path / f"v.{suffix}", codec, 36, options=options))
    assert [role.start for role in found] == keys and sum(keys) >= 3
    assert any(role.spare for role in found) == codec.startswith("mpeg")


def test_b_pictures_of_mpeg_2_are_spare() -> None:
    def picture(kind: int) -> bytes:
        return b"\0\0\1\0" + bytes([0, kind << 3, 0, 0])

    header = b"\0\0\1\xb3" + bytes(8)
    assert mpeg2(memoryview(header + picture(1))) == START
    assert mpeg2(memoryview(picture(1))) == ORDINARY, "tables of an earlier header may count"
    assert mpeg2(memoryview(header + picture(2))) == ORDINARY
    assert mpeg2(memoryview(picture(3))) == Role(spare=True)


def test_vp9s_first_byte() -> None:
    starts = [byte for byte in range(256) if vp9(memoryview(bytes([byte]))).start]
    assert {byte >> 6 for byte in starts} == {2}
    assert 0x80 in starts and 0x84 not in starts and 0x88 not in starts, "a key frame, another, one shown again"
    assert 0xB0 in starts and 0xB4 not in starts, "profile 3 has a bit more"


def test_pictures_of_jpeg_with_all_tables_stand_alone(tmp_path: Path) -> None:
    path = encoded(tmp_path / "v.avi", "mjpeg", 3, pixel_format="yuvj420p")
    assert read(path)[0] == [START] * 3
    assert mjpeg(memoryview(b"\xff\xd8\xff\xdb..\xff\xda\xff\xc4")) == ORDINARY
    assert stands_alone("mjpeg") and not stands_alone("h264")


def test_every_picture_of_prores_stands_alone(tmp_path: Path) -> None:
    assert Counter(read(encoded(tmp_path / "v.mov", "prores_ks", 3, pixel_format="yuv422p10le"))[0]) == {START: 3}


def test_nothing_is_known_of_others() -> None:
    assert roles("vp8", None) is None and roles("ffv1", None) is None


@pytest.mark.parametrize("codec", ["h264", "hevc", "mpeg2video", "vp9", "av1", "mjpeg"])
def test_bytes_that_are_no_picture_are_ordinary(codec: str) -> None:
    known = roles(codec, None)
    assert known is not None
    for data in (b"", b"\0", b"\0\0\1", b"\0\0\1\x40", bytes(40), b"\xff" * 40):
        assert not known(memoryview(data)).start and not known(memoryview(data)).spare
