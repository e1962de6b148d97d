"""After a crash that no input causes alone: the calls of models that were under way, made once more, alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from signal import Signals
from time import monotonic

from job_runner.cores import decoder_threads, granted_cores
from job_runner.errors import InputInvalid, RunnerError
from job_runner.in_hand import any_window_in_hand, looks_done, windows_in_hand
from job_runner.inputs import JobInputs
from job_runner.isolated import isolated
from job_runner.plan.windows import AnalysesPlan, WindowsPlan, read_analyses
from job_runner.stop import Stop
from job_runner.supervise import CRASHES
from job_runner.tracker import Tracker
from job_runner.workspace import names
from job_runner.workspace.places import Places
from job_runner.workspace.store import Missing
from videojob_api.analyses import Analysis
from videojob_api.order import Order
from videojob_api.usage import analysis_of


@dataclass(frozen=True)
class Call:
    """A call of a model that a crash left unfinished: it begins with this look of this window."""

    analysis: Analysis
    windows: WindowsPlan
    window: int
    look: int

    def crashed(self, crash: int) -> InputInvalid:
        """What is wrong, where, and the way round it."""
        assert self.analysis.detect is not None
        return InputInvalid(
            f"model {self.analysis.detect.model.input} crashes ({Signals(crash).name}) at frame "
            f"{self.look * self.analysis.every} of input {self.analysis.input} (analysis {self.analysis.name}, window "
            f"{self.window}), and did so again when tried alone; export it anew"
        )


def model_crashes_again(order: Order, places: Callable[[], Places], stop: Stop, ends: float) -> None:
    """Raises InputInvalid for the first call that does, before the moment `ends`. The caller must have no threads."""
    if not any_window_in_hand():
        return
    try:
        plan = read_analyses(places().folder(order.workspace).get(names.ANALYSES).data, order.workspace)
    except (Missing, RunnerError):
        return
    for call in unfinished(order, plan):
        code = isolated(partial(_made, order, places, plan, call, stop), ends - monotonic(), stop)
        if code is not None and -code in CRASHES:
            raise call.crashed(-code)


def unfinished(order: Order, plan: AnalysesPlan) -> Iterator[Call]:
    """Of models that run here, by their windows' numbers among those of all analyses."""
    first = 0
    for windows in plan.analyses:
        analysis = analysis_of(order.work, windows.name)
        for number in windows_in_hand(first + windows.count):
            if number >= first and analysis.detect:
                looks = windows.looks(number - first)
                yield Call(analysis, windows, number - first, min(looks.first + looks_done(number), looks.end - 1))
        first += windows.count


def _made(order: Order, places: Callable[[], Places], plan: AnalysesPlan, call: Call, stop: Stop) -> int:
    """The same pictures as then; what is decoded for them alone has not crashed."""
    from job_runner.analyzing.engines import Engines
    from job_runner.detecting import Clip, detected

    inputs = JobInputs(order.work, places(), Tracker(order.attempt))
    inputs.bind(plan)
    facts, times, model = plan.input(call.windows.input), call.windows.times, call.windows.model
    assert facts.video is not None and times is not None and model is not None
    made, new_model = Engines(order, inputs, stop, None).opened(call.analysis, model)
    clip = Clip(facts.name, inputs.open(facts.name), facts.video, times)
    end = min(call.look + made.picture.batch, call.windows.looks(call.window).end)
    numbers = clip.numbers(call.analysis.every)[call.look : end]
    with new_model() as loaded:
        list(detected(clip, made, loaded, numbers, decoder_threads(granted_cores(order.max_parallel))))
    return 0
