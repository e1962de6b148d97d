"""What a token says of itself. Nothing here is proof: it only spares the API server what cannot be a runner's token."""

import base64
import json
from typing import Any

from videojob_api import names

MAX_TOKEN_CHARACTERS = 8192
CLOCK_SKEW_SECONDS = 60.0


def claimed_pod(token: str, now: float) -> str | None:
    """The uid of the pod that a runner's token is bound to; None if this cannot be one. `now` is Unix time."""
    claims = _payload(token)
    if not claims or not isinstance(claims.get("iss"), str) or not _is_for_us(claims.get("aud")):
        return None
    expires = claims.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int | float) or expires < now - CLOCK_SKEW_SECONDS:
        return None
    return _pod_uid(claims.get("kubernetes.io"))


def _payload(token: str) -> dict[str, Any] | None:
    """The second of a JSON web token's three parts, if the first is an object too."""
    parts = token.split(".") if len(token) <= MAX_TOKEN_CHARACTERS and token.isascii() else []
    if len(parts) != 3 or not all(parts):
        return None
    head, claims = _object(parts[0]), _object(parts[1])
    return claims if head and isinstance(head.get("alg"), str) and head["alg"] != "none" else None


def _object(part: str) -> dict[str, Any] | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_for_us(audience: object) -> bool:
    return names.TOKEN_AUDIENCE in audience if isinstance(audience, list) else audience == names.TOKEN_AUDIENCE


def _pod_uid(bound: object) -> str | None:
    pod = bound.get("pod") if isinstance(bound, dict) else None
    uid = pod.get("uid") if isinstance(pod, dict) else None
    return uid if isinstance(uid, str) and uid else None
