"""What is wrong with analyses and with what goes by them, whatever their inputs hold."""

from typing import Any

import pytest

from tests.unit.api.specs import BOX
from videojob_api.analysis_checks import analysis_problems, first_file
from videojob_api.order import Work

MOVING: dict[str, Any] = {"name": "moving", "input": "a", "motion": {}}
PEOPLE: dict[str, Any] = {"name": "people", "input": "a", "detect": {"model": {"input": "model"}}}
OTHER = {"name": "other", "input": "b", "loudness": {}}
TALL = {"uri": "s3://m/out.mp4", "video": {"width": 1080, "height": 1920}}
FOLLOWED = {"blur": {}, "keyframesFrom": {"analysis": "people"}}
FOLLOWING = {"keyframesFrom": {"analysis": "people"}}
SQL = {"secretRef": {"name": "db"}}


def work(*analyses: Any, outputs: Any = (TALL,), results: Any = None, checkpoint: Any = None, **timeline: Any) -> Work:
    inputs = [{"name": name, "uri": f"s3://m/{name}"} for name in ("a", "b", "model")]
    spec = {"inputs": inputs, "analyses": analyses or [MOVING, PEOPLE, OTHER], "outputs": outputs}
    more = {"timeline": timeline or None, "results": results, "checkpoint": checkpoint}
    return Work.model_validate(spec | {key: value for key, value in more.items() if value})


def remote(url: str, **more: Any) -> dict[str, Any]:
    return {"name": "engine", "input": "a", "remote": {"url": url, "model": "m", **more}}


def result(analysis: str, name: str, **more: Any) -> dict[str, Any]:
    return {"analysis": analysis, "uri": f"s3://m/{name}" + ("" if "." in name else ".ndjson.gz"), **more}


def detecting(**more: Any) -> dict[str, Any]:
    return {**PEOPLE, "detect": {**PEOPLE["detect"], **more}}


def followed(label: str) -> dict[str, Any]:
    return {"blur": {}, "keyframesFrom": {"analysis": "people", "label": label}}


def into(analysis: str, table: str | None = None, secret: str = "db") -> dict[str, Any]:
    return {"analysis": analysis, "sql": {"secretRef": {"name": secret}, "table": table}}


WRONG: list[tuple[Work, str]] = [
    (work(PEOPLE | {"input": "model"}), "analyses[0].input: model is a model; name the input that is looked at"),
    (
        work(remote("grpc://e:1", secretRef={"name": "t"})),
        "analyses[0].remote.secretRef: secrets are not sent unencrypted: write grpcs://",
    ),
    (
        work(overlays=[FOLLOWED, {"blur": {}, "keyframesFrom": {"analysis": "moving"}}]),
        "timeline.overlays[1].keyframesFrom.analysis: moving finds events",
    ),
    (
        work(clips=[{"input": "a", "framing": {"keyframesFrom": {"analysis": "moving"}}}]),
        "timeline.clips[0].framing.keyframesFrom.analysis: moving finds events",
    ),
    (
        work(clipsFrom={"analysis": "moving", "framing": {"keyframesFrom": {"analysis": "other"}}}),
        "timeline.clipsFrom.framing.keyframesFrom.analysis: other finds events",
    ),
    (work(clipsFrom={"any": ["moving", "other"]}), "timeline.clipsFrom: its analyses look at several inputs (a, b)"),
    (
        work(clipsFrom={"analysis": "moving", "maxTotal": "500ms"}),
        "timeline.clipsFrom.maxTotal: 500ms has no room for one cut of minDuration, 1s",
    ),
    (
        work(outputs=[{"uri": "s3://m/o.mp4"}], clips=[{"input": "a", "framing": FOLLOWING}]),
        "timeline.clips[0].framing.keyframesFrom: the crop has the output's aspect: set width and height",
    ),
    (
        work(results=[result("moving", "o"), result("moving", "p", format="COCO")]),
        "results[1].format: COCO holds boxes, and moving finds events",
    ),
    (work(results=[result("moving", "p.txt")]), "results[0].format: MOT holds boxes, and moving finds events"),
    (work(results=[result("moving", "p.csv")]), "results[0].uri: its ending tells no format: end it in .ndjson.gz"),
    (work(results=[result("people", "o"), result("moving", "o")]), "results[1].uri: s3://m/o.ndjson.gz is written"),
    (work(outputs=(), results=[{"analysis": "moving", "sql": SQL}]), "checkpoint.uri: is needed where nothing but"),
    (
        work(clips=[{"input": "a"}, {"input": "model"}]),
        "timeline.clips[1].input: model is the model of an analysis, and nothing to be seen or heard",
    ),
    (
        work(overlays=[{"image": {"input": "model"}, "keyframes": [BOX]}]),
        "timeline.overlays[0].image.input: model is the model of an analysis",
    ),
    (
        work(detecting(labels=["player", "bal"], names=["player", "ball"])),
        "analyses[0].detect.labels[1]: bal is none of names: player, ball",
    ),
    (
        work(detecting(labels=["ball"], names=["player", "ball"]), overlays=[followed("player")]),
        "timeline.overlays[0].keyframesFrom.label: people finds no player, only ball",
    ),
    (
        work(detecting(names=["face"]), overlays=[followed("faces")]),
        "timeline.overlays[0].keyframesFrom.label: people finds no faces, only face",
    ),
    (
        work(clipsFrom={"analysis": "moving", "maxTotal": "0s", "minDuration": "0s"}),
        "timeline.clipsFrom.maxTotal: 0s has no room for a clip",
    ),
    (
        work(results=[into("moving", "seen"), into("people", "found"), into("people", "seen")]),
        "results[2].sql.table: seen is of moving, whose rows have other columns; name another table",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=[words for _, words in WRONG])
def test_wrong(wrong: Work, words: str) -> None:
    (problem,) = analysis_problems(wrong)
    assert words in str(problem)


RIGHT: list[Work] = [
    work(remote("grpcs://e:1", secretRef={"name": "t"})),
    work(clipsFrom={"all": ["moving", "people"], "framing": FOLLOWING}, overlays=[FOLLOWED]),
    work(outputs=[{"uri": "s3://m/o.mp4"}], clips=[{"input": "a"}], overlays=[FOLLOWED]),
    work(clipsFrom={"analysis": "moving", "minDuration": "2s", "maxTotal": "2s"}),
    work(
        results=[result("people", "o"), result("people", "p", format="COCO"), result("moving", "q", format="Parquet")]
    ),
    work(outputs=(), results=[{"analysis": "moving", "sql": SQL}], checkpoint={"uri": "s3://m/kept/"}),
    work(outputs=(), results=[{"analysis": "moving", "sql": SQL}, result("moving", "o")]),
    work(detecting(labels=["ball"]), overlays=[followed("ball"), FOLLOWED]),
    work(overlays=[followed("whatever the model knows")]),
    work(results=[into("moving", "seen"), into("other", "seen"), into("people", "seen", "elsewhere"), into("people")]),
]


@pytest.mark.parametrize("right", RIGHT)
def test_right(right: Work) -> None:
    assert analysis_problems(right) == []


def test_work_is_kept_beside_the_output_else_beside_the_first_file_of_results() -> None:
    results = [{"analysis": "moving", "sql": SQL}, result("moving", "r"), result("people", "s")]
    assert first_file(work(results=results)) == TALL["uri"]
    assert first_file(work(outputs=(), results=results)) == "s3://m/r.ndjson.gz"
    assert first_file(work(outputs=(), results=results[:1])) is None
