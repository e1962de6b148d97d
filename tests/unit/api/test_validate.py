from typing import Any

import pytest
import yaml

from tests.unit.api.specs import BAD, FOUND, GOOD, LOOKED, NOT_FOUND, NOT_LOOKED, Object, shaped, spoiled, videojob
from videojob_api import checks
from videojob_api.by_type import marked
from videojob_api.fields import ReadBy
from videojob_api.output import Output, container_of
from videojob_api.spec import VideoJobSpec
from videojob_api.validate import check_document, check_text


def test_good() -> None:
    assert check_document(videojob(GOOD)) == []


def test_every_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second reading of a large spec would take as long as the first."""
    read, refused = list[str](), checks._refused

    def counted(text: str, kind: ReadBy) -> str | None:
        read.append(text)
        return refused(text, kind)

    monkeypatch.setattr(checks, "_refused", counted)
    assert check_document(videojob(GOOD)) == []
    texts = [text for _, text, _ in marked(VideoJobSpec.model_validate(GOOD), ReadBy)]
    assert texts and sorted(read) == sorted(texts)


@pytest.mark.parametrize("timeline", FOUND)
def test_timelines_that_analyses_shape(timeline: Object) -> None:
    assert check_document(videojob(shaped(timeline))) == []


def test_a_job_that_only_looks() -> None:
    assert check_document(videojob(LOOKED)) == []


WRONG_SHAPES = [(shaped(timeline), words) for timeline, words in NOT_FOUND] + NOT_LOOKED


@pytest.mark.parametrize(("spec", "words"), WRONG_SHAPES, ids=[words[:40] for _, words in WRONG_SHAPES])
def test_what_analyses_do_not_go_with(spec: Object, words: str) -> None:
    (problem,) = check_document(videojob(spec))
    assert words in problem.message


@pytest.mark.parametrize("path", ["results.0.analysis", "timeline.overlays.7.keyframesFrom.analysis"])
def test_the_analyses_that_there_are_are_named(path: str) -> None:
    (problem,) = check_document(videojob(spoiled(path, "nobody")))
    assert problem.message.endswith("; there are moving, loud, people, engine")
    (problem,) = check_document(videojob({**LOOKED, "analyses": None}))
    assert problem.message.endswith("; there are none")


@pytest.mark.parametrize(("path", "value", "words"), BAD)
def test_bad(path: str, value: Any, words: str) -> None:
    problems = check_document(videojob(spoiled(path, value)))
    assert len(problems) == 1, problems
    assert words in problems[0].message


@pytest.mark.parametrize(
    ("output", "container"),
    [
        ({"uri": "s3://m/o.mp4"}, "mp4"),
        ({"uri": "s3://m/o.M4V"}, "mp4"),
        ({"uri": "s3://m/o.mov"}, "mov"),
        ({"uri": "s3://m/o.mkv"}, "mkv"),
        ({"uri": "s3://m/o.mkv", "container": "mkv"}, "mkv"),
        ({"uri": "s3://m/o.mkv", "video": {"codec": "av1"}}, "mkv"),
        ({"uri": "s3://m/mov"}, "mp4"),
        ({"uri": "s3://m/v1.2"}, "mp4"),
        ({"uri": "s3://m/o.part", "container": "mov"}, "mov"),
    ],
)
def test_container_follows_the_name(output: Any, container: str) -> None:
    assert check_document(videojob(spoiled("outputs", [output]))) == []
    assert container_of(Output.model_validate(output)) == container


def test_names_line_column_and_field() -> None:
    text = yaml.safe_dump(videojob(spoiled("timeline.clips.0.end", "500ms")), sort_keys=False)
    line = text.splitlines().index("    - input: a") + 1
    located = check_text(text)[0].located("job.yaml")
    assert located == f"job.yaml:{line}:7  timeline.clips[0]: end must be later than start"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "is not YAML"),
        ("- 1", "is no VideoJob"),
        ("kind: Pod", "must be VideoJob"),
    ],
)
def test_no_videojob_at_all(text: str, words: str) -> None:
    assert any(words in str(problem) for problem in check_text(text))


def test_unquoted_color_is_explained() -> None:
    spec = spoiled("timeline.overlays.0.box", {"stroke": "X"})
    text = yaml.safe_dump(videojob(spec)).replace("stroke: X", "stroke: #FFD400")
    assert "an unquoted # starts a comment" in str(check_text(text)[0])


def test_unknown_field_is_named() -> None:
    problem = check_document(videojob(spoiled("outputs.0.video.fps", 25)))[0]
    assert "outputs[0].video.fps" in str(problem)
    assert "there is no such field" in str(problem)


def test_unknown_field_of_a_name_that_stands_elsewhere_tells_what_is_here() -> None:
    video = check_document(videojob(spoiled("outputs.0.video.volume", 1)))[0].message
    assert "there is no such field" in video
    (said,) = (p.message for p in check_document(videojob(spoiled("timeline.audio.outputs", 1))))
    assert said.startswith("there is no such field here; there is outputs; here there are mode, replace, ")
    box = check_document(videojob(spoiled("timeline.overlays.0.box", {"color": "red"})))
    assert "there is no such field; did you mean stroke?" in [problem.message for problem in box]


@pytest.mark.parametrize(
    ("seen", "lost"),
    [
        ({"overlays": [{"blur": {}, "keyframesFrom": {"analysis": "poeple"}}]}, "poeple; there are people"),
        ({"clipsFrom": {"any": ["people", "luod", "huose"]}}, "huose, luod; there are people"),
        (
            {"clipsFrom": {"analysis": "people"}, "audio": {"mode": "Replace", "replace": {"input": "b"}}},
            "b; there are a",
        ),
    ],
)
def test_a_name_that_is_not_there_is_told(seen: dict[str, Any], lost: str) -> None:
    analyses = [{"name": "people", "motion": {}, "input": "a"}]
    spec = {"inputs": [{"name": "a", "uri": "s3://m/a.mp4"}], "outputs": [{"uri": "s3://m/o.mp4"}]}
    problems = check_document(videojob(spec | {"analyses": analyses, "timeline": seen}))
    assert any(problem.message.endswith(f": {lost}") for problem in problems), problems


@pytest.mark.parametrize("time", ["12.5", "1:35", "1d"])
def test_duration_without_unit(time: str) -> None:
    assert any(
        "not a time: write a number with a unit" in p.message
        for p in check_document(videojob(spoiled("timeline.clips.0.end", time)))
    )


def test_long_name() -> None:
    assert "at most 40 characters" in check_document(videojob(GOOD, "a" * 41))[0].message
