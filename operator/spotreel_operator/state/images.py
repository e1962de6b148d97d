"""The name of a container image, as asked for and as kubelet resolved it."""

from typing import Any

from videojob_api import names

Object = dict[str, Any]


def image_in_spec(pod: Object) -> str:
    """Of the runner's container, as its spec names it."""
    return next(
        (str(c.get("image", "")) for c in pod.get("spec", {}).get("containers", []) if c["name"] == names.CONTAINER), ""
    )


def pinned_image(wanted: str, image_id: str) -> str:
    """By digest, as kubelet resolved it, if that is of the wanted repository; else as it was asked for."""
    found = image_id.rpartition("://")[2]
    repository = _repository(wanted)
    same = _repository(found) == repository or _repository(found).endswith(f"/{repository}")
    return found if same and "@sha256:" in found else wanted


def _repository(image: str) -> str:
    """Without tag and digest; a colon before the last slash is a port."""
    path, _, last = image.partition("@")[0].rpartition("/")
    return f"{path}/{last.partition(':')[0]}".lstrip("/")
