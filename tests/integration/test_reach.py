"""A runner's order as an operator gives it, against a real store and a web server, both on the loopback."""

from pathlib import Path
from typing import Any

import pytest

from job_runner.errors import ConfigInvalid
from job_runner.session import Session
from job_runner.stop import Stop
from job_runner.workspace.places import Places
from job_runner.workspace.reach import Reach
from tests.testbed import s3
from tests.testbed.https import WebServer
from videojob_api.inputs import Storage
from videojob_api.names import Outcome
from videojob_api.order import Order, Work
from videojob_api.reasons import Reason

SECRET = "media-bucket"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets" / SECRET
    folder.mkdir(parents=True)
    (folder / "AWS_ACCESS_KEY_ID").write_text(s3.ACCESS_KEY)
    (folder / "AWS_SECRET_ACCESS_KEY").write_text(s3.SECRET_KEY)
    return folder.parent


def storage(store: s3.S3) -> dict[str, Any]:
    return {"endpoint": store.endpoint, "region": "us-east-1", "secretRef": {"name": SECRET}}


def test_a_store_inside_is_reached_if_it_is_listed(store: s3.S3, secrets: Path) -> None:
    def places(*endpoints: str) -> Places:
        reach = Reach(None, list(endpoints), files=False)
        return Places(Storage.model_validate(storage(store)), secrets, 1, reach)

    folder = places("", store.endpoint).folder("s3://media/reach/")
    assert folder.put("a", b"one", {}) and folder.list("") == {"a"} and folder.get("a").data == b"one"
    with pytest.raises(ConfigInvalid, match="is none of those this platform allows"):
        places("", "https://s3.example.com").folder("s3://media/reach/").list("")


def test_a_runner_ends_for_good_at_an_address_inside(store: s3.S3, secrets: Path, tmp_path: Path) -> None:
    """Exit code 78 and one clear message; the store, which is listed, is at the same address."""
    with WebServer(tmp_path, tmp_path) as web:
        work = {
            "inputs": [{"uri": web.uri("a.mp4")}],
            "outputs": [{"uri": "s3://media/out/reach.mp4"}],
            "storage": storage(store),
        }
        order = Order(
            job="ns/reach-1", attempt="reach-0-1", work=Work.model_validate(work),
            workspace="s3://media/checkpoints/reach/", allowed_endpoints=[store.endpoint], patience_seconds=1,
        )  # fmt: skip
        said = Session(order, Stop(grace=5), secrets).run()
    assert (said.exit_code, said.outcome, said.reason) == (78, Outcome.FAILED, Reason.CONFIG_INVALID)
    assert said.message and "must not connect to 127.0.0.1 (loopback)" in said.message
