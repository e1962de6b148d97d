"""Where scenarios are played: a world, a namespace in it, and an operator that can be away."""

from collections.abc import Callable
from typing import Any, Protocol

from tests.testbed.world import World

Object = dict[str, Any]
VIDEO = {"encoder": "CPU", "crf": 23, "preset": "Medium"}
REPEATS = 2
PATIENCE = 150.0
"""Seconds: a machine may stand still for one minute, and nothing is timed here."""


class Ground(Protocol):
    """What a scenario may do beside talking to the API server."""

    @property
    def world(self) -> World:
        """Control plane, S3, nodes."""

    @property
    def namespace(self) -> str:
        """Where the jobs are."""

    def stop_operator(self) -> None:
        """Away, without a farewell."""

    def start_operator(self) -> None:
        """Back; it listens and works."""

    def power_off(self, node: str) -> None:
        """The machine is gone, and the cloud deletes its Node."""

    def power_on(self, node: str) -> None:
        """There is room again where there was."""


def videojob(name: str, **spec: Any) -> Object:
    """Some eight seconds of work on one core: 720p, a segment a second."""
    base: Object = {
        "inputs": [{"uri": "s3://media/bigbuckbunny.mp4"}],
        "timeline": {"clips": [{"start": "0s"}] * REPEATS},
        "outputs": [{"uri": f"s3://media/out/{name}.mp4", "video": VIDEO}],
        "checkpoint": {"segmentFrames": 30, "retain": "Always"},
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob"}
    return {**head, "metadata": {"name": name}, "spec": {**base, **spec}}


class Stage:
    """One VideoJob on a ground: asking and doing, in the words of scenarios."""

    def __init__(self, ground: Ground, name: str) -> None:
        self.ground, self.world, self.namespace, self.name = ground, ground.world, ground.namespace, name

    def kubectl(self, *arguments: str, check: bool = True, stdin: str | None = None) -> str:
        """In the job's namespace."""
        return self.world.kubectl("-n", self.namespace, *arguments, check=check, stdin=stdin)

    def status(self) -> Object:
        """Of the VideoJob."""
        return self.world.status(self.name, self.namespace)

    def wait_for(self, ready: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """The first true answer."""
        try:
            return self.world.wait_for(ready, seconds, 0.2)
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self.status()}\n{self._log()}") from error

    def _log(self) -> str:
        """The newest attempt's last words: who waits in vain wants to know what it was doing."""
        name = self.pod().get("metadata", {}).get("name")
        return self.kubectl("logs", name, "--timestamps", "--tail=40", check=False) if name else "no pod"

    def begun(self) -> Object:
        """The running attempt, once it has committed a segment."""
        return self._running("segments")

    def started(self) -> Object:
        """The running attempt, once its container runs."""
        return self._running("startTime")

    def _running(self, sign: str) -> Object:
        def running() -> Object | None:
            attempts = [a for a in self.status().get("attempts", []) if not a.get("verdict")]
            return attempts[0] if attempts and attempts[0].get(sign) else None

        found: Object = self.wait_for(running)
        return found

    def pod(self) -> Object:
        """Of the newest attempt."""
        selector = f"spotreel.dev/videojob={self.name}"
        listed = self.world.control_plane.read(f"/api/v1/namespaces/{self.namespace}/pods?labelSelector={selector}")
        return max(listed["items"], key=lambda p: p["metadata"]["creationTimestamp"], default={})

    @property
    def pod_name(self) -> str:
        """Of the newest attempt's pod."""
        return str(self.pod()["metadata"]["name"])
