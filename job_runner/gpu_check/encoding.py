"""The device's encoders: whether each opens at the size that is asked of it, and how many at once."""

from functools import partial

from job_runner.gpu_check.check import Check
from job_runner.gpu_check.found import Found, NotHereError, verdict
from job_runner.gpu_check.ground import Ground
from job_runner.media.encoder_check import opens, sessions
from job_runner.plan.encoder import EncoderPlan, choose_encoder
from job_runner.plan.facts import ColorTags
from videojob_api.codecs import PIXEL_FORMATS, VIDEO_CODECS
from videojob_api.output import Video

FORMATS = {8: "yuv420p", 10: "yuv420p10le"}
_AT_ONCE = "h264 at once"
SUBJECTS = {f"{codec} {depth} bit": (codec, depth) for codec in VIDEO_CODECS for depth in FORMATS}


def find(subject: str, ground: Ground) -> Found:
    """Of a codec at a depth, or how many of one."""
    return _at_once(ground) if subject == _AT_ONCE else _opens(*SUBJECTS[subject], ground)


def _opens(codec: str, depth: int, ground: Ground) -> Found:
    made = planned(codec, depth, ground)
    at = f"{ground.extent.speed_size[0]}x{ground.extent.speed_size[1]}"
    if why := opens(made.name, made.options, made.pixel_format, ground.extent.speed_size):
        raise NotHereError(f"{why} at {at}")
    return verdict(True, f"{made.name} opens at {at}", encoder=made.name)


def _at_once(ground: Ground) -> Found:
    made = planned("h264", 8, ground)
    count = sessions(made.name, made.options, made.pixel_format, ground.extent.speed_size, ground.extent.sessions)
    if not count:
        raise NotHereError(f"{made.name} does not open")
    more = " or more" if count == ground.extent.sessions else ", one more is refused"
    return verdict(True, f"{count}{more}", sessions=count)


def planned(codec: str, depth: int, ground: Ground) -> EncoderPlan:
    """As a plan would have it. Whether it opens is asked later, so that the answer is this check's."""
    kind = "CPU" if ground.stands_in else "NVENC"
    video, tags = Video(codec=codec, encoder=kind), ColorTags(primaries=1, transfer=1, matrix=1, range=1)
    return choose_encoder(video, FORMATS[depth], tags, None, partial(_everywhere))


def _everywhere(name: str, options: object, pixel_format: str) -> None:
    return None


assert set(FORMATS.values()) <= PIXEL_FORMATS.keys()
CHECK = Check("encoders", (*SUBJECTS, _AT_ONCE), find)
