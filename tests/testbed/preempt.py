"""`preempt NODE [--notice SECONDS]`: the cloud takes a node of the testbed back."""

import argparse
import subprocess
import sys

from tests.testbed import cache
from tests.testbed.agent.node import PREEMPT


def main() -> int:
    """kubectl's exit code; the node agent does the rest."""
    parser = argparse.ArgumentParser(prog="preempt", description=__doc__)
    parser.add_argument("node")
    parser.add_argument("--notice", type=float, default=0, metavar="SECONDS", help="0: gone at once, nobody is told")
    options = parser.parse_args()
    command = [str(cache.control_plane()), "kubectl", "annotate", "node", options.node]
    return subprocess.run([*command, f"{PREEMPT}={options.notice:g}", "--overwrite"]).returncode


if __name__ == "__main__":
    sys.exit(main())
