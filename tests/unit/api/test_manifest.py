"""YAML is read as kubectl reads it; the same table is played on the real one in tests/integration."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.api.kubectl import CASES, HEAD, SCALARS, Refused, same
from videojob_api.manifest import MAX_NODES, NotYAMLError, documents, dump


def read(text: str) -> Any:
    try:
        (document,) = documents(text)
        return document.value["spec"]
    except NotYAMLError:
        return Refused


@pytest.mark.parametrize(("text", "value"), CASES.values(), ids=CASES)
def test_values(text: str, value: Any) -> None:
    assert same(read(text), value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n---\n"])
def test_nothing(text: str) -> None:
    assert documents(text) == []


@pytest.mark.parametrize(
    "text", [f"---\n{HEAD}---\n", f"\ufeff{HEAD}", f"--- # a\n{HEAD}--- #b\n# only\n", f"{HEAD}---"]
)
def test_one_document_however_it_is_parted(text: str) -> None:
    assert [d.value["kind"] for d in documents(text)] == ["Thing"]


def test_places_count_from_the_top_of_the_file() -> None:
    first, second = documents(f"{HEAD}---\n\nkind: Other\nspec:\n  a: [1, 2]\n")
    assert first.where[("kind",)] == (2, 1)
    assert second.where[("spec", "a", 1)] == (8, 10)


def test_a_key_that_stands_twice_is_told() -> None:
    (document,) = documents("spec:\n  a: 1\n  a: 2\n")
    assert [str(p) for p in document.problems] == ["spec.a: stands here twice; kubectl takes the last and says nothing"]


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    with pytest.raises(NotYAMLError, match=f"more than {MAX_NODES} values"):
        documents("\n".join(lines))


@pytest.mark.parametrize("text", ["[" * 5000, "a: " * 3])
def test_a_wrong_place_is_named(text: str) -> None:
    with pytest.raises(NotYAMLError):
        documents(text)


@pytest.mark.parametrize("text", [text for text, value in SCALARS.items() if not isinstance(value, str)])
def test_words_survive_writing(text: str) -> None:
    (document,) = documents(dump({"v": text}))
    assert document.value == {"v": text}


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))))
def test_any_text_survives_writing(text: str) -> None:
    (document,) = documents(dump({"v": text}))
    assert document.value == {"v": text}
