"""The table of file formats is whole."""

import pytest

from tests.unit.api.enums import ENUMS
from videojob_api.codecs import SOUND_CODECS, VIDEO_CODECS
from videojob_api.containers import CONTAINERS, DEFAULT_CONTAINER, container_named
from videojob_api.output import Output
from videojob_api.schema import model_schema


def test_every_container_of_the_api_has_a_row() -> None:
    assert CONTAINERS.keys() == set(ENUMS["outputs[].container"])
    assert all(name == container.name for name, container in CONTAINERS.items())


def test_no_ending_and_no_spelling_belongs_to_two() -> None:
    for words in ([c.endings for c in CONTAINERS.values()], [(c.name, *c.spelled) for c in CONTAINERS.values()]):
        every = [word for some in words for word in some]
        assert len(every) == len(set(every))


def test_each_holds_some_picture_and_the_sound_that_is_made() -> None:
    for container in CONTAINERS.values():
        assert set(container.lacks) < VIDEO_CODECS.keys()
        assert SOUND_CODECS.keys() <= container.sounds


def test_what_one_lacks_is_refused_in_words_that_name_the_others() -> None:
    said = [entry["message"] for entry in model_schema(Output)["x-kubernetes-validations"]]
    assert [line for line in said if "cannot hold" in line] == ["mov cannot hold av1: make it mp4 or mkv"]
    (made,) = [line for line in said if line.startswith("the file is made as ")]
    assert all(name in made for name in CONTAINERS)


@pytest.mark.parametrize(
    ("name", "uri", "found"),
    [
        (None, "s3://m/o.MOV", "mov"),
        (None, "s3://m/o.qt", "mov"),
        (None, "s3://m/o", DEFAULT_CONTAINER),
        (None, "s3://m/v1.2", DEFAULT_CONTAINER),
        ("mkv", "s3://m/o.mp4", "mkv"),
    ],
)
def test_named_by_the_field_else_by_the_ending(name: str | None, uri: str, found: str) -> None:
    assert container_named(name, uri) == found
