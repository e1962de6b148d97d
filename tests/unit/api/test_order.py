"""What an attempt is told, on the wire."""

import pytest
from pydantic import ValidationError

from tests.unit.api.specs import GOOD
from videojob_api.order import Order, Shard, Work
from videojob_api.schema import model_schema
from videojob_api.spec import VideoJobSpec

SPEC = VideoJobSpec.model_validate(GOOD)
ORDER = Order(
    job="default/reel-1",
    attempt="reel-0-1",
    work=Work.of(SPEC),
    workspace="s3://media/checkpoints/",
    report_ca="-----BEGIN",
    allowed_uris=["s3://media/"],
)


ABOUT_PODS = {
    "class_name",
    "service_account_name",
    "placement",
    "resources",
    "priority_class_name",
    "deadline",
    "active_deadline_seconds",
    "backoff_limit",
    "suspend",
    "parallelism",
    "ttl_seconds_after_finished",
}
"""Fields of a spec of which a runner is told nothing."""


def test_a_runner_is_told_all_that_is_not_about_pods() -> None:
    """A new field belongs to one or the other, and one that shapes bytes to `plan.work_hash` too."""
    assert set(Work.model_fields) == set(VideoJobSpec.model_fields) - ABOUT_PODS
    assert all(getattr(ORDER.work, name) == getattr(SPEC, name) for name in Work.model_fields)


def test_what_shapes_the_result_cannot_be_changed() -> None:
    """Storage is only how things are reached."""
    entries = model_schema(VideoJobSpec)["x-kubernetes-validations"]
    fixed = {entry["fieldPath"].strip(".") for entry in entries if "is immutable" in entry["message"]}
    assert set(Work.model_fields) - {"storage"} <= fixed


def test_it_comes_back_as_it_was_sent() -> None:
    sent = ORDER.model_dump_json(by_alias=True, exclude_none=True)
    assert '"reportCA"' in sent and '"allowedURIs"' in sent
    assert Order.model_validate_json(sent) == ORDER


def test_an_older_runner_passes_over_a_newer_operators_fields() -> None:
    newer = ORDER.plain() | {"lane": 3}
    assert Order.model_validate(newer) == ORDER


def test_what_it_does_not_know_of_the_work_it_refuses() -> None:
    """It would make another video than was asked for."""
    newer = ORDER.plain()
    newer["work"]["timeline"]["clips"][0]["reverse"] = True
    with pytest.raises(ValidationError, match="reverse"):
        Order.model_validate(newer)


def test_a_runner_alone_does_all_of_a_job() -> None:
    """Also one whose operator knows of no shards."""
    alone = Order.model_validate({key: value for key, value in ORDER.plain().items() if key != "shard"})
    assert alone.shard == Shard(index=0) and alone.shard.stays and alone.shard.joins


def test_shards_tell_who_stays_and_who_joins() -> None:
    second, joiner = Shard(index=1, total=3, joins=False), Shard(total=3)
    assert not second.stays
    assert joiner.stays and joiner.joins and joiner.index is None
    sent = ORDER.model_copy(update={"shard": joiner}).model_dump_json(by_alias=True, exclude_none=True)
    assert Order.model_validate_json(sent).shard == joiner


@pytest.mark.parametrize("bad", [{"index": 64}, {"index": -1}, {"total": 0}, {"total": 65}])
def test_shards_have_bounds(bad: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Shard.model_validate(bad)
