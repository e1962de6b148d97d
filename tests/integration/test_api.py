"""The CRD on the real API server says what `spotreel validate` says, rule by rule."""

import json
import re
from typing import Any

import pytest

from tests.testbed.world import World
from tests.unit.api.desk import CASES, Case
from tests.unit.api.specs import BAD, FOUND, GOOD, LOOKED, NOT_FOUND, NOT_LOOKED, Object, shaped, spoiled, videojob
from tests.unit.api.test_shape import STRICT


def tried(world: World, document: Object, *flags: str) -> str:
    return world.kubectl("apply", "--dry-run=server", *flags, "-f", "-", stdin=json.dumps(document), check=False)


@pytest.fixture(scope="module")
def answers(world: World) -> dict[str, str]:
    """What is said of each document of `TABLE`, by its name: to ask for them one by one takes ten times as long."""
    documents = [videojob(spec, name) for name, (spec, _) in TABLE.items()]
    said = tried(world, {"apiVersion": "v1", "kind": "List", "items": documents})
    parts = re.split(r"^(?=Error from server|videojob\.)", said, flags=re.MULTILINE)
    return {
        named[1]: part for part in parts if (named := re.search(r'(?:VideoJob\S* "|videojob\S*/)([-0-9a-z]+)', part))
    }


GOOD_ONES = [(spec, "created (server dry run)") for spec in (GOOD, *map(shaped, FOUND), LOOKED)]
BAD_ONES = [
    *((spoiled(path, value), words) for path, value, words in BAD),
    *((shaped(timeline), words) for timeline, words in NOT_FOUND),
    *NOT_LOOKED,
]
TABLE = {f"good-{n}": row for n, row in enumerate(GOOD_ONES)} | {f"bad-{n}": row for n, row in enumerate(BAD_ONES)}


@pytest.mark.parametrize("name", TABLE, ids=[f"{name}-{words[:50]}" for name, (_, words) in TABLE.items()])
def test_the_api_server_says_what_a_desk_says(answers: dict[str, str], name: str) -> None:
    _, words = TABLE[name]
    assert words in answers[name] and ("is invalid" in answers[name]) == name.startswith("bad")


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


def test_the_output_column_has_the_first_result_of_a_job_without_outputs(world: World) -> None:
    rows = {**LOOKED, "results": LOOKED["results"][2:], "checkpoint": {"uri": "s3://media/"}}
    for name, spec in (("column-a", GOOD), ("column-b", LOOKED), ("column-c", rows)):
        world.apply(videojob(spec, name), "kube-public")
    shown = world.kubectl("get", "vj", "column-a", "column-b", "column-c", "-n", "kube-public", "-o", "wide")
    found = [re.search(r"s3://\S+|$", line) for line in shown.splitlines()[1:]]
    assert [uri and uri[0] for uri in found] == ["s3://media/out.mp4", "s3://media/out/people.ndjson.gz", ""]


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


@pytest.mark.parametrize("field", ["className", "inputs", "analyses", "timeline", "outputs", "results", "checkpoint"])
def test_what_shapes_bytes_is_immutable(world: World, field: str) -> None:
    # Suspended and in a namespace nobody follows: only the API server looks at it.
    world.apply(videojob(GOOD, "fixed"), "kube-public")
    changed: dict[str, Any] = {
        "className": "other",
        "inputs": [*GOOD["inputs"], {"name": "c", "uri": "s3://m/c.mp4"}],
        "analyses": [*GOOD["analyses"], {"name": "more", "input": "a", "motion": {}}],
        "timeline": None,
        "results": GOOD["results"][:2],
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


def test_as_many_analyses_as_can_be_are_within_cels_budget(world: World) -> None:
    """Each clip, overlay and result names the last one, and that is what all rules look for."""
    names = [f"{n:032d}" for n in range(16)]
    inputs = [{"name": f"{n:032d}", "uri": f"s3://m/{n}"} for n in range(256)]
    looks = {"labels": ["a"] * 64, "names": ["b"] * 64, "model": {"input": inputs[-1]["name"]}}
    followed = {"keyframesFrom": {"analysis": names[-1]}}
    timeline = {
        "clips": [{"input": inputs[-1]["name"], "framing": followed}] * 256,
        "overlays": [{"blur": {}, **followed}] * 128,
    }
    spec = {
        "inputs": inputs,
        "analyses": [{"name": name, "input": inputs[-1]["name"], "detect": looks} for name in names],
        "timeline": timeline,
        "outputs": GOOD["outputs"],
        "results": [{"analysis": names[-1], "uri": f"s3://m/result-{n}"} for n in range(16)],
    }
    assert "serverside-applied (server dry run)" in tried(world, videojob(spec), "--server-side")
