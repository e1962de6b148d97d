"""Which of a file's tracks is the picture, and which the sound.

The one that the user names. Else of the tracks in a codec that FFmpeg knows: one with the default flag before one
without, one that is not for the blind, the deaf or a commentary before one that is, then the largest picture and the
most channels, then the first: as FFmpeg's command line chooses. A cover is no picture. In a transport stream the sound
belongs to the picture's programme, if that has any.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from job_runner.errors import InputInvalid
from job_runner.plan.layouts import native_order, speakers_of

_SPECIAL = Disposition.hearing_impaired | Disposition.visual_impaired | Disposition.comment
_LEFT, _RIGHT = ("FL",), ("FR",)


@dataclass(frozen=True)
class Sound:
    """A sound track: FFmpeg's name of its layout, its channels' names in the order in which they are stored, and the
    name of the layout that the decoder was given instead."""

    stream: AudioStream
    layout: str
    names: tuple[str, ...]
    given: str

    @property
    def in_order(self) -> bool:
        """Whether the channels are stored in FFmpeg's order, as far as they have names."""
        return self.names == (native_order(self.names) or self.names)


@dataclass(frozen=True)
class Track:
    """A track that can be chosen. `number` counts those of its kind, as FFmpeg's v:0 and a:0 do."""

    number: int
    stream: Stream
    words: str
    rank: tuple[int, ...]


@dataclass(frozen=True)
class Wanted:
    """The tracks that the user names, by number; None for the best."""

    video: int | None = None
    audio: int | None = None


BEST = Wanted()


@dataclass(frozen=True)
class Chosen:
    """The tracks that count, in words those that could have been taken too, and `right` as AudioFacts has it."""

    video: VideoStream | None
    sound: Sound | None
    right: int | None
    other_videos: list[str]
    other_sounds: list[str]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Whose the sound's channels are, in FFmpeg's order."""
        if self.sound is None:
            return ()
        names = _LEFT + _RIGHT if self.right is not None else self.sound.names
        return native_order(speakers_of(self.sound.layout, names))

    @property
    def layout(self) -> str:
        """FFmpeg's name of where they stand."""
        assert self.sound is not None
        return av.AudioLayout("+".join(self.speakers)).name if self.speakers else self.sound.layout


def chosen_tracks(container: InputContainer, wanted: Wanted, name: str) -> Chosen:
    """The picture and the sound of a container that was opened for this. Raises InputInvalid, naming the input."""
    videos, found = video_tracks(container), sounds(container)
    video = chosen(videos, wanted.video, name, "video")
    picture = container.streams.video[video.number] if video else None
    audios = sound_tracks(container, found, picture)
    if wanted.audio is not None:
        audios = sound_tracks(container, found, None)
    audio = chosen(audios, wanted.audio, name, "sound")
    right = right_of(found, audios, audio) if audio and wanted.audio is None else None
    return Chosen(
        video=picture,
        sound=found[audio.stream.index] if audio else None,
        right=right.stream.index if right else None,
        other_videos=_others(videos, (video,)) if wanted.video is None else [],
        other_sounds=_others(audios, (audio, right)) if wanted.audio is None else [],
    )


def _others(tracks: Sequence[Track], taken: Sequence[Track | None]) -> list[str]:
    return [listed([t]) for t in tracks if t not in taken]


def video_stream(container: InputContainer, index: int) -> VideoStream:
    """The stream that was chosen when the file was probed."""
    return next(s for s in container.streams.video if s.index == index)


def sound_stream(container: InputContainer, index: int) -> AudioStream:
    """The same of the sound, to read its packets only."""
    return next(s for s in container.streams.audio if s.index == index)


def sound_of(container: InputContainer, index: int) -> Sound:
    """The stream that was chosen when the file was probed. Once a container."""
    sound = _known_layout(sound_stream(container, index))
    assert sound is not None, "without a channel it is not chosen"
    return sound


def video_tracks(container: InputContainer) -> list[Track]:
    """Those with moving pictures in a codec that FFmpeg knows."""
    return [
        Track(n, s, _picture_words(s), (*_flags(s), s.width * s.height))
        for n, s in enumerate(container.streams.video)
        if s.codec_context is not None and not s.disposition & Disposition.attached_pic
    ]


