"""What a TokenReview says of a token: the pod that it is bound to."""

from dataclasses import dataclass
from typing import Any

from videojob_api import names

_EXTRA = "authentication.kubernetes.io/pod-uid"
_ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True)
class NamedPod:
    """A pod, by the namespace of its ServiceAccount and its uid."""

    namespace: str
    uid: str


def named_pod(status: dict[str, Any]) -> NamedPod | None:
    """From a TokenReview's status; None if the token is not good, not for us, or not a pod's."""
    user = status.get("user") or {}
    uids = (user.get("extra") or {}).get(_EXTRA) or []
    kind, _, account = str(user.get("username", "")).partition(_ACCOUNT)
    namespace = account.partition(":")[0]
    good = status.get("authenticated") and names.TOKEN_AUDIENCE in (status.get("audiences") or [])
    return NamedPod(namespace, str(uids[0])) if good and uids and namespace and not kind else None
