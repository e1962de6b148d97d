"""A store that ignores `If-None-Match`, or does not know it: SeaweedFS behind a proxy that makes it so."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from job_runner.workspace.s3 import S3Calls, S3Store
from job_runner.workspace.s3_client import Credentials, Endpoint
from job_runner.workspace.store import Taken
from tests.integration.local import render, start
from tests.testbed import s3
from tests.testbed.fault_proxy import IGNORES_CONDITIONS, NO_BATCHES, ONLY_MD5, REFUSES_CONDITIONS, FaultProxy

KEYS = Credentials(s3.ACCESS_KEY, s3.SECRET_KEY)


@pytest.fixture(params=[IGNORES_CONDITIONS, REFUSES_CONDITIONS])
def habit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def proxy(store: s3.S3, habit: str) -> Iterator[FaultProxy]:
    with FaultProxy(store.endpoint, share=0, habits=[habit]) as made:
        yield made


def runner(proxy: FaultProxy, prefix: str, checksums: str | None = None) -> S3Store:
    """A runner's store: no two runners share a client."""
    endpoint = Endpoint(proxy.endpoint, "us-east-1", KEYS, 1, checksums=checksums)
    return S3Store(S3Calls(endpoint), "media", prefix)


def file_of(folder: Path, name: str, times: int = 1) -> tuple[Path, dict[str, str]]:
    path, data = folder / name, name.encode() * times
    path.write_bytes(data)
    return path, {"sha256": hashlib.sha256(data).hexdigest(), "job": name}


def test_the_proxy_makes_the_store_what_it_is_to_be(
    proxy: FaultProxy, habit: str, store: s3.S3, tmp_path: Path
) -> None:
    put = {"Bucket": "media", "Key": f"habits/{tmp_path.name}"}
    client = store.client(proxy.endpoint)
    client.put_object(**put, Body=b"one")
    if habit == IGNORES_CONDITIONS:
        client.put_object(**put, Body=b"two", IfNoneMatch="*")
    else:
        with pytest.raises(ClientError, match="NotImplemented"):
            client.put_object(**put, Body=b"two", IfNoneMatch="*")
    kept = client.get_object(**put)["Body"].read()
    assert kept == (b"two" if habit == IGNORES_CONDITIONS else b"one")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        store.client().put_object(**put, Body=b"three", IfNoneMatch="*")


def test_a_segment_stays_what_the_first_has_written(proxy: FaultProxy, habit: str, tmp_path: Path) -> None:
    first, second = (runner(proxy, f"segments/{tmp_path.name}/") for _ in range(2))
    assert first.put("000000.mp4", b"one", {"attempt": "1"})
    assert first.put("000000.mp4", b"one", {"attempt": "1"}), "its own, as after an answer that was lost"
    assert not second.put("000000.mp4", b"one", {"attempt": "2"}), "the same bytes, but somebody else's"
    assert not second.put("000000.mp4", b"two", {"attempt": "1"})
    assert first.get("000000.mp4").data == b"one"
    assert proxy.counted[habit]


