"""What somebody else wrote into an object, as it may be shown."""

from typing import Any

from videojob_api.clean import clean
from videojob_api.status import MESSAGE_BYTES

Object = dict[str, Any]


def said(part: Object, key: str) -> str:
    """What somebody else wrote into an object, as it may be shown."""
    return clean(str(part.get(key) or ""), MESSAGE_BYTES)
