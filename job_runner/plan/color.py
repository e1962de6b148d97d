"""The output's pixel format and colour tags: kept, converted where that is exact enough, or refused. Pure."""

from collections.abc import Iterable

from job_runner.errors import InputInvalid, SpecInvalid
from job_runner.plan.facts import HLG, PQ, ColorTags, InputFacts, VideoFacts
from job_runner.plan.geometry import Size
from job_runner.plan.matrix import check_matrix, output_matrix
from videojob_api.codecs import PIXEL_FORMATS, VIDEO_CODECS, video_codec
from videojob_api.output import ColorSpec, Video

PRIMARIES = {"bt709": 1, "bt470bg": 5, "smpte170m": 6, "bt2020": 9}
TRANSFER = {"bt709": 1, "smpte170m": 6, "bt2020-10": 14, "smpte2084": PQ, "arib-std-b67": HLG}
MATRIX = {"bt709": 1, "bt470bg": 5, "smpte170m": 6, "bt2020nc": 9}
RANGE = {"tv": 1, "pc": 2}
_HDR_NAMES = {PQ: "PQ (HDR10)", HLG: "HLG"}
_WIDE = 9


def pixel_format(video: Video, first: VideoFacts) -> str:
    """As asked for; else the source's depth, where the codec's players can show it."""
    deep = first.depth > 8 and max(video_codec(video.codec).depths) > 8
    return video.pixel_format or ("yuv420p10le" if deep else "yuv420p")


def color_tags(wanted: ColorSpec | None, first: VideoFacts, size: Size) -> ColorTags:
    """The output's, whose `size` is given: those of the first clip, limited range, unless the spec says otherwise."""
    wanted, own = wanted or ColorSpec(), first.color
    kept = output_matrix(own, (first.width, first.height), size)
    return ColorTags(
        primaries=PRIMARIES[wanted.primaries] if wanted.primaries else own.primaries,
        transfer=TRANSFER[wanted.transfer] if wanted.transfer else own.transfer,
        matrix=MATRIX[wanted.matrix] if wanted.matrix else kept,
        range=RANGE[wanted.range or "tv"],
    )


def check_colors(tags: ColorTags, depth_format: str, video: Video, inputs: Iterable[InputFacts]) -> None:
    """Raises where a picture would come out wrong: HDR in 8 bit or h264, rare matrices, other light or primaries."""
    if tags.is_hdr:
        _check_depth(tags, depth_format, video)
    for facts in inputs:
        color = facts.video.color if facts.video else ColorTags()
        check_matrix(color.matrix, facts.name)
        if color.is_hdr != tags.is_hdr or (tags.is_hdr and color.transfer != tags.transfer):
            raise InputInvalid(
                f"input {facts.name} is {_HDR_NAMES.get(color.transfer, 'SDR')} video and the output "
                f"{_HDR_NAMES.get(tags.transfer, 'SDR')}: light is not converted; convert the input first"
            )
        if (color.primaries == _WIDE) != (tags.primaries == _WIDE) and 2 not in (color.primaries, tags.primaries):
            raise InputInvalid(
                f"input {facts.name} has other primaries than the output (BT.2020 and narrower ones do not mix): "
                "convert the input first"
            )


def _check_depth(tags: ColorTags, depth_format: str, video: Video) -> None:
    """HDR needs 10 bit, and players that show them."""
    if min(PIXEL_FORMATS[depth_format].depth, max(video_codec(video.codec).depths)) > 8:
        return
    flat = " or ".join(codec.name for codec in VIDEO_CODECS.values() if max(codec.depths) == 8)
    deep = " or ".join(codec.name for codec in VIDEO_CODECS.values() if max(codec.depths) > 8)
    raise InputInvalid(
        f"the first clip is {_HDR_NAMES[tags.transfer]} video, which 8 bit or {flat} cannot hold: set "
        f"outputs[0].video.codec to {deep} and pixelFormat to yuv420p10le, or convert the input to SDR first"
    )


def check_wanted(wanted: ColorSpec | None, first: ColorTags) -> None:
    """A tag must not claim what the picture is not."""
    if not wanted:
        return
    for field, value, own in (
        ("primaries", wanted.primaries and PRIMARIES[wanted.primaries], first.primaries),
        ("transfer", wanted.transfer and TRANSFER[wanted.transfer], first.transfer),
    ):
        if value and own != 2 and _family(field, value) != _family(field, own):
            raise SpecInvalid(
                f"outputs[0].video.color.{field}: the first clip has another ({own}), and light is not re-graded: "
                "leave it out, or convert the input first"
            )


def _family(field: str, code: int) -> int:
    """SDR's transfer functions and the narrow primaries are close enough to be shown as each other."""
    if field == "transfer":
        return 1 if code in (1, 4, 5, 6, 7, 13, 14, 15) else code
    return 1 if code in (1, 5, 6, 7) else code
