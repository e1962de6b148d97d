"""A family of objects that are no segments: made until a listing shows all of them, by one runner or several."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from job_runner.errors import AccessDenied, Disrupted
from job_runner.stop import Stop
from job_runner.targets.family import make_all, stored
from job_runner.targets.pool import Build, GoOn, NewBuilder, Workers
from job_runner.tracker import Tracker
from job_runner.workspace.directory import DirectoryStore
from tests.unit.runner.targets.given import MetadataStore

TWINS = 8


@dataclass
class Squares:
    """Object k is the square of k, in four frames."""

    count: int = 12
    prefix: str = "squares/"
    kind: str = "square"
    metadata: Mapping[str, str] = field(default_factory=lambda: {"by": "us"})
    built: list[int] = field(default_factory=list)
    begun: list[set[int]] = field(default_factory=list)

    def key(self, number: int) -> str:
        return f"{self.prefix}{number:06d}"

    def frames(self, number: int) -> int:
        return 4

    def begin(self, found: AbstractSet[int]) -> NewBuilder:
        self.begun.append(set(found))

        @contextmanager
        def builder() -> Iterator[Build]:
            yield self.build

        return builder

    def build(self, number: int, go_on: GoOn, step: Callable[[], None]) -> bytes | None:
        for left in (3, 2, 1, 0):
            step()
            if not go_on(left):
                return None
        self.built.append(number)
        return str(number**2).encode()


def workers(cores: int = 3) -> Workers:
    return Workers(cores, Tracker("a-0-1"), Stop(0))


def nothing() -> None:
    """Between the rounds."""


def test_all_are_made_and_stored_with_their_metadata(tmp_path: Path) -> None:
    store, family, by = MetadataStore(tmp_path), Squares(), workers()
    keys = make_all(family, store, by, nothing)
    assert keys == [f"squares/{k:06d}" for k in range(12)]
    assert [store.get(key).data for key in keys] == [str(k**2).encode() for k in range(12)]
    assert all(store.metadata(key) == {"by": "us"} for key in keys)
    assert isinstance(by.tracker, Tracker)
    report = by.tracker.report()
    assert (report.encoded, report.committed, report.segments.by_this) == (48, 48, 12)


def test_only_missing_ones_are_made(tmp_path: Path) -> None:
    store, family = DirectoryStore(tmp_path), Squares()
    for number in (0, 5, 11):
        store.put(family.key(number), b"theirs", {})
    make_all(family, store, workers(), nothing)
    assert family.begun == [{0, 5, 11}] and sorted(family.built) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert store.get(family.key(5)).data == b"theirs"
    make_all(family, store, workers(), nothing)
    assert family.begun[1] == set(range(12)) and len(family.built) == 9


class ListedStore(DirectoryStore):
    """Keeps which prefixes it was asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.listed: list[str] = []

    def list(self, prefix: str) -> set[str]:
        self.listed.append(prefix)
        return super().list(prefix)


def test_what_has_been_listed_already_is_not_listed_again(tmp_path: Path) -> None:
    store, family = ListedStore(tmp_path), Squares(count=3)
    make_all(family, store, workers(), nothing, found=set())
    assert (family.begun, store.listed) == ([set()], ["squares/"]), "once what was missing has been made"
    make_all(family, store, workers(), nothing, found={0, 1, 2})
    assert (family.begun[1], store.listed) == ({0, 1, 2}, ["squares/"])


def test_what_lies_there_too_is_none_of_them(tmp_path: Path) -> None:
    store, family = DirectoryStore(tmp_path), Squares(count=3)
    for key in ("squares/000003", "squares/1", "squares/000001.part", "cubes/000001"):
        store.put(key, b"other", {})
    assert stored(family, store) == set()
    make_all(family, store, workers(), nothing)
    assert stored(family, store) == {0, 1, 2} and len(store.list("")) == 7


def test_what_vanishes_is_made_again(tmp_path: Path) -> None:
    """A listing decides, not what has been built."""
    store, family = DirectoryStore(tmp_path), Squares(count=4)
    build = family.build

    def losing(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes | None:
        if number == 3:
            while store.metadata(family.key(0)) is None:
                time.sleep(0.001)
            store.delete([family.key(0)])
        return build(number, go_on, step)

    family.build = losing  # type: ignore[method-assign]
    rounds: list[int] = []
    make_all(family, store, workers(1), lambda: rounds.append(len(family.built)))
    assert family.built == [0, 1, 2, 3, 0] and rounds == [0, 4]


def test_several_runners_make_all_of_them_together(tmp_path: Path) -> None:
    families = [Squares(count=60) for _ in range(TWINS)]
    threads = [
        threading.Thread(target=make_all, args=(family, DirectoryStore(tmp_path), workers(2), nothing))
        for family in families
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = DirectoryStore(tmp_path)
    assert [store.get(families[0].key(k)).data for k in range(60)] == [str(k**2).encode() for k in range(60)]


def test_between_rounds_the_work_may_be_ended(tmp_path: Path) -> None:
    family = Squares()

    def ended() -> None:
        raise KeyError("a twin")

    with pytest.raises(KeyError):
        make_all(family, DirectoryStore(tmp_path), workers(), ended)
    assert family.begun == [set()] and not family.built


def test_a_stop_keeps_what_is_done(tmp_path: Path) -> None:
    family, by, store = Squares(), workers(1), DirectoryStore(tmp_path)
    build = family.build

    def stopping(number: int, go_on: GoOn, step: Callable[[], None]) -> bytes | None:
        if number == 2:
            by.stop.request()
        return build(number, go_on, step)

    family.build = stopping  # type: ignore[method-assign]
    with pytest.raises(Disrupted):
        make_all(family, store, by, nothing)
    assert stored(family, store) == {0, 1}, "no time was left for the third"


def test_the_first_error_ends_all(tmp_path: Path) -> None:
    family = Squares(count=400)

    class ReadOnly(DirectoryStore):
        def put(self, key: str, data: bytes, metadata: Mapping[str, str]) -> bool:
            raise AccessDenied("read only")

    with pytest.raises(AccessDenied):
        make_all(family, ReadOnly(tmp_path), workers(), nothing)
    assert len(family.built) < 100