def sounds(container: InputContainer) -> dict[int, Sound]:
    """The sound tracks in a codec that FFmpeg knows, by the stream's index. Once a container: see `_known_layout`.

    One without a channel is damaged, or empty, and cannot be heard.
    """
    known = (_known_layout(s) for s in container.streams.audio if s.codec_context is not None)
    return {sound.stream.index: sound for sound in known if sound is not None}


def sound_tracks(container: InputContainer, found: dict[int, Sound], picture: VideoStream | None) -> list[Track]:
    """Those that can be heard; only the ones of the picture's programme, if there are any."""
    numbered = [(n, found[s.index]) for n, s in enumerate(container.streams.audio) if s.index in found and s.rate]
    tracks = [Track(n, s.stream, _sound_words(s), (*_flags(s.stream), len(s.names))) for n, s in numbered]
    return [t for t in tracks if belongs(container, t.stream, picture)] or tracks


def _known_layout(stream: AudioStream) -> Sound | None:
    """What the decoder is told of the channels, told anew in a way that PyAV survives; None where there are none.

    PyAV 18.1's AudioLayout is a shallow copy of FFmpeg's struct, which frees what it points to: of channels in an order
    of their own both the decoder and every frame would free the same memory again. So the decoder is given a layout
    that points nowhere, with the same number of channels, and the copy is the only one that is left to free.
    """
    own = stream.codec_context.layout
    layout, names = own.name, tuple(channel.name for channel in own.channels)
    if not names:
        return None
    given = av.AudioLayout(_harmless(layout, names))
    stream.codec_context.layout = given
    del own
    return Sound(stream, layout, names, given.name)


def _harmless(layout: str, names: Sequence[str]) -> str:
    """A layout of as many channels that needs no list of them."""
    if ordered := native_order(names):
        return "+".join(ordered)
    whole = list(names) == [f"AMBI{k}" for k in range(len(names))]
    return layout if layout.startswith("ambisonic") and whole else f"{len(names)} channels"


def _flags(stream: Stream) -> tuple[int, int]:
    return int(bool(stream.disposition & Disposition.default)), int(not stream.disposition & _SPECIAL)


def belongs(container: InputContainer, sound: Stream, picture: VideoStream | None) -> bool:
    """Whether FFmpeg would choose this picture for this sound: it looks in the sound's programme, if that has one."""
    related = container.streams.best("video", related=sound) if picture is not None else None
    return related is None or picture is None or related.index == picture.index


def chosen(tracks: Sequence[Track], wanted: int | None, name: str, kind: str) -> Track | None:
    """The track of that number, or the one that counts; None where there is none.

    Raises InputInvalid, with a list of what there is, for a number that is not there.
    """
    if wanted is None:
        return max(tracks, key=lambda t: (*t.rank, -t.number), default=None)
    if found := next((t for t in tracks if t.number == wanted), None):
        return found
    there = f"it has {listed(tracks)}" if tracks else "it has none"
    raise InputInvalid(f"input {name} has no {kind} track {wanted} that can be used; {there}")


def listed(tracks: Sequence[Track]) -> str:
    """Says tracks with their numbers, for people."""
    return ", ".join(f"{t.number} ({t.words})" for t in tracks)


def right_of(found: dict[int, Sound], tracks: Sequence[Track], left: Track) -> Track | None:
    """The one track with the right channel, where the left one has a track of its own."""
    lefts, rights = ([t for t in tracks if found[t.stream.index].names == side] for side in (_LEFT, _RIGHT))
    if lefts != [left] or len(rights) != 1:
        return None
    one, other = (found[t.stream.index].stream.codec_context for t in (left, rights[0]))
    return rights[0] if (one.codec.name, one.sample_rate) == (other.codec.name, other.sample_rate) else None


def _picture_words(stream: VideoStream) -> str:
    return _words(stream, f"{stream.codec_context.codec.canonical_name} {stream.width}x{stream.height}")


def _sound_words(sound: Sound) -> str:
    context = sound.stream.codec_context
    return _words(sound.stream, f"{context.codec.canonical_name} {context.sample_rate} Hz {sound.layout}")


def _words(stream: Stream, what: str) -> str:
    language = stream.language if stream.language not in (None, "und") else None
    flag = "default" if stream.disposition & Disposition.default else None
    return ", ".join(word for word in (what, language, flag) if word)
