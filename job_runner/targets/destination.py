"""Where an output, or a result of an analysis, is to stand, and what may stand there already."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from job_runner.errors import OutputExists
from job_runner.workspace.places import Places, shown
from job_runner.workspace.store import Store, Taken
from videojob_api.order import Order


@dataclass(frozen=True)
class Destination:
    """Of one file of an order. `replaces`: whether it may take the place of another's."""

    order: Order
    uri: str
    replaces: bool
    places: Places

    def check(self) -> None:
        """Raises OutputExists if somebody else's file stands there and must stay."""
        store, key = self._file()
        found = store.metadata(key)
        if found is not None and not self.replaces and found.get("job") != self.order.job:
            uri = shown(self.uri)
            raise OutputExists(f"{uri} exists; {self._how_to_replace()}, or choose another name")

    def write(self, path: Path, metadata: Mapping[str, str]) -> None:
        """Puts a file there, `sha256` in its metadata. Raises OutputExists if other bytes have come and must stay."""
        store, key = self._file()
        try:
            store.put_file(key, path, metadata, replace=self.replaces)
        except Taken as error:
            uri = shown(self.uri)
            raise OutputExists(f"{uri} appeared while the job ran; {self._how_to_replace()}") from error

    def _file(self) -> tuple[Store, str]:
        return self.places.file(self.uri)

    def _how_to_replace(self) -> str:
        """On a desk by an option, in a cluster by the spec."""
        return "replace it with -y" if self.order.local_files else "set ifExists: Replace"
