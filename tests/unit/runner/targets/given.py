"""What targets are constructed with: a real plan of a small clip, a folder as the store."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from job_runner.inputs import JobInputs
from job_runner.stop import Stop
from job_runner.targets.destination import Destination
from job_runner.targets.plan import PlanTarget, StoredPlan
from job_runner.targets.pool import Workers
from job_runner.targets.target import brought
from job_runner.tracker import Tracker
from job_runner.workspace.directory import DirectoryStore
from job_runner.workspace.places import Places
from job_runner.workspace.store import Store, Stored
from tests.unit.runner.jobs import order
from videojob_api.order import Order


class MetadataStore(DirectoryStore):
    """A folder that keeps metadata too, as S3 does, while this object lives."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._kept: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Stored:
        return Stored(super().get(key).data, self._kept.get(key, {}))

    def fetch(self, key: str, path: Path) -> Mapping[str, str]:
        super().fetch(key, path)
        return self._kept.get(key, {})

    def metadata(self, key: str) -> Mapping[str, str] | None:
        found = super().metadata(key)
        return None if found is None else self._kept.get(key, {})

    def put(self, key: str, data: bytes, metadata: Mapping[str, str]) -> bool:
        with self._lock:
            self._kept.setdefault(key, dict(metadata))
        return super().put(key, data, metadata)

    def put_file(self, key: str, path: Path, metadata: Mapping[str, str], replace: bool) -> None:
        super().put_file(key, path, metadata, replace)
        with self._lock:
            self._kept[key] = dict(metadata)

    def delete(self, keys: Iterable[str]) -> None:
        super().delete(gone := list(keys))
        for key in gone:
            self._kept.pop(key, None)


@dataclass
class Given:
    """A job in a folder, up to its plan."""

    folder: Path
    order: Order
    tracker: Tracker = field(default_factory=lambda: Tracker("a-0-1"))
    stop: Stop = field(default_factory=lambda: Stop(30))

    def __post_init__(self) -> None:
        self.places = Places(None, None, 0.1)
        self.store: Store = MetadataStore(self.folder / "work")
        self.inputs = JobInputs(self.order.work, self.places, self.tracker, self.stop.check)
        self.destination = Destination(self.order, self.order.work.outputs[0].uri, False, self.places)

    @property
    def workers(self) -> Workers:
        return Workers(2, self.tracker, self.stop)

    def plan_target(self) -> PlanTarget:
        return PlanTarget(self.order, self.inputs, self.store, self.destination)

    def planned(self) -> StoredPlan:
        """The stored plan, its inputs bound."""
        planned = brought(self.plan_target())
        self.inputs.bind(planned.plan)
        return planned


def given(folder: Path, clip: Path) -> Given:
    return Given(folder, order(folder, clip))
