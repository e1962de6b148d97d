"""`make e2e`: builds what is needed, then runs the tests in namespaces of their own.

Skips with the reason where no real node can run; with SPOTREEL_REQUIRE set that is a failure.
"""

import os
import subprocess
import sys

from tests.e2e.conftest import E2E_SCRIPTS
from tests.testbed import cache
from tests.testbed.host import images
from tests.testbed.host.namespaces import isolated, why_not


def say(text: str) -> None:
    """A line for the person."""
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


def prepare() -> None:
    """All that needs a network: inside there is none."""
    cache.footage(say)
    cache.seaweedfs(say)
    cache.control_plane(say)
    cache.node(say)
    cache.tool("helm", say)
    images.pause(say)
    for image in ("operator", "runner"):
        images.product(image, say)
    for name, script in E2E_SCRIPTS.items():
        images.scripted(name, script)


def main() -> int:
    """pytest's exit code."""
    if reason := why_not():
        say(f"e2e skipped: {reason}")
        return 1 if os.environ.get("SPOTREEL_REQUIRE") else 0
    prepare()
    tests = [sys.executable, "-m", "pytest", "tests/e2e", "-p", "no:cacheprovider", *sys.argv[1:]]
    return subprocess.run(isolated(tests), cwd=cache.ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
