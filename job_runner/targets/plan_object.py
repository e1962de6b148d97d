"""A plan of either kind as an object: the first runner stores it, all others go by it or not at all."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from job_runner.plan.begun import Begun
from job_runner.workspace.store import Missing, Store
from videojob_api.order import Order


class Planned(Protocol):
    """What plans of both kinds have: who has made them, for which job."""

    @property
    def fingerprint(self) -> str:
        """Of the software."""

    @property
    def job(self) -> str:
        """As an order names it."""

    def model_dump_json(self, *, by_alias: bool, exclude_none: bool) -> str:
        """What is stored."""


P = TypeVar("P", bound=Planned)


@dataclass(frozen=True)
class Kept(Generic[P]):
    """The plan that counts, and the digest of its bytes, which goes with all that is made by it."""

    plan: P
    digest: str


@dataclass(frozen=True)
class PlanObject(Generic[P]):
    """One kind of plan of an order; `software` gives the fingerprint that this runner has for a plan."""

    key: str
    begun: Begun
    parsed: Callable[[bytes, str], P]
    software: Callable[[P], str]
    order: Order
    store: Store

    def stored(self) -> Kept[P] | None:
        """Raises WorkspaceCorrupt or ConfigInvalid if this runner cannot go by it."""
        try:
            return self.read()
        except Missing:
            return None

    def put(self, plan: P) -> None:
        """Stores it, unless a twin was first. From here on only what can be read counts."""
        self.store.put(self.key, plan.model_dump_json(by_alias=True, exclude_none=True).encode(), {})

    def read(self) -> Kept[P]:
        """What counts. Raises Missing, WorkspaceCorrupt and ConfigInvalid."""
        data, where = self.store.get(self.key).data, self.order.workspace
        plan = self.parsed(data, where)
        self.begun.check_job(plan.job, self.order.job, where)
        self.begun.check_software(plan.fingerprint, self.software(plan), where)
        return Kept(plan, hashlib.sha256(data).hexdigest())
