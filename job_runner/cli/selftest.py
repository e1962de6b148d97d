"""`spotreel selftest`: does this machine do what a runner needs? `helm test` runs it in a pod as attempts have.

Makes a short clip, renders it in two segments without a cluster, and counts. With --upload the clip is put where a
VideoJob can find it.
"""

import tempfile
from pathlib import Path
from signal import Signals

from job_runner.cli.say import say
from job_runner.errors import RunnerError
from job_runner.media.clip import make_clip
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.trust import trust_as_told
from job_runner.workspace.places import Places
from videojob_api.exit_codes import ExitCode
from videojob_api.names import Outcome
from videojob_api.order import Order, Work

FRAMES = 45


def selftest(upload: str | None, crash: int = 0) -> int:
    """The exit code; says each step. `crash` is the signal that has ended them, if it has."""
    if crash:
        say(f"the runner crashed ({Signals(crash).name}): its libraries do not run here")
        return 128 + crash
    trust_as_told()
    with tempfile.TemporaryDirectory(prefix="spotreel-selftest-") as scratch:
        folder = Path(scratch)
        clip = make_clip(folder / "clip.mp4", FRAMES)
        say(f"made a clip of {FRAMES} frames")
        last = Session(_order(folder, clip), Stop(grace=10)).run()
        if last.outcome != Outcome.SUCCEEDED or last.outputs[0].frames != FRAMES:
            say(f"rendering it failed: {last.message}")
            return last.exit_code or ExitCode.CRASH
        say(f"rendered it in {last.segments.total} segments: sha256 {last.outputs[0].sha256}")
        if upload and (problem := _upload(clip, upload)):
            say(f"uploading it to {upload} failed: {problem}")
            return problem.code
    say("all is well")
    return ExitCode.OK


def _upload(clip: Path, uri: str) -> RunnerError | None:
    """What went wrong, if anything did. A clip that is there already is the same one."""
    try:
        store, key = Places(None, None, patience=10).file(uri)
        store.put(key, clip.read_bytes(), {})
    except RunnerError as error:
        return error
    say(f"uploaded it to {uri}")
    return None


def _order(folder: Path, clip: Path) -> Order:
    work = {
        "inputs": [{"uri": clip.as_uri()}],
        "outputs": [{"uri": (folder / "out.mp4").as_uri(), "video": {"encoder": "CPU", "crf": 30}}],
        "checkpoint": {"segmentFrames": 30},
    }
    place = (folder / "workspace").as_uri() + "/"
    return Order(
        job="selftest", attempt="selftest-0-1", work=Work.model_validate(work), workspace=place, local_files=True
    )
