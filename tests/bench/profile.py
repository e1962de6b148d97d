"""`python -m tests.bench.profile [EDIT]`: where the time of a render goes, in one thread, function by function."""

import cProfile
import pstats
import sys
import tempfile
from pathlib import Path

import yaml

from job_runner.cli.document import local_order
from job_runner.inputs import JobInputs
from job_runner.media.devices import device_of
from job_runner.media.render import SegmentRenderer
from job_runner.targets.plan import draft_plan
from job_runner.tracker import Tracker
from job_runner.workspace.places import Places
from tests.bench.effects import EDITS, ours, prepare

FRAMES = 300


def main() -> int:
    """Renders the first frames of an edit (default: blur) without encoding them, then with."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "blur"
    edit = next(edit for edit in EDITS if edit.name == wanted)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = prepare(folder)
        order = local_order(yaml.safe_load(Path(ours(edit, clip, folder)[2]).read_text()), None)
        inputs = JobInputs(order.work, Places(None, None, 1), Tracker("profile"))
        plan = draft_plan(order, inputs)
        inputs.bind(plan)
        assets = inputs.assets()
        device = device_of(plan, plan.output(order.work.outputs[0].name))
        with SegmentRenderer(plan, device, lambda _: str(clip), 1, assets) as renderer:
            for title, work in (
                ("pictures only", lambda: [renderer.frame(k) for k in range(FRAMES)]),
                ("with the encoder", lambda: renderer.render(0, lambda left: True, lambda: None)),
            ):
                profile = cProfile.Profile()
                profile.runcall(work)
                sys.stdout.write(f"\n{edit.name}, {FRAMES} frames, {title}\n")
                pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(14)
    return 0


if __name__ == "__main__":
    sys.exit(main())
