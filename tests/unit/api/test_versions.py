"""The table of API versions, and the CRD that is made of it."""

import pytest

from videojob_api import names
from videojob_api.schema import VERSIONS, crd, videojob_schema
from videojob_api.versions import ApiVersion, entries

OLD = ApiVersion("v1", dict, served=False, deprecated="use v2")
NEW = ApiVersion("v2", dict, storage=True)


def test_the_crd_has_each_version_with_a_schema_and_one_for_storage() -> None:
    made = crd()["spec"]["versions"]
    assert [version["name"] for version in made] == [version.name for version in VERSIONS]
    assert [version["storage"] for version in made].count(True) == 1
    for version in made:
        assert version["schema"]["openAPIV3Schema"]["properties"]["spec"]
        assert version["subresources"] == {"status": {}} and version["additionalPrinterColumns"]


def test_what_operator_and_runner_speak_is_served() -> None:
    assert [version.name for version in VERSIONS if version.served and version.name == names.VERSION]
    assert f"{names.GROUP}/{names.VERSION}" == names.API_VERSION


def test_another_version_is_another_row() -> None:
    old, new = entries([OLD, NEW], {"subresources": {}})
    assert (old["served"], old["storage"], new["served"], new["storage"]) == (False, False, True, True)
    assert old["deprecated"] and old["deprecationWarning"] == "use v2" and "deprecated" not in new


@pytest.mark.parametrize(
    ("versions", "words"),
    [([OLD], "not 0: none"), ([NEW, ApiVersion("v3", dict, storage=True)], "not 2: v2, v3"), ([NEW, OLD, OLD], "same")],
)
def test_what_the_api_server_would_refuse(versions: list[ApiVersion], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        entries(versions, {})


def test_one_schema_for_all_while_nothing_converts() -> None:
    """With `strategy: None` only the name changes: fields of one version would be pruned in the other."""
    assert {version.schema for version in VERSIONS} == {videojob_schema}
