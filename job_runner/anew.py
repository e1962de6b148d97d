"""Something that may crash, tried in an interpreter of its own: also where the caller has threads and cannot fork."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable

from job_runner.isolated import POLL_SECONDS, confined
from job_runner.stop import Stop

_CODE = "from job_runner.anew import main; main()"


def anew(action: Callable[[], int], seconds: float, stop: Stop) -> int | None:
    """The exit code that `action` gives, negative for the signal that ended it; 1 for an error that it raised.

    None after so many seconds, or once `stop` is requested. `action` is pickled: a function of a module, or a partial
    of one.
    """
    paths = os.pathsep.join(path for path in sys.path if path)
    child = subprocess.Popen(
        [sys.executable, "-c", _CODE, str(os.getpid())],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    with child:
        try:
            _given(child, pickle.dumps(action))
            left = seconds
            while left > 0 and not stop.requested:
                if (code := child.poll()) is not None:
                    return code
                stop.wait(POLL_SECONDS)
                left -= POLL_SECONDS
        finally:
            # Also of what is raised here: it would be waited for.
            child.kill()
    return None


def _given(child: "subprocess.Popen[bytes]", action: bytes) -> None:
    assert child.stdin
    try:
        child.stdin.write(action)
        child.stdin.close()
    except BrokenPipeError:
        # It has ended already: its exit code says how.
        child.stdin = None


def main() -> None:
    """The child: what its standard input says, and nothing of it at the end."""
    action: Callable[[], int] = pickle.load(sys.stdin.buffer)
    confined(int(sys.argv[1]), action, silent=True)
