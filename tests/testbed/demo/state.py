"""What the demo knows at one moment, read from the API server and from S3."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.testbed.agent.node import LABEL_CAPACITY, PREEMPT
from tests.testbed.world import NAMESPACE, World
from videojob_api.attempt_names import place_at_end
from videojob_api.names import LABEL_ZONE

Object = dict[str, Any]
JOB = "reel"


def place(attempt: str) -> tuple[int, int]:
    """Of an attempt: its runner, and its number there."""
    found = place_at_end(attempt)
    assert found is not None
    return found.lane, found.number


@dataclass
class State:
    """Grows and changes; nothing here decides."""

    nodes: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    status: Object = field(default_factory=dict)
    events: list[Object] = field(default_factory=list)
    segments: dict[int, str] = field(default_factory=dict)
    committed: dict[int, datetime] = field(default_factory=dict)

    @property
    def attempts(self) -> list[Object]:
        """Of the VideoJob, runner by runner, oldest first."""
        found: list[Object] = self.status.get("attempts", [])
        return sorted(found, key=lambda a: place(a["name"]))

    @property
    def active(self) -> list[Object]:
        """The attempts without a verdict, one of each runner."""
        return [a for a in self.attempts if not a.get("verdict")]

    @property
    def percent(self) -> int:
        """Of the job."""
        return int(self.status.get("progress", {}).get("percent", 0))

    @property
    def finished(self) -> bool:
        """Either way."""
        return self.status.get("phase") in ("Succeeded", "Failed")


class Watcher:
    """Keeps a State up to date by looking."""

    def __init__(self, world: World) -> None:
        self._world, self.state = world, State()
        self._s3 = world.s3.client()

    def look(self) -> State:
        """Once around."""
        read, state = self._world.control_plane.read, self.state
        job = read(f"/apis/spotreel.dev/v1alpha1/namespaces/{NAMESPACE}/videojobs/{JOB}") or {}
        state.status = job.get("status", {})
        self._look_at_nodes((read("/api/v1/nodes") or {}).get("items", []))
        found = read(f"/api/v1/namespaces/{NAMESPACE}/events?fieldSelector=involvedObject.kind=VideoJob") or {}
        state.events = sorted(found.get("items", []), key=lambda e: (e["metadata"]["creationTimestamp"], _rv(e)))
        if uid := job.get("metadata", {}).get("uid"):
            self._look_at_segments(f"checkpoints/{NAMESPACE}/{JOB}-{uid}/segments/main/")
        return state

    def _look_at_nodes(self, nodes: list[Object]) -> None:
        there = {node["metadata"]["name"]: node["metadata"] for node in nodes}
        for name, metadata in there.items():
            labels = metadata["labels"]
            self.state.places[name] = f"{labels[LABEL_CAPACITY]}, {labels[LABEL_ZONE]}"
            self.state.nodes[name] = "reclaimed" if PREEMPT in metadata.get("annotations", {}) else "Ready"
        for name in self.state.nodes.keys() - there.keys():
            self.state.nodes[name] = "gone"

    def _look_at_segments(self, prefix: str) -> None:
        for item in self._s3.list_objects_v2(Bucket="media", Prefix=prefix).get("Contents", []):
            index = int(item["Key"].rsplit("/", 1)[1].removesuffix(".mp4"))
            if index not in self.state.segments:
                metadata = self._s3.head_object(Bucket="media", Key=item["Key"])["Metadata"]
                self.state.segments[index] = metadata["attempt"]
                self.state.committed[index] = item["LastModified"]


def _rv(item: Object) -> int:
    return int(item["metadata"]["resourceVersion"])
