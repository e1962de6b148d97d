"""What the CRD admits fits into an order, whatever it is that makes it large."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.api.large import KINDS, ordinary_keyframes
from tests.unit.api.specs import GOOD, Object, videojob
from videojob_api.clean import clean
from videojob_api.evaluate import holds, message
from videojob_api.names import MAX_ORDER_BYTES
from videojob_api.order import Work
from videojob_api.schema import model_schema, videojob_schema
from videojob_api.sizes import MAX_KEYFRAMES, MAX_SPEC_BYTES, size
from videojob_api.spec import VideoJobSpec
from videojob_api.validate import _typed, check_document

SPEC = model_schema(VideoJobSpec)


def counted(spec: Object) -> int:
    """As the CRD counts."""
    return int(message(size(SPEC, "self"), _typed(SPEC, spec)))


def written(spec: Object) -> int:
    """Bytes of what is stored, and of what an order has of it."""
    read = VideoJobSpec.model_validate(spec)
    return max(len(model.model_dump_json(by_alias=True, exclude_none=True).encode()) for model in (read, Work.of(read)))


def problems(spec: Object) -> list[str]:
    return [str(problem) for problem in check_document(videojob(spec))]


def too_large(spec: Object) -> bool:
    """By the CRD's rules on the size, and by no others."""
    rules = videojob_schema()["properties"]["spec"]["x-kubernetes-validations"]
    typed = _typed(SPEC, spec)
    return not all(holds(entry["rule"], typed) for entry in rules if "messageExpression" in entry)


@cache
def largest(make: Callable[[int], Object], most: int) -> Object:
    """The largest of its kind that is not refused for its size."""
    least = 0
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if too_large(make(middle)) else (middle, most)
    return make(least)


@pytest.mark.parametrize(("make", "most"), KINDS, ids=[make.__name__ for make, _ in KINDS])
def test_the_largest_of_each_kind_fits_into_an_order(make: Callable[[int], Object], most: int) -> None:
    """With 20,000 bytes to spare for what the platform adds."""
    spec = largest(make, most)
    assert not any("are the most" in line for line in problems(spec))
    assert written(spec) <= counted(spec) <= MAX_SPEC_BYTES < MAX_ORDER_BYTES


def test_counted_is_never_less_than_written() -> None:
    assert written(GOOD) <= counted(GOOD) <= 2 * written(GOOD)


NUMBERS = st.floats(0, 1) | st.sampled_from([0, 1, 1e-5, 1.2345678901234567e-05, 5e-324, 0.1])
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=9), TEXT, TEXT, TEXT)
def test_counted_bytes_cover_every_value(keys: list[Any], content: str, key: str, name: str) -> None:
    """The rules on the values themselves aside: only size matters here."""
    names = ("left", "top", "width", "height", "opacity")
    frames = [dict(zip(names, (v or 0.5 for v in values), strict=True)) for values in keys]
    plain = (
        "".join(c for c in content if c not in "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x7f" and c >= "\t") or "a"
    )
    plain = clean(plain, 100) or "a"
    spec = {
        "inputs": [{"uri": "s3://m/" + plain, "storage": {"region": name}}],
        "timeline": {"overlays": [{"text": {"content": plain}, "keyframes": frames}]},
        "outputs": [{"uri": "s3://m/o.mp4", "video": {"encoderOptions": {key: name}}}],
        "resources": {"limits": {key: "1"}},
    }
    assert written(spec) <= counted(spec)


def test_too_many_keyframes_say_how_many_and_what_to_do() -> None:
    (line,) = problems(ordinary_keyframes(5_000))
    assert line.startswith("spec.timeline: clips and overlays have 5000 keyframes together, 2000 are the most: ")
    assert line.endswith("or make several VideoJobs of it")


def test_too_much_of_anything_says_how_large_it_is() -> None:
    words = [{"text": {"content": "a" * 1000}, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}] * 100
    (line,) = problems(GOOD | {"timeline": {**GOOD["timeline"], "overlays": words}})
    assert line.startswith("spec: the spec takes up to ") and f"{MAX_SPEC_BYTES} are the most: use fewer" in line


