"""plan <- inputs, spec, what analyses have found."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from job_runner.analysis.found import AllFound
from job_runner.effects.fonts import installed_for
from job_runner.inputs import JobInputs
from job_runner.media.encoder_check import opens
from job_runner.media.fingerprint import fingerprint
from job_runner.plan.facts import InputFacts
from job_runner.plan.plan import BEGUN, Plan, make_plan, read_plan
from job_runner.targets.destination import Destination
from job_runner.targets.plan_object import Kept, PlanObject
from job_runner.workspace import names
from job_runner.workspace.store import Store
from videojob_api.order import Order
from videojob_api.overlay import Overlay

log = logging.getLogger(__name__)

StoredPlan = Kept[Plan]


@dataclass(frozen=True)
class Looked:
    """Inputs as they were when they were looked at, and what was found in them, which takes a while to read."""

    inputs: Sequence[InputFacts]
    found: Callable[[], AllFound]


@dataclass(frozen=True)
class PlanTarget:
    """Made once, by the first runner. All others go by it, or not at all."""

    order: Order
    inputs: JobInputs
    store: Store
    destination: Destination
    looked: Looked | None = None
    """What analyses have found, if there are any."""

    def stored(self) -> StoredPlan | None:
        """Raises WorkspaceCorrupt or ConfigInvalid if this runner cannot go by it."""
        return self._object.stored()

    def make(self) -> StoredPlan:
        """Raises OutputExists before anything is looked at, RunnerError for what cannot be planned."""
        self.destination.check()
        if self.order.work.analyses and self.looked is None:
            # A draft leaves out what goes by analyses: rendered, it would hide nobody.
            raise ValueError(f"{self.order.job} has analyses, and is planned without what they have found")
        plan = draft_plan(self.order, self.inputs, self.looked)
        self._object.put(plan)
        log.info("planned", extra={"frames": plan.frames, "segments": plan.segments})
        return self._object.read()

    @property
    def _object(self) -> PlanObject[Plan]:
        return PlanObject(
            names.PLAN, BEGUN, read_plan, lambda plan: software_for(plan.overlays), self.order, self.store
        )


def draft_plan(order: Order, inputs: JobInputs, looked: Looked | None = None) -> Plan:
    """What the inputs, the spec and what was found make of each other; nothing is written. Raises RunnerError.

    Without `looked` what goes by analyses is left out: it is good for checks alone.
    """
    facts = inputs.facts({item.name: item for item in looked.inputs} if looked else {})
    found = looked.found() if looked else {}
    if looked and (missing := {analysis.name for analysis in order.work.analyses or []} - found.keys()):
        raise ValueError(f"nothing is known of analyses {', '.join(sorted(missing))}")
    plan = make_plan(order.job, order.work, facts, "", opens, inputs.times(facts), found)
    notes = inputs.text_notes(plan.output(order.work.outputs[0].name).size)
    # Which texts there are follows from what was found, too.
    return plan.model_copy(update={"fingerprint": software_for(plan.overlays), "notes": [*plan.notes, *notes]})


def software_for(overlays: Iterable[Overlay]) -> str:
    """The fingerprint of this runner for a plan with these overlays: the fonts of some texts are not everywhere."""
    texts = (overlay.text for overlay in overlays if overlay.text)
    return fingerprint(installed_for((text.weight, text.content) for text in texts))
