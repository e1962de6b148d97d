"""Odd and damaged media, made at test time: what real files are like."""

import random
import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from job_runner.media.priority import ordinary_priority
from tests.unit.runner.media import make_video, numbered, tones

Make = Callable[[Path], Path]
NONE: Mapping[str, str] = MappingProxyType({})
FRAMES = 90


def encoded(
    path: Path, codec: str = "libx264", frames: int = FRAMES, size: tuple[int, int] = (96, 64),
    pixel_format: str = "yuv420p", options: Mapping[str, str] = NONE, first: int = 0, rate: int = 25,
    setup: Callable[[VideoStream], None] = lambda s: None, container: Mapping[str, str] = NONE,
) -> Path:  # fmt: skip
    """Numbered frames in any codec, format and container."""
    with av.open(str(path), "w", options=dict(container)) as file:
        stream = file.add_stream(codec, rate=rate, options={"g": "30", **options})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        setup(stream)
        for k in range(frames):
            frame = numbered(first + k, *_even(size)).reformat(*size, pixel_format)
            frame.pts, frame.time_base = k, Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    ordinary_priority()
    return path


def _even(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] + size[0] % 2, size[1] + size[1] % 2


def rotated(degrees: int) -> Make:
    def make(path: Path) -> Path:
        """Stored so that it has to be turned; its bars stand upright once it is."""
        flat = degrees % 180 == 0
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = (96, 64, "yuv420p") if flat else (64, 96, "yuv420p")
            stream.set_display_rotation(degrees)
            for k in range(30):
                luma = numbered(k).to_ndarray(format="gray")
                stored = np.asarray(np.rot90(luma, -degrees // 90), np.uint8, order="C")
                frame = VideoFrame.from_ndarray(stored, "gray").reformat(format="yuv420p")
                frame.pts = k
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return make


def displayed(path: Path, matrix: tuple[int, int, int, int], unit: int = 1 << 16) -> Path:
    """Writes a, b, c, d into the display matrix of an MP4 that has to be turned by 180 degrees so far.

    A point (x, y) of the stored picture is shown at (ax + cy, bx + dy), somewhere.
    """
    half = tuple(value.to_bytes(4, signed=True) for value in (-1 << 16, 0, 0, 0, -1 << 16))
    a, b, c, d = (int(value * unit).to_bytes(4, signed=True) for value in matrix)
    data = path.read_bytes()
    assert data.count(b"".join(half)) == 1
    path.write_bytes(data.replace(b"".join(half), a + b + bytes(4) + c + d))
    return path


def cut_off(share: float, source: Make) -> Make:
    def make(path: Path) -> Path:
        data = source(path).read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    return make


def flipped(count: int, source: Make, seed: int = 1) -> Make:
    def make(path: Path) -> Path:
        """Bytes changed in the middle half of the pictures."""
        data, random_ = bytearray(source(path).read_bytes()), random.Random(seed)
        first, end = _pictures(data)
        quarter = (end - first) // 4
        for _ in range(count):
            data[random_.randrange(first + quarter, end - quarter)] ^= 0xFF
        path.write_bytes(data)
        return path

    return make


def _pictures(data: bytearray) -> tuple[int, int]:
    """Where they lie: an MP4's index says how to read them, and with a spoilt one each decoder sees other things."""
    box = data.find(b"mdat")
    return (box + 4, box - 4 + int.from_bytes(data[box - 4 : box])) if box >= 0 else (0, len(data))


def faststart(path: Path) -> Path:
    """MP4 with its index first, so that a cut-off file can be opened."""
    whole = make_video(path.with_name("whole.mp4"), frames=FRAMES)
    remuxed(whole, path, {"movflags": "faststart"})
    return path


def remuxed(source: Path, target: Path, options: Mapping[str, str] = NONE, shift: Fraction = Fraction(0)) -> None:
    with av.open(str(source)) as inside, av.open(str(target), "w", options=dict(options)) as outside:
        copies = {s.index: outside.add_stream_from_template(s, opaque=True) for s in inside.streams}
        for packet in inside.demux():
            if packet.size and packet.pts is not None and packet.dts is not None and packet.time_base:
                ticks = int(shift / packet.time_base)
                packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                packet.stream = copies[packet.stream.index]
                outside.mux(packet)


def edit_list(path: Path) -> Path:
    """An empty edit of 1.2 s at the start: the first frame's time is not 0."""
    remuxed(make_video(path.with_name("plain.mp4"), frames=FRAMES, sound=True), path, shift=Fraction(6, 5))
    return path


def trimmed(*edits: tuple[Fraction, Fraction]) -> Make:
    def make(path: Path) -> Path:
        """As QuickTime and telephones trim: nothing but the edit list says what is to be seen and heard.

        Each edit is a start and a length in seconds.
        """
        data = bytearray(make_video(path, frames=FRAMES, sound=True, gop=45).read_bytes())
        for number in range(2):
            track, media, old = (_boxes(data, kind)[number] for kind in (b"trak", b"mdhd", b"elst"))
            scale, zero = (int.from_bytes(data[at + 12 : at + 16]) for at in (media, old))
            body = b"".join(_edit(zero + int(start * scale), int(length * 1000)) for start, length in edits)
            more = 12 * (len(edits) - 1)
            data[old + 4 : old + 20] = len(edits).to_bytes(4) + body
            for box in (old, data.rfind(b"edts", 0, old) + 4, track, data.find(b"moov") + 4):
                data[box - 8 : box - 4] = (int.from_bytes(data[box - 8 : box - 4]) + more).to_bytes(4)
        path.write_bytes(data)
        return path

    return make


def _edit(first: int, length: int) -> bytes:
    return struct.pack(">IiI", length, first, 0x10000)


def _boxes(data: bytearray, kind: bytes) -> list[int]:
    """Where the names of an MP4's boxes of one kind end."""
    return [at + 4 for at in range(len(data)) if data[at : at + 4] == kind]


def without_display_times(path: Path, times: list[int] | None = None) -> Path:
    """MP4 as some recorders write it: decode times alone, though pictures are reordered. `times` in 1/90000 s."""
    plain = make_video(path.with_name("plain.mp4"), frames=FRAMES)
    with av.open(str(plain)) as inside, av.open(str(path), "w") as outside:
        copy = outside.add_stream_from_template(inside.streams.video[0], opaque=True)
        for number, packet in enumerate(inside.demux()):
            if packet.size:
                packet.pts = packet.dts = times[number] if times else 3600 * number
                packet.time_base = Fraction(1, 90000)
                packet.stream = copy
                outside.mux(packet)
    return path


def joined(shift: Fraction = Fraction(0), b_frames: tuple[int, int] = (2, 2)) -> Make:
    def make(path: Path) -> Path:
        """Two recordings one after the other in one file, the second one's clock `shift` seconds on."""
        half = FRAMES // 2
        parts = [
            make_video(path.with_name(f"part{k}.ts"), half, gop=15, sound=True, first=k * half, options={"bf": str(bf)})
            for k, bf in enumerate(b_frames)
        ]
        if shift:
            remuxed(parts[1], path.with_name("later.ts"), shift=shift)
            parts[1] = path.with_name("later.ts")
        path.write_bytes(b"".join(part.read_bytes() for part in parts))
        return path

    return make


def misdated(*pictures: int, ticks: int = 2**30) -> Make:
    def make(path: Path) -> Path:
        """A transport stream in which some pictures' display times, not their decode times, have a wrong bit."""
        data = bytearray(make_video(path, frames=FRAMES, sound=True).read_bytes())
        starts = [at for at in range(len(data)) if data[at : at + 4] == b"\0\0\1\xe0"]
        for number in pictures:
            at = starts[number] + 9
            data[at] |= ticks >> 29 & 14
        path.write_bytes(data)
        return path

    return make


def wrapping(path: Path) -> Path:
    """A transport stream whose clock of 33 bits begins anew in the middle."""
    remuxed(make_video(path.with_name("plain.ts"), frames=FRAMES), path, shift=Fraction(2**33, 90000) - 3)
    return path


def no_duration(path: Path) -> Path:
    """Matroska that does not tell how long a picture lasts, as browsers record it."""
    make_video(path, frames=FRAMES, times=BURSTS)
    data = bytearray(path.read_bytes())
    at = data.find(DEFAULT_DURATION)
    data[at : at + 8] = bytes.fromhex("ec86000000000000")
    path.write_bytes(data)
    return path


DEFAULT_DURATION = bytes.fromhex("23e38384")
"""Matroska's element of that name, with four bytes of content; an element 0xEC is void."""


def still(path: Path) -> Path:
    """A picture by itself, without JFIF's header, as cameras write it."""
    whole = encoded(path.with_name("one.avi"), codec="mjpeg", pixel_format="yuvj420p", frames=1, options={"q": "2"})
    with av.open(str(whole)) as container:
        path.write_bytes(bytes(next(container.demux(video=0))))
    return path


def paused(path: Path) -> Path:
    """A camera that stops for half a minute in mid-scene and goes on: its clock runs on too."""
    times = [3600 * k + (2_700_000 if k >= 30 else 0) for k in range(60)]
    return make_video(path, frames=60, times=times)


BURSTS = [(3600 * 25 * k if k < 3 else 3600 * 50 + 1500 * (k - 2)) for k in range(FRAMES)]
"""A screen that stands still and then moves at 60 pictures a second, in 1/90000 s."""


def changing_size(path: Path) -> Path:
    """From 96x64 to 128x64 in mid-stream, as broadcasts do."""
    parts = [
        encoded(path.with_name(f"{w}.h264"), size=(w, 64), frames=30, first=k, options={"bf": "0"})
        for w, k in ((96, 0), (128, 30))
    ]
    joined = path.with_name("both.h264")
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    with av.open(str(joined)) as inside, av.open(str(path), "w", format="mpegts") as outside:
        copy = outside.add_stream_from_template(inside.streams.video[0], opaque=True)
        for number, packet in enumerate(p for p in inside.demux() if p.size):
            packet.pts = packet.dts = None
            packet.stream = copy
            packet.time_base, packet.dts = Fraction(1, 25), number
            packet.pts = number
            outside.mux(packet)
    return path


def with_cover(path: Path) -> Path:
    """A picture of the album comes first, then the video."""
    video = make_video(path.with_name("v.mp4"), frames=FRAMES)
    with av.open(str(video)) as inside, av.open(str(path), "w") as outside:
        art = outside.add_stream("mjpeg", rate=25)
        assert isinstance(art, VideoStream)
        art.width, art.height, art.pix_fmt = 32, 32, "yuvj420p"
        art.disposition = av.stream.Disposition.attached_pic
        copy = outside.add_stream_from_template(inside.streams.video[0], opaque=True)
        outside.mux(art.encode(VideoFrame(32, 32, "yuvj420p")))
        for packet in inside.demux():
            if packet.size:
                packet.stream = copy
                outside.mux(packet)
    return path


EXIF = b"Exif\0\0MM\0*\0\0\0\x08" + b"\0\1\x01\x0f\0\2\0\0\0\4Cam\0" + bytes(4)
"""The maker's name and no more, big-endian."""


def with_exif(path: Path) -> Path:
    """Motion JPEG as cameras write it: each picture with a block of EXIF."""
    plain = encoded(
        path.with_name("plain.avi"), codec="mjpeg", pixel_format="yuvj420p", options={"q": "2"}, frames=FRAMES
    )
    with av.open(str(plain)) as inside, av.open(str(path), "w") as outside:
        copy = outside.add_stream_from_template(inside.streams.video[0], opaque=True)
        for packet in inside.demux():
            if packet.size:
                jpeg = bytes(packet)
                made = av.Packet(jpeg[:2] + b"\xff\xe1" + (len(EXIF) + 2).to_bytes(2, "big") + EXIF + jpeg[2:])
                made.pts, made.dts, made.time_base, made.stream = packet.pts, packet.dts, packet.time_base, copy
                outside.mux(made)
    return path


def several_tracks(path: Path) -> Path:
    """Two videos and two sounds: the first of each counts."""
    with av.open(str(path), "w") as container:
        streams: list[Any] = [container.add_stream("libx264", rate=25) for _ in range(2)]
        sounds: list[Any] = [container.add_stream("aac", rate=48000, layout="stereo") for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for k in range(FRAMES):
            for offset, stream in zip((0, 1000), streams, strict=True):
                frame = numbered(k + offset)
                frame.pts = k
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
        for stream in sounds:
            container.mux([p for f in tones(FRAMES * 1920) for p in stream.encode(f)] + stream.encode(None))
    return path


def sound_only(path: Path, rate: int = 44100, layout: str = "mono", seconds: int = 4) -> Path:
    """A tone."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=rate, layout=layout)
        wave = (0.1 * np.sin(np.arange(seconds * rate) * 2 * np.pi * 330 / rate)).astype(np.float32)
        for first in range(0, wave.size, 1024):
            part = wave[None, first : first + 1024].repeat(1 if layout == "mono" else 2, 0)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, first, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def random_times(seed: int, frames: int = FRAMES) -> list[int]:
    """Rising times in 1/90000 s, from 10 to 60 frames a second."""
    steps = random.Random(seed)
    return [0, *accumulate(steps.choice([1500, 3000, 3003, 3600, 9000]) for _ in range(frames - 1))]


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def text(path: Path) -> Path:
    path.write_text("this is a shopping list\n" * 40)
    return path


def no_frames(path: Path) -> Path:
    """A track without a single picture, as of a recording stopped at once."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        sound: Any = container.add_stream("aac", rate=48000, layout="stereo")
        container.mux([p for f in tones(4800) for p in sound.encode(f)] + sound.encode(None))
    return path


def spoilt_sound(source: Make, first: float = 1, end: float = 1.5, seed: int = 1) -> Make:
    def make(path: Path) -> Path:
        """Packets of sound from `first` to `end` seconds are of random bytes; pictures are whole."""
        data, random_ = bytearray(source(path).read_bytes()), random.Random(seed)
        for place, size in _sound_packets(path, first, end):
            # In others headers stand in front.
            head = 0 if path.suffix == ".mp4" else 32
            data[place + head : place + size] = random_.randbytes(max(0, size - head))
        path.write_bytes(data)
        return path

    return make


def erased(source: Make, first: float = 1, end: float = 1.5) -> Make:
    def make(path: Path) -> Path:
        """From within the sound at `first` seconds to that at `end` the file is zeros, as a bad disk reads."""
        data, places = bytearray(source(path).read_bytes()), [place for place, _ in _sound_packets(path, first, end)]
        data[min(places) + 200 : max(places) + 200] = bytes(max(places) - min(places))
        path.write_bytes(data)
        return path

    return make


def _sound_packets(path: Path, first: float, end: float) -> list[tuple[int, int]]:
    """Where they lie, and their sizes."""
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(audio=0) if p.size and p.pts is not None and p.pos is not None]
        return [(p.pos, p.size) for p in packets if p.pos is not None and first <= _second(p) < end]


def _second(packet: Any) -> float:
    return float(packet.pts * packet.time_base)
