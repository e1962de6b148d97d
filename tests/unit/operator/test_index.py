"""Members by key."""

from spotreel_operator.runtime.index import Index


def test_members_in_order_and_nothing_left() -> None:
    index: Index[str] = Index()
    for uid in ("b", "a", "b"):
        index.add("k", uid)
    assert index.of("k") == ["b", "a"] and index.of("none") == []
    index.discard("k", "b")
    index.discard("k", "never there")
    index.discard("none", "b")
    assert index.of("k") == ["a"]
    index.discard("k", "a")
    assert len(index) == 0
