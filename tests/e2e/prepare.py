"""`python -m tests.e2e.prepare`: makes what `make e2e` needs, and keeps it in the cache."""

import sys

from tests.e2e.conftest import E2E_SCRIPTS
from tests.testbed import cache
from tests.testbed.detector import face_weights
from tests.testbed.host import images
from tests.testbed.host.namespaces import why_not


def say(text: str) -> None:
    """A line for the person."""
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


def prepare() -> None:
    """All that needs a network: inside there is none."""
    cache.footage(say)
    face_weights()
    cache.seaweedfs(say)
    cache.control_plane(say)
    cache.node(say)
    cache.tool("helm", say)
    images.pause(say)
    for image in ("operator", "runner"):
        images.product(image, say)
    for name, script in E2E_SCRIPTS.items():
        images.scripted(name, script)


if __name__ == "__main__" and not why_not():
    prepare()
