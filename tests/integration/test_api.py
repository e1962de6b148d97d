"""The CRD on the real API server says what `spotreel validate` says, rule by rule."""

import json
from typing import Any

import pytest

from tests.testbed.world import World
from tests.unit.api.desk import CASES, Case
from tests.unit.api.specs import BAD, GOOD, Object, spoiled, videojob
from tests.unit.api.test_shape import STRICT


def tried(world: World, document: Object, *flags: str) -> str:
    return world.kubectl("apply", "--dry-run=server", *flags, "-f", "-", stdin=json.dumps(document), check=False)


def test_good_spec(world: World) -> None:
    assert "created (server dry run)" in tried(world, videojob(GOOD))


@pytest.mark.parametrize(("path", "value", "words"), BAD)
def test_bad_spec(world: World, path: str, value: Any, words: str) -> None:
    said = tried(world, videojob(spoiled(path, value)))
    assert words in said and "invalid" in said


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (videojob(GOOD, "a" * 41), "at most 40 characters"),
        (videojob(spoiled("timeline.clips.0.end", "12.5")), "not a time: write a number with a unit"),
        (videojob(spoiled("outputs.0.video.fps", 25)), "unknown field"),
        (videojob(spoiled("outputs.0.container", "avi")), "Unsupported value"),
    ],
)
def test_shape(world: World, document: Object, words: str) -> None:
    assert words in tried(world, document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_files_as_people_write_them(world: World, case: Case) -> None:
    said = world.kubectl("apply", "--dry-run=server", "-f", "-", stdin=case.text, check=False)
    assert ("created (server dry run)" in said) == case.taken, said
    assert case.words in said
    assert "should match" not in said, "a regular expression is no answer"
    # What is empty is dropped by the API server in silence; validate knows that a colour was meant.
    assert case.taken != bool(case.lines) or case.file == "m45-textcolour"


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, value, _ in STRICT])
def test_what_is_checked_strictly_is_refused(world: World, path: str, value: Any) -> None:
    said = tried(world, videojob(spoiled(path, value)))
    assert "invalid" in said or "unknown field" in said, said


def test_explain_tells_clock_unit_and_default(world: World) -> None:
    said = world.kubectl("explain", "vj.spec.timeline.clips")
    assert "source time" in said and "Default" in said


def test_what_only_the_operator_refuses_gets_no_pod(world: World, operator: None) -> None:
    """Two keyframes at one time: too costly for the CRD's rules, and no reason to wake a GPU."""
    twice = [{"time": "1s", "left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}] * 2
    spec = {
        "inputs": [{"uri": "s3://media/bikes.mp4"}],
        "timeline": {"overlays": [{"blur": {}, "keyframes": twice}]},
        "outputs": [{"uri": "s3://media/out/twice.mp4"}],
    }
    world.apply(videojob(spec, "twice"), "tests")
    status = world.wait_finished("twice", "tests")
    assert (status["phase"], status["reason"]) == ("Failed", "SpecInvalid")
    assert "timeline.overlays[0].keyframes[1].time: keyframes stand in order" in status["message"]
    assert not status.get("attempts") and not world.get("job", "twice", "tests")


@pytest.mark.parametrize("field", ["className", "inputs", "timeline", "outputs", "checkpoint"])
def test_what_shapes_bytes_is_immutable(world: World, field: str) -> None:
    # Suspended and in a namespace nobody follows: only the API server looks at it.
    world.apply(videojob(GOOD, "fixed"), "kube-public")
    changed: dict[str, Any] = {
        "className": "other",
        "inputs": [*GOOD["inputs"], {"name": "c", "uri": "s3://m/c.mp4"}],
        "timeline": None,
        "outputs": [{"uri": "s3://media/other.mp4"}],
        "checkpoint": {"segmentFrames": 60},
    }
    patch = json.dumps({"spec": {field: changed[field]}})
    said = world.kubectl("patch", "vj", "fixed", "-n", "kube-public", "--type=merge", "-p", patch, check=False)
    assert f"spec.{field} is immutable: delete the VideoJob and create another" in said


def test_the_rest_may_change(world: World) -> None:
    world.apply(videojob(GOOD, "fixed"), "kube-public")
    patch = json.dumps({"spec": {"suspend": True, "deadline": "1h", "ttlSecondsAfterFinished": 5}})
    assert "patched" in world.kubectl("patch", "vj", "fixed", "-n", "kube-public", "--type=merge", "-p", patch)


def test_largest_spec_is_within_cels_budget(world: World) -> None:
    """256 clips with keyframes: the cost limits of the rules hold at run time too."""
    keys = [{"time": f"{n}s", "left": 0.1, "top": 0.1, "width": 0.5, "height": 0.5} for n in range(3)]
    clips = [{"input": "a", "start": "1s", "end": "9s", "framing": {"keyframes": keys}} for _ in range(256)]
    inputs = [{"name": "a", "uri": "s3://m/a.mp4"}, *({"name": f"n{n}", "uri": f"s3://m/{n}.mp4"} for n in range(255))]
    document = videojob({"inputs": inputs, "timeline": {"clips": clips}, "outputs": GOOD["outputs"]})
    assert "serverside-applied (server dry run)" in tried(world, document, "--server-side")
