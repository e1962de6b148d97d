"""VideoJobs by the thousand: new ones, and ones that have long been finished."""

from datetime import UTC, datetime
from typing import Any

from spotreel_operator.reconcile.conditions import Standing, conditions
from spotreel_operator.runtime.api import VIDEOJOBS, KubernetesApi
from tests.scale.world import all_of
from videojob_api import names
from videojob_api.names import Phase
from videojob_api.reasons import Reason
from videojob_api.status import Attempt, Counts, VideoJobStatus

Object = dict[str, Any]
KEYFRAMES = 40
"""Of one overlay: a spec of about 4 KB, as a job with a tracked face has."""


def videojob(name: str, keyframes: int = KEYFRAMES) -> Object:
    """One input, one output, and one overlay that moves if it has keyframes."""
    moves = [
        {"time": f"{k}s", "left": k / 100, "top": 0.1, "width": 0.2, "height": 0.2, "easing": "EaseInOut"}
        for k in range(keyframes)
    ]
    overlays = [{"blur": {"radius": 0.03}, "keyframes": moves}] if moves else []
    spec = {
        "inputs": [{"uri": "s3://media/in.mp4"}],
        "timeline": {"clips": [{"input": "main"}], "overlays": overlays},
        "outputs": [{"uri": output_uri(name)}],
    }
    return {"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": {"name": name}, "spec": spec}


def output_uri(name: str) -> str:
    """Where the job of that name writes."""
    return f"s3://media/out/{name}.mp4"


def _finished_status(name: str) -> Object:
    now = datetime.now(UTC)
    text = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    done = Standing(Phase.SUCCEEDED, Reason.RESULT_COMMITTED, f"{output_uri(name)} is there")
    status = VideoJobStatus(
        observed_generation=1,
        phase=done.phase,
        reason=done.reason,
        message=done.message,
        start_time=text,
        end_time=text,
        counts=Counts(attempts=1),
        attempts=[Attempt(name=f"{name}-00000-0-1", tier="spot", verdict="Succeeded", reason="ResultCommitted")],
        conditions=conditions(done, [], 1, now),
    )
    return status.model_dump(by_alias=True, exclude_none=True, mode="json")


async def create(api: KubernetesApi, namespace: str, names_: list[str], keyframes: int = KEYFRAMES) -> None:
    """New ones."""
    await all_of(lambda name: api.create(VIDEOJOBS, namespace, videojob(name, keyframes)), names_)


async def create_finished(api: KubernetesApi, namespace: str, names_: list[str]) -> None:
    """Ones that have succeeded, whose Jobs and pods are gone. Make them while no operator runs."""

    async def one(name: str) -> None:
        await api.create(VIDEOJOBS, namespace, videojob(name))
        await api.merge(VIDEOJOBS, namespace, name, {"status": _finished_status(name)}, "status")

    await all_of(one, names_)
