"""What a runner says of itself: progress while it runs, its last word when it ends.

One shape for both; the last word has an `outcome`. It is pushed to the operator and, cut to the
size Kubernetes allows, written as the container's termination message.
"""

from videojob_api import names
from videojob_api.bounds import NOTES_BYTES, bounded
from videojob_api.clean import clean
from videojob_api.model import Lenient
from videojob_api.names import Outcome, Stage
from videojob_api.short_uri import short_uri
from videojob_api.status import MESSAGE_BYTES, AnalysisStatus, OutputStatus, PlanStatus, ResultStatus

_CUTS = ((MESSAGE_BYTES, NOTES_BYTES), (MESSAGE_BYTES, 128), (256, 32), (64, 3))
"""Bytes of the message and of a kind of note, until they fit into a termination message."""


class Warning_(Lenient):
    """Something a user should know although the job goes on."""

    reason: str
    message: str = ""
    count: int = 1


class SegmentCounts(Lenient):
    """Committed segments, or windows of analyses: of the job, of the job in all, by this attempt."""

    done: int = 0
    total: int = 0
    by_this: int = 0


class Report(Lenient):
    """A runner's state. Frames are output frames and looks of analyses together, `in_hand` those of them that
    are in no object yet; fps is this attempt's own speed.

    `seconds_left` go by the speed of each stage, and are a bound (`at_least`) where that of a later one is unknown.
    """

    v: int = 1
    attempt: str
    stage: Stage = Stage.PLANNING
    outcome: Outcome | None = None
    exit_code: int | None = None
    reason: str | None = None
    message: str = ""
    segments: SegmentCounts = SegmentCounts()
    windows: SegmentCounts = SegmentCounts()
    frames: int = 0
    total_frames: int = 0
    in_hand: int = 0
    encoded: int = 0
    committed: int = 0
    fps: float = 0.0
    seconds_left: float | None = None
    at_least: bool = False
    plan: PlanStatus | None = None
    warnings: list[Warning_] = []
    analyses: list[AnalysisStatus] = []
    outputs: list[OutputStatus] = []
    results: list[ResultStatus] = []

    def left(self) -> float | None:
        """Seconds until the end, or until what is known of it; None where nothing is."""
        if self.fps <= 0:
            return None
        # Runners of earlier versions do not say.
        return (self.total_frames - self.frames) / self.fps if self.seconds_left is None else self.seconds_left

    def termination_message(self) -> str:
        """At most 4096 bytes of JSON. Message and notes are cut, notes first; no kind of note is lost.

        If that is not enough, what was written is named no more than the operator needs to believe it.
        """
        shortest = self._cut(*_CUTS[-1])._brief()
        for report in (self, *(self._cut(*cut) for cut in _CUTS)):
            if len(report._json().encode()) <= names.MAX_TERMINATION_BYTES:
                return report._json()
        return shortest._json()

    def _json(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True)

    def _cut(self, message: int, note: int) -> "Report":
        """With so many bytes of the message, and of the first note of each kind."""
        first: dict[str, Warning_] = {}
        for warning in self.warnings:
            first.setdefault(warning.reason, warning.model_copy(update={"message": clean(warning.message, note)}))
        return self.model_copy(update={"message": clean(self.message, message), "warnings": list(first.values())})

    def _brief(self) -> "Report":
        """Of results only whose and where, of URIs no more than a digest, nothing of plan and analyses."""
        outputs = [output.model_copy(update={"uri": short_uri(output.uri)}) for output in self.outputs]
        results = [ResultStatus(analysis=r.analysis, uri=r.uri and short_uri(r.uri)) for r in self.results]
        return self.model_copy(update={"plan": None, "analyses": [], "outputs": outputs, "results": results})

    def pushed(self) -> str:
        """At most 64 KiB of JSON for the operator: with the notes that a status has a place for."""
        report = bounded(self) or self
        text = report._json()
        return text if len(text.encode()) <= names.MAX_REPORT_BYTES else report._brief()._json()

    @classmethod
    def parse(cls, text: str | bytes | None) -> "Report | None":
        """Within its bounds; None for anything that is not a report: unparsable is as good as absent.

        Read strictly, and by a parser that itself refuses what goes too deep and numbers of thousands of digits.
        """
        if not text or len(text) > names.MAX_REPORT_BYTES:
            return None
        try:
            return bounded(cls.model_validate_json(text, strict=True))
        except ValueError:
            return None
