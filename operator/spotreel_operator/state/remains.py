"""What can be read of a spec that as a whole cannot: another version of the API may have written it."""

from typing import Any

from pydantic import ValidationError

from spotreel_operator.state.parts import only
from videojob_api.spec import VideoJobSpec

Object = dict[str, Any]
_PARTS = (
    "suspend",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
    "deadline",
    "className",
    "placement",
    "parallelism",
)
"""What running attempts and ended jobs go by."""


_WRITTEN = {"outputs": ("uri",), "results": ("analysis", "uri")}
"""What success is believed by."""


def remains(spec: Object) -> VideoJobSpec | None:
    """A spec with what it writes and those parts that can be read; None where what it writes cannot be read."""
    try:
        known: Object = {"inputs": [{"uri": "s3://unread/unread"}], **_written(spec)}
        found = VideoJobSpec.model_validate(known)
    except (ValidationError, LookupError, TypeError):
        return None
    for part in (part for part in _PARTS if part in spec):
        try:
            found = VideoJobSpec.model_validate(known | {part: spec[part]})
        except ValidationError:
            continue
        known[part] = spec[part]
    return found


def _written(spec: Object) -> Object:
    """Raises LookupError if that is nothing."""
    found = {part: [only(item, keys) for item in spec[part]] for part, keys in _WRITTEN.items() if spec.get(part)}
    if not found:
        raise LookupError("it writes nothing")
    return found
