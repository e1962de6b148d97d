"""What each file format is called and what it holds: one row that the API's rules, the plan and the muxers read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from videojob_api.tables import keyed

_LITTLE, _BIG = ({f"pcm_{form}{order}" for form in ("s16", "s24", "s32", "f32")} for order in ("le", "be"))
_MP4 = {"aac", "mp3", "ac3", "eac3", "opus", "alac", "flac"}
_FASTSTART = {"movflags": "+faststart"}


@dataclass(frozen=True)
class Container:
    """A file format by the API's name; `spelled` is how else people call it.

    `endings` of files' names, FFmpeg's `muxer` and its `options` for a finished file. `sounds` are the codecs, by
    FFmpeg's names, that its players know; `lacks` the video codecs of the API that it cannot hold. Without `edit_lists`
    no time is before 0; without `codec_tags` a codec has one name only.
    """

    name: str
    endings: tuple[str, ...]
    muxer: str
    sounds: frozenset[str]
    options: Mapping[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    edit_lists: bool = True
    codec_tags: bool = True
    spelled: tuple[str, ...] = ()


CONTAINERS = keyed(
    (
        Container("mp4", ("mp4", "m4v"), "mp4", frozenset(_MP4), _FASTSTART, spelled=("mpeg4",)),
        Container(
            "mov",
            ("mov", "qt"),
            "mov",
            frozenset({"aac", "mp3", "ac3", "eac3", "alac"} | _LITTLE | _BIG),
            _FASTSTART,
            lacks=("av1",),
        ),
        Container(
            "mkv",
            ("mkv",),
            "matroska",
            frozenset(_MP4 | _LITTLE | {"mp2", "vorbis", "dts", "truehd"}),
            edit_lists=False,
            codec_tags=False,
            spelled=("matroska",),
        ),
    ),
    key=lambda container: container.name,
)
DEFAULT_CONTAINER = "mp4"


def container_named(name: str | None, uri: str) -> str:
    """The API's name: as it is set, else by the ending of the file's, else the default."""
    ending = uri.rpartition(".")[2].lower()
    return name or next((c.name for c in CONTAINERS.values() if ending in c.endings), DEFAULT_CONTAINER)