def test_what_people_use_is_taken() -> None:
    """48 hours of some hundred clips, and 1,300 keyframes that follow faces."""
    clips = [{"input": "main", "start": f"{n * 700}.25s", "end": f"{n * 700 + 690}.5s"} for n in range(250)]
    assert problems(ordinary_keyframes(0) | {"timeline": {"clips": clips}}) == []
    assert problems(ordinary_keyframes(1300)) == []


def test_hardly_more_keyframes_would_fit_than_may_be() -> None:
    """So that the cheap rule hides next to none that the exact one would let pass."""
    least = {"time": "0s", "left": 0, "top": 0, "width": 1, "height": 1, "easing": "Hold"}
    clips = [{"framing": {"keyframes": [least] * 250}}] * (MAX_KEYFRAMES // 250)
    assert counted(ordinary_keyframes(0) | {"timeline": {"clips": clips}}) > 0.95 * MAX_SPEC_BYTES


@pytest.mark.parametrize("path", ["resources", "encoderOptions"])
def test_keys_of_maps_count(path: str) -> None:
    """They have no limit of their own in a CRD."""
    wide = {"k" * 1_000_000: "1"}
    video = {"encoder": "CPU", "encoderOptions": wide}
    spec = (
        {"resources": {"limits": wide}} if path == "resources" else {"outputs": [{"uri": "s3://m/o", "video": video}]}
    )
    assert too_large({"inputs": [{"uri": "s3://m/a"}], "outputs": [{"uri": "s3://m/o"}], **spec})


def test_numbers_written_as_text_have_a_limit() -> None:
    for spec in (
        {"resources": {"limits": {"cpu": "1" * 33}}},
        {"outputs": [{"uri": "s3://m/o", "video": {"frameRate": "2" * 33}}]},
    ):
        (line,) = problems({"inputs": [{"uri": "s3://m/a"}], "outputs": [{"uri": "s3://m/o"}], **spec})
        assert "at most 32 are allowed" in line


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b", "\x7f"])
def test_control_characters_are_refused(sign: str) -> None:
    text = {"content": f"a{sign}b"}
    spec = {
        "inputs": [{"uri": f"s3://m/a{sign}", "etag": sign}],
        "timeline": {"overlays": [{"text": text, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}]},
        "outputs": [{"uri": f"s3://m/o{sign}"}],
    }
    found = problems(spec)
    assert len(found) == 4 and sum("control characters are not allowed" in line for line in found) == 2


def test_words_may_have_lines() -> None:
    text = {"content": "two\nlines\tand \r\n more"}
    overlay = {"text": text, "keyframes": [{"left": 0, "top": 0, "width": 1, "height": 1}]}
    assert problems(ordinary_keyframes(0) | {"timeline": {"overlays": [overlay]}}) == []


@pytest.mark.parametrize("deadline", ["87601h", "9999999h", "999999999999999999999999h", "1111111111s", "315360001s"])
def test_a_deadline_is_at_most_ten_years(deadline: str) -> None:
    (line,) = problems({"inputs": [{"uri": "s3://m/a"}], "outputs": [{"uri": "s3://m/o"}], "deadline": deadline})
    assert "a deadline is at most 87600h, ten years" in line


def test_the_largest_status_is_well_under_what_etcd_takes() -> None:
    """With the spec, and with the same once more in an annotation: etcd takes 1.5 MiB at once."""
    status = json.dumps(_full(videojob_schema()["properties"]["status"]), ensure_ascii=False, separators=(",", ":"))
    assert 100_000 < len(status.encode()) < 920_000
    assert 920_000 + 2 * MAX_SPEC_BYTES < 1.5 * 2**20


def _full(schema: Object) -> Any:
    """Every list and every text as long as may be, of characters of four bytes."""
    if schema["type"] == "object":
        return {name: _full(below) for name, below in schema["properties"].items()}
    if schema["type"] == "array":
        return [_full(schema["items"])] * schema["maxItems"]
    if schema["type"] == "string":
        # A pattern of ours allows ASCII alone.
        one = "x" if "pattern" in schema else "🎬"
        return "2026-01-01T00:00:00Z" if "format" in schema else one * schema.get("maxLength", 7)
    return 2**62