@pytest.mark.parametrize("times", [1, 2_500_000], ids=["at once", "in parts"])
def test_an_output_that_appeared_meanwhile_stays(
    proxy: FaultProxy, habit: str, tmp_path: Path, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is written in parts, the condition comes with the last request."""
    monkeypatch.setattr("job_runner.workspace.s3.PART_BYTES", 5 * 2**20)
    first, second = (runner(proxy, f"out/{tmp_path.name}/") for _ in range(2))
    first.put_file("a.mp4", *file_of(tmp_path, "one", times), replace=False)
    second.put_file("a.mp4", *file_of(tmp_path, "one", times), replace=False)
    with pytest.raises(Taken):
        second.put_file("a.mp4", *file_of(tmp_path, "two", times), replace=False)
    assert first.get("a.mp4").data == b"one" * times
    second.put_file("a.mp4", *file_of(tmp_path, "two", times), replace=True)
    assert first.get("a.mp4").data == b"two" * times
    assert proxy.counted[habit]


def test_two_uploads_of_one_runner_learn_at_once(proxy: FaultProxy, tmp_path: Path) -> None:
    """While the answer to one is on its way, the other has learnt that the store knows no conditions."""
    only = runner(proxy, f"segments/{tmp_path.name}/")
    learnt = lambda **_: setattr(only._call, "conditions", False)  # noqa: E731
    only._client.meta.events.register("after-call.s3.PutObject", learnt)
    assert only.put("000000.mp4", b"one", {"attempt": "1"})
    assert only.get("000000.mp4").data == b"one"


def test_whoever_is_overwritten_in_the_same_moment_knows(store: s3.S3, tmp_path: Path) -> None:
    """Both have looked, both write: the last one's bytes stand, and the first does not take them for its own."""
    with FaultProxy(store.endpoint, share=0, habits=[IGNORES_CONDITIONS]) as proxy:
        first, second = (runner(proxy, "out/moment/") for _ in range(2))
        _after_put(first, lambda: _without_looking(second).put_file("a.mp4", *file_of(tmp_path, "two"), replace=False))
        with pytest.raises(Taken):
            first.put_file("a.mp4", *file_of(tmp_path, "one"), replace=False)
        assert first.get("a.mp4").data == b"two"


def _after_put(store: S3Store, act: Callable[[], object]) -> None:
    done: list[bool] = []

    def once(**_: Any) -> None:
        if not done:
            done.append(True)
            act()

    store._client.meta.events.register("after-call.s3.PutObject", once)


def _without_looking(store: S3Store) -> S3Store:
    """As it was when it looked."""
    looks = iter([None])
    look = store.metadata
    store.metadata = lambda key: next(looks, look(key))  # type: ignore[method-assign]
    return store


def test_two_runners_at_once(proxy: FaultProxy, store: s3.S3, footage: Path, tmp_path: Path) -> None:
    """Segments, output and result: one sha256, whoever was first with what."""
    wanted = render(_job(footage, (tmp_path / "reference.mp4").as_uri()), tmp_path).sha256
    key, work = f"out/{tmp_path.name}.mp4", f"checkpoints/{tmp_path.name}/"
    env = {**store.environment(), "AWS_ENDPOINT_URL": proxy.endpoint}
    options = ("--workspace", f"s3://media/{work}")
    twins = [start(_job(footage, f"s3://media/{key}"), tmp_path, env, options) for _ in range(2)]
    said = [twin.communicate(timeout=180) for twin in twins]
    assert [twin.returncode for twin in twins] == [0, 0], said
    client = store.client()
    found = client.get_object(Bucket="media", Key=key)
    result = json.loads(client.get_object(Bucket="media", Key=f"{work}result.json")["Body"].read())
    assert (
        hashlib.sha256(found["Body"].read()).hexdigest()
        == wanted
        == result["outputs"][0]["sha256"]
        == found["Metadata"]["sha256"]
    )
    kept = [item["Key"] for item in client.list_objects_v2(Bucket="media", Prefix=work)["Contents"]]
    assert len([key for key in kept if "/segments/" in key]) > 2
    for key in kept:
        found = client.get_object(Bucket="media", Key=key)
        assert hashlib.sha256(found["Body"].read()).hexdigest() == found["Metadata"]["sha256"]


def _job(footage: Path, output: str) -> dict[str, Any]:
    return {
        "apiVersion": "spotreel.dev/v1alpha1",
        "kind": "VideoJob",
        "metadata": {"name": "twins" if output.startswith("s3") else "reference"},
        "spec": {
            "inputs": [{"uri": (footage / "carphone_pristine.mp4").as_uri()}],
            "outputs": [{"uri": output, "video": {"encoder": "CPU", "crf": 24, "preset": "Fast"}}],
            "checkpoint": {"segmentFrames": 30, "retain": "Always"},
        },
    }


@pytest.mark.parametrize(("habits", "checksums"), [([NO_BATCHES], None), ([ONLY_MD5], "whenRequired")])
def test_all_is_deleted(store: s3.S3, habits: list[str], checksums: str | None) -> None:
    with FaultProxy(store.endpoint, share=0, habits=habits) as proxy:
        made = runner(proxy, f"deleted/{checksums}/", checksums)
        assert all(made.put(key, b"x", {}) for key in ("a", "b", "c"))
        made.delete(["a", "b", "gone"])
        assert made.list("") == {"c"}
        assert bool(proxy.counted[NO_BATCHES]) == (habits == [NO_BATCHES]) and not proxy.counted[ONLY_MD5]


def test_segments_of_two_plans_are_not_mixed(store: s3.S3, footage: Path, tmp_path: Path) -> None:
    """As two first runners would leave them, each of which has written its plan over the other's."""
    client, work = store.client(), f"checkpoints/{tmp_path.name}/"
    options = ("--workspace", f"s3://media/{work}")
    job = _job(footage, f"s3://media/out/{tmp_path.name}.mp4")
    ended(start(job, tmp_path, store.environment(), options), 0)
    segment = client.get_object(Bucket="media", Key=f"{work}segments/main/000001.mp4")
    foreign = segment["Metadata"] | {"plan": "another"}
    client.put_object(
        Bucket="media", Key=f"{work}segments/main/000001.mp4", Body=segment["Body"].read(), Metadata=foreign
    )
    client.delete_object(Bucket="media", Key=f"{work}result.json")
    said = ended(start(job, tmp_path, store.environment(), options), 70)
    assert "segments/main/000001.mp4 was made by another plan; delete the workspace" in said


def ended(process: "subprocess.Popen[str]", code: int) -> str:
    """What it said."""
    out, errors = process.communicate(timeout=180)
    assert process.returncode == code, errors
    return out + errors
