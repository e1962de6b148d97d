"""What can be read of a spec that as a whole cannot: another version of the API may have written it."""

from typing import Any

from pydantic import ValidationError

from videojob_api.spec import VideoJobSpec

Object = dict[str, Any]
_PARTS = ("suspend", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "deadline", "className", "placement")
"""What running attempts and ended jobs go by."""


def remains(spec: Object) -> VideoJobSpec | None:
    """A spec with the output's URI and those parts that can be read; None without a readable output."""
    try:
        known: Object = {"inputs": [{"uri": "s3://unread/unread"}], "outputs": [{"uri": spec["outputs"][0]["uri"]}]}
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
