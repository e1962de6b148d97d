"""`python -m tests.e2e.page RECORD`: docs/scenarios.md, from what the end-to-end tests have seen.

RECORD is the file that SPOTREEL_RECORD named when they ran. If only some of them ran, the sections of the others stay
as they are; `--whole` drops these, so that the page has what RECORD has and nothing else.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.testbed.cache import KUBERNETES, ROOT

PAGE = ROOT / "docs" / "scenarios.md"
Object = dict[str, Any]
HEAD = f"""# Scenarios, and what was seen

Made by `python -m tests.e2e.page` from runs of `make e2e`: Kubernetes {KUBERNETES}, a real kubelet and
containerd, our images, our chart. Each state of the first attempt's pod and Job as the API server showed it,
polled every 0.1 s, with the seconds since the VideoJob was applied; then the verdicts on its attempts, and how the
job ended. `-away`: the operator was gone while it happened.

The testbed notices a dead node after 16 s (`--node-monitor-grace-period`, 50 s by default); `silence.nodeLost` is
15 s here, 60 s by default; pods have a grace period of 10 s.

What differs from what was expected of pods and Jobs:

- A Job whose pod is deleted shows `terminating 1` for as long as the pod ends, and no condition: only then
  FailureTarget and Failed, together, about a second after the pod's end. With podFailurePolicy it never says
  `BackoffLimitExceeded`.
- An eviction that ends with exit code 0 leaves the Job `Complete` and the pod `Succeeded` with DisruptionTarget.
  The verdict goes by the condition and by the missing result, not by the exit code.
- A rebooted node's pod is `Failed` with exit code 137 and no condition at all: kubelet takes its container for
  killed. To the verdict it is a bare kill, of which three are forgiven.
- While an API server is away for two minutes, nothing is lost: the runner works on, its last word waits in the
  pod's status.

"""


def section(name: str, found: Object) -> str:
    """One scenario."""
    status, seen = found["status"], found["seen"]
    attempts = [a["name"] for a in status.get("attempts", [])]
    first = attempts[0] if attempts else ""
    lines = [f"## {name}\n", "| s | pod | Job |", "|---|---|---|"]
    for at, who, state in seen:
        kind, _, subject = who.partition(" ")
        if subject.startswith(first):
            pod, job = (_cell(state), "") if kind == "pod" else ("", _cell(state))
            lines.append(f"| {at} | {pod} | {job} |")
    verdicts = ", ".join(f"{a.get('verdict', 'runs')} ({a.get('reason', '')})" for a in status.get("attempts", []))
    ended = f"{status.get('phase')}, {status.get('reason')}"
    totals = {key: value for key, value in status.get("counts", {}).items() if isinstance(value, int)}
    counts = ", ".join(f"{key} {value}" for key, value in sorted(totals.items()) if value)
    return "\n".join([*lines, f"\nVerdicts: {verdicts}. End: {ended}. Counts: {counts}.\n"])


def _cell(state: str) -> str:
    """Short: the pod's full name says nothing here."""
    return ", ".join(_plain(word) for word in state.replace("|", "/").split(" · "))


def _plain(word: str) -> str:
    return word if "Pod " not in word else word.split(" (Pod ")[0] + " (" + word.rsplit("has condition ", 1)[-1]


def sections(text: str) -> dict[str, str]:
    """Those of a page as it was written, by the names of their scenarios."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0].removeprefix("## "): part.rstrip("\n") + "\n" for part in parts}


def page(record: dict[str, Object], kept: dict[str, str]) -> str:
    """The text of the page: the record's sections in the places of older ones, new ones behind them."""
    return HEAD + "\n".join({**kept, **{name: section(name, found) for name, found in record.items()}}.values())


def main() -> int:
    """Writes the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.page")
    parser.add_argument("record", type=Path)
    parser.add_argument("--whole", action="store_true", help="drop what is not in the record")
    options = parser.parse_args()
    kept = {} if options.whole else sections(PAGE.read_text())
    PAGE.write_text(page(json.loads(options.record.read_text()), kept))
    return 0


if __name__ == "__main__":
    sys.exit(main())
