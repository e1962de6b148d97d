"""Only a controller proves whose an object is."""

import pytest

from spotreel_operator.runtime.owners import Controller, controlling_job, controlling_videojob
from tests.unit.operator.raw import A1, UID, Object, owned, raw, raw_job, raw_pod

BARE = raw("x", 1, "u")


def test_the_controller_in_its_own_namespace() -> None:
    assert controlling_videojob(raw_job()) == Controller("ns", "reel", UID)
    assert controlling_job(raw_pod()) == Controller("ns", A1, "job-1")


@pytest.mark.parametrize(
    "body",
    [
        BARE,
        {"metadata": {**BARE["metadata"], "ownerReferences": None}},
        owned(BARE, "VideoJob", "reel", UID, controller=False),
        owned(BARE, "ReplicaSet", "reel", UID),
        {"metadata": {**BARE["metadata"], "ownerReferences": [
            {"apiVersion": "other.dev/v1", "kind": "VideoJob", "name": "reel", "uid": UID, "controller": True},
        ]}},
    ],
)  # fmt: skip
def test_labels_owners_and_other_kinds_prove_nothing(body: Object) -> None:
    assert controlling_videojob(body) is None and controlling_job(body) is None
