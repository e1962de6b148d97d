"""Inputs over S3 and https: read as they are needed, on bad days too; what changes in mid-job is not mixed."""

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from tests.integration.local import render, start
from tests.testbed.fault_proxy import FaultProxy
from tests.testbed.https import WebServer
from tests.testbed.world import World

MEGABYTE = 2**20


def job(uri: str, output: Path, **more: Any) -> dict[str, Any]:
    spec = {
        "inputs": [{"uri": uri}],
        "outputs": [{"uri": output.as_uri(), "video": {"encoder": "CPU", "preset": "Fast", "crf": 35}}],
        "checkpoint": {"segmentFrames": 30, "retain": "Always"},
        **more,
    }
    head = {"apiVersion": "spotreel.dev/v1alpha1", "kind": "VideoJob"}
    return {**head, "metadata": {"name": output.stem}, "spec": spec}


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 40 MB of noise with a key frame every second, its index at the end."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    dice = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "12", "preset": "ultrafast", "g": "25"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for k in range(500):
            frame = av.VideoFrame.from_ndarray(dice.integers(0, 256, (360, 320), np.uint8), "yuv420p")
            frame.pts, frame.time_base = k, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert path.stat().st_size > 30 * MEGABYTE
    return path


TRIM = {"clips": [{"start": "10s", "end": "11s"}]}


def test_a_short_trim_of_a_long_file_on_s3_reads_little(world: World, long_file: Path, tmp_path: Path) -> None:
    """The index, and the second that is wanted: a fraction of the file."""
    world.s3.client().upload_file(str(long_file), "media", "long.mp4")
    wanted = render(job(long_file.as_uri(), tmp_path / "local.mp4", timeline=TRIM), tmp_path).sha256
    with FaultProxy(world.s3.endpoint, share=0) as proxy:
        env = {**world.s3.environment(), "AWS_ENDPOINT_URL": proxy.endpoint}
        document = job("s3://media/long.mp4", tmp_path / "remote.mp4", timeline=TRIM)
        assert render(document, tmp_path, env).sha256 == wanted
        read = sum(size for path, size in proxy.sent.items() if "long.mp4" in path)
    assert MEGABYTE < read < 14 * MEGABYTE < long_file.stat().st_size / 3, f"{read / MEGABYTE:.1f} MB read"


def test_https_on_bad_days(long_file: Path, tmp_path: Path) -> None:
    """503 and bodies that break off are asked for again; only what is needed is read."""
    wanted = render(job(long_file.as_uri(), tmp_path / "local.mp4", timeline=TRIM), tmp_path).sha256
    with WebServer(long_file.parent, tmp_path, unkind=4) as web:
        document = job(web.uri("long.mp4"), tmp_path / "remote.mp4", timeline=TRIM)
        assert render(document, tmp_path, {"SSL_CERT_FILE": str(web.authority)}).sha256 == wanted
        assert web.failed >= 1 and web.sent["long.mp4"] < long_file.stat().st_size / 2
        gone = start(job(web.uri("gone.mp4"), tmp_path / "gone.mp4"), tmp_path, {"SSL_CERT_FILE": str(web.authority)})
        _, errors = gone.communicate(timeout=60)
        assert gone.returncode == 66 and "there is no https://" in errors


@pytest.mark.parametrize("store", ["s3", "https", "file"])
def test_an_input_changed_in_mid_job_is_not_mixed_in(store: str, world: World, footage: Path, tmp_path: Path) -> None:
    """The plan and all segments but one are there; then the file is another."""
    folder = tmp_path / "web"
    folder.mkdir()
    clip = folder / "clip.mp4"
    clip.write_bytes((footage / "bikes.mp4").read_bytes())
    world.s3.client().upload_file(str(clip), "media", "changing.mp4")
    with WebServer(folder, tmp_path) as web:
        env = {**world.s3.environment(), "SSL_CERT_FILE": str(web.authority)}
        uri = {"s3": "s3://media/changing.mp4", "https": web.uri("clip.mp4"), "file": clip.as_uri()}[store]
        document, work = job(uri, tmp_path / "out.mp4"), tmp_path / "work"
        first = render(document, tmp_path, env, ("--workspace", str(work)))
        (work / "result.json").unlink()
        (work / "segments/main/000003.mp4").unlink()
        (tmp_path / "out.mp4").unlink()
        clip.write_bytes((footage / "bigbuckbunny.mp4").read_bytes())
        world.s3.client().upload_file(str(clip), "media", "changing.mp4")
        process = start(document, tmp_path, env, ("--workspace", str(work), "--json"))
        said, errors = process.communicate(timeout=60)
    assert process.returncode == 65, errors
    assert '"reason": "InputChanged"' in said and "was changed while the job ran" in said
    assert not (tmp_path / "out.mp4").exists() and hashlib.sha256(clip.read_bytes()).hexdigest() != first.sha256
