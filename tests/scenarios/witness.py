"""Writes down what a pod and its Job showed, from the API server alone: the record behind docs/scenarios.md."""

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from tests.scenarios.ground import Stage

Object = dict[str, Any]
EVERY_SECONDS = 0.1


class Witness:
    """`with Witness(stage) as w:`; `w.seen` has each state once, with the seconds since the beginning."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen: list[tuple[float, str, str]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        began, last = time.monotonic(), dict[str, str]()
        while not self._ended.wait(EVERY_SECONDS):
            with suppress(OSError, TypeError):
                for name, state in self._look().items():
                    if last.get(name) != state:
                        last[name] = state
                        self.seen.append((round(time.monotonic() - began, 1), name, state))

    def _look(self) -> dict[str, str]:
        read, at, who = self._stage.world.control_plane.read, self._stage.namespace, self._stage.name
        selector = f"?labelSelector=spotreel.dev/videojob={who}"
        pods = read(f"/api/v1/namespaces/{at}/pods{selector}")["items"]
        jobs = read(f"/apis/batch/v1/namespaces/{at}/jobs{selector}")["items"]
        found = {f"pod {_name(p)}": pod_line(p) for p in pods} | {f"job {_name(j)}": job_line(j) for j in jobs}
        names = {name for _, name, _ in self.seen}
        return found | {name: "gone" for name in names if name not in found}


def _name(item: Object) -> str:
    return str(item["metadata"]["name"])


def pod_line(pod: Object) -> str:
    """Phase, reason, exit code, DisruptionTarget, deletion: what verdicts are made of."""
    status = pod.get("status", {})
    words = [status.get("phase", ""), status.get("reason", "")]
    for container in status.get("containerStatuses", []):
        ended = container.get("state", {}).get("terminated")
        words += [f"exit {ended['exitCode']} {ended.get('reason', '')}"] if ended else []
        words += [container["state"]["waiting"].get("reason", "")] if container.get("state", {}).get("waiting") else []
    words += [
        f"DisruptionTarget={c.get('reason')}" for c in status.get("conditions", []) if c["type"] == "DisruptionTarget"
    ]
    words += ["deleting"] if "deletionTimestamp" in pod["metadata"] else []
    return " · ".join(word for word in words if word)


def job_line(job: Object) -> str:
    """Counts and conditions."""
    status = job.get("status", {})
    words = [f"{key} {status[key]}" for key in ("active", "terminating", "failed", "succeeded") if status.get(key)]
    words += [_condition_line(c) for c in status.get("conditions", []) if c["status"] == "True"]
    return " · ".join(words)


def _condition_line(condition: Object) -> str:
    more = f" ({_message(condition)})" if "Fail" in condition["type"] else ""
    return f"{condition['type']}={condition.get('reason', '')}{more}"


def _message(condition: Object) -> str:
    text = str(condition.get("message", ""))
    return text.split(" matching ")[0].split(" failed with ")[-1] if " matching " in text else text
