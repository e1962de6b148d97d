"""Warning events from one watch: the newest of what is ours, bounded, and forgotten with its object."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from spotreel_operator.runtime.api import EVENTS, Kind
from spotreel_operator.runtime.warnings import LONGEST, STRANGERS, Warnings

Object = dict[str, Any]


def warning(uid: str, message: str, version: int = 1, namespace: str = "ns", **more: Any) -> Object:
    about = {"kind": "Job", "uid": uid, **more.pop("about", {})}
    metadata = {"name": "e", "namespace": namespace, "resourceVersion": str(version)}
    return {"metadata": metadata, "type": "Warning", "message": message, "involvedObject": about, **more}


def test_the_newest_counts_in_whatever_order_they_come() -> None:
    warnings = Warnings()
    for version in (5, 9, 7):
        warnings.put(warning("u", f"quota {version}", version))
    assert warnings.latest("ns", "u") == "quota 9"
    warnings.put(warning("u", "quota 11", 11))
    warnings.put(warning("u", "quota 10", 10))
    assert warnings.latest("ns", "u") == "quota 11"


def test_an_expired_event_is_still_the_last_word() -> None:
    warnings = Warnings()
    warnings.see({"type": "ADDED", "object": warning("u", "quota")})
    warnings.see({"type": "DELETED", "object": warning("u", "quota", 2)})
    assert warnings.latest("ns", "u") == "quota"


def test_other_kinds_types_and_odd_events_are_passed_over() -> None:
    warnings = Warnings()
    warnings.put(warning("u", "normal", type="Normal"))
    warnings.put(warning("u", "of a VideoJob", about={"kind": "VideoJob"}))
    warnings.put({"metadata": {"resourceVersion": "1"}, "type": "Warning"})
    warnings.put(warning("v", "x") | {"message": None})
    assert warnings.latest("ns", "u") == warnings.latest("ns", "v") == ""


def test_another_namespace_says_nothing_of_our_objects() -> None:
    warnings = Warnings()
    warnings.put(warning("u", "forged", 99, "theirs"))
    assert warnings.latest("ns", "u") == ""


def test_strangers_are_bounded_and_never_drive_out_what_is_ours() -> None:
    warnings = Warnings()
    warnings.put(warning("ours", "quota"))
    assert warnings.latest("ns", "ours") == "quota"
    for n in range(2 * STRANGERS):
        warnings.put(warning(f"stranger-{n}", "x" * 5000, n + 2))
    assert len(warnings) == STRANGERS + 1 and warnings.latest("ns", "ours") == "quota"
    assert len(warnings.latest("ns", f"stranger-{2 * STRANGERS - 1}")) == LONGEST


def test_a_warning_that_is_repeated_is_not_the_oldest() -> None:
    warnings = Warnings()
    warnings.put(warning("ours", "quota"))
    for n in range(STRANGERS - 1):
        warnings.put(warning(f"stranger-{n}", "x"))
    warnings.put(warning("ours", "quota again", 2))
    warnings.put(warning("one-more", "x"))
    assert warnings.latest("ns", "ours") == "quota again"


def test_forgotten_with_its_object() -> None:
    warnings = Warnings()
    for uid in ("there", "gone"):
        warnings.put(warning(uid, "quota"))
        warnings.latest("ns", uid)
    warnings.keep({"there"})
    assert len(warnings) == 1 and warnings.latest("ns", "there") == "quota"


async def test_begins_with_what_has_been_said_so_far() -> None:
    class Server:
        async def pages(
            self, kind: Kind, namespace: str | None = None, selector: str = "", fields: str = ""
        ) -> AsyncIterator[tuple[list[Object], str]]:
            assert (kind, namespace, fields) == (EVENTS, "ns", "type=Warning")
            await asyncio.sleep(0)
            yield [warning("a", "one")], "40"
            yield [warning("b", "two")], "40"

    warnings = Warnings()
    assert await warnings.begin(Server(), "ns") == "40"
    assert (warnings.latest("ns", "a"), warnings.latest("ns", "b")) == ("one", "two")
