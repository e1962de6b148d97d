"""What deleted jobs have left, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spotreel.errors import NotUploadable
from spotreel.leftovers import Object, leftovers, listed, remove
from tests.unit.client.store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=3), NOW - timedelta(hours=1)
DEAD, ALIVE, OTHER = (f"{n}0000000-0000-4000-8000-000000000000" for n in "abc")
SEGMENT = "segments/main/000000.mp4"


def objects(*keys: str, changed: datetime = OLD) -> list[Object]:
    return [Object(key, 5, changed) for key in keys]


def found(made: list[Object], namespace: str | None = "media") -> list[tuple[str, tuple[str, ...]]]:
    return [(one.uri, one.keys) for one in leftovers("b", made, {ALIVE}, namespace, NOW - timedelta(days=1))]


def test_workspaces_of_jobs_that_are_no_more() -> None:
    dead = objects(f"work/media/reel-{DEAD}/plan.json", f"work/media/reel-{DEAD}/{SEGMENT}")
    alive = objects(f"work/media/reel-{ALIVE}/plan.json")
    assert found([*dead, *alive]) == [(f"s3://b/work/media/reel-{DEAD}/", ("plan.json", SEGMENT))]
    (made,) = leftovers("b", dead, (), None, NOW)
    assert (made.namespace, made.name, made.size, made.changed) == ("media", "reel", 10, OLD)


@pytest.mark.parametrize(
    "key",
    [
        f"media/reel-{DEAD}/notes.txt",
        f"media/reel-{DEAD}.mp4",
        "media/reel-2/plan.json",
        f"reel-{DEAD}/plan.json",
        f"media/reel-{DEAD}/deeper/plan.json",
        "media/reel.mp4",
    ],
)
def test_what_is_of_another_shape_is_somebody_elses(key: str) -> None:
    assert found(objects(key), None) == []


def test_of_this_namespace_or_of_all() -> None:
    made = objects(f"w/other/reel-{OTHER}/plan.json")
    assert found(made) == [] and len(found(made, None)) == 1


def test_one_young_object_keeps_all() -> None:
    """Of another cluster's job, which is not known here."""
    made = objects(f"w/media/reel-{DEAD}/plan.json")
    assert len(found(made)) == 1
    assert found([*made, *objects(f"w/media/reel-{DEAD}/{SEGMENT}", changed=NEW)]) == []


class Listing(Store):
    """Knows two objects, and is told what to delete."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[str] = []

    def _list_objects_v2(self, Bucket: str, Prefix: str) -> Any:
        return {"Contents": [{"Key": f"{Prefix}{n}", "Size": 1, "LastModified": OLD} for n in "ab"]}

    def delete_objects(self, Bucket: str, Delete: Any) -> None:
        self.deleted += [item["Key"] for item in Delete["Objects"]]


def test_listed_and_removed() -> None:
    store = Listing()
    assert listed(store.calls(), "s3://b/work/") == ("b", [
        Object("work/a", 1, OLD), Object("work/b", 1, OLD)
    ])  # fmt: skip
    (made,) = leftovers("b", objects(f"w/media/reel-{DEAD}/plan.json"), (), None, NOW)
    remove(store.calls(), made)
    assert store.deleted == [f"w/media/reel-{DEAD}/plan.json"]
    with pytest.raises(NotUploadable, match=r"work/: name a bucket"):
        listed(store.calls(), "work/")
