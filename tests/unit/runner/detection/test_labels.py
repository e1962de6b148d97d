"""Names of classes, from whatever exporters and people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.detection import labels
from job_runner.detection.labels import name_of, names_in, names_of_file, wanted_numbers
from job_runner.errors import InputInvalid


@pytest.mark.parametrize(
    "text", ["{0: 'player', 1: 'ball'}", '{"0": "player", "1": "ball"}', "['player', 'ball']", '["player", "ball"]']
)
def test_metadata_as_python_or_json(text: str) -> None:
    assert names_in({"names": text, "stride": "32"}) == {0: "player", 1: "ball"}
    assert names_of_file(text, "n.json") == {0: "player", 1: "ball"}


def test_a_name_a_line() -> None:
    assert names_of_file("player\r\n ball \n", "n.txt") == {0: "player", 1: "ball"}


@pytest.mark.parametrize(
    "text",
    [
        "", "person", "12", "{'a': 'b'}", "__import__('os').system('touch /tmp/x')", "{" * 5000, "[" * 5000,
        "-" * 50_000 + "1", "{0: 'a'}" * 100_000, "{{}: 1}", "{-1: 'a'}",
    ],
)  # fmt: skip
def test_what_names_nothing_is_passed_over_in_metadata(text: str) -> None:
    assert not names_in({"names": text})


@pytest.mark.parametrize("text", ["", "  \n ", "{0: open('x')}", "[1, 2"])
def test_a_file_without_names_is_an_error(text: str) -> None:
    with pytest.raises(InputInvalid, match=r"n.txt has no names of classes: write one a line"):
        names_of_file(text, "n.txt")


def test_names_that_would_spoil_a_terminal_are_cleaned() -> None:
    found = names_in({"names": repr({0: "a\x1b[2Jb", 1: "x" * 500, 2: "\n"})})
    assert found == {0: "a[2Jb", 1: "x" * labels.MOST_LETTERS, 2: "2"}


def test_labels_to_keep() -> None:
    names = {0: "player", 1: "ball", 4: "ball"}
    assert wanted_numbers(names, ["ball"], "m.onnx") == frozenset({1, 4})
    assert wanted_numbers(names, [], "m.onnx") is None
    with pytest.raises(InputInvalid, match=r"m.onnx has no class goal; its classes: player, ball, ball"):
        wanted_numbers(names, ["player", "goal"], "m.onnx")
    with pytest.raises(InputInvalid, match="its classes: without names"):
        wanted_numbers({}, ["goal"], "m.onnx")


def test_a_class_without_a_name_is_its_number() -> None:
    assert (name_of({0: "a"}, 0), name_of({0: "a"}, 7)) == ("a", "7")


@given(st.text(max_size=200))
def test_any_text_gives_names_or_none(text: str) -> None:
    found = names_in({"names": text})
    assert found is None or all(isinstance(name, str) and name.isprintable() for name in found.values())
