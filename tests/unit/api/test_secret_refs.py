"""Each store and each Secret that a job names is found, with the field that names it."""

from tests.unit.api.specs import GOOD
from videojob_api.secret_refs import keys_named, stores_named
from videojob_api.spec import VideoJobSpec

STORED = {
    "storage": {"secretRef": {"name": "own"}},
    "inputs": [{"uri": "s3://m/a"}, {"name": "b", "uri": "s3://m/b", "storage": {"region": "x"}}],
    "outputs": [{"uri": "s3://m/o"}],
}


def test_stores() -> None:
    found = stores_named(VideoJobSpec.model_validate(STORED))
    assert list(found) == ["spec.storage", "spec.inputs[1].storage"] and found["spec.inputs[1].storage"].region == "x"
    assert stores_named(VideoJobSpec.model_validate(GOOD)) == {}


def test_keys() -> None:
    found = keys_named(VideoJobSpec.model_validate(GOOD))
    assert {field: (ref.name, ref.key) for field, ref in found.items()} == {
        "spec.analyses[3].remote.secretRef": ("engine", "headers"),
        "spec.results[2].sql.secretRef": ("analytics", "url"),
    }
    assert keys_named(VideoJobSpec.model_validate(STORED)) == {}
