"""What may be typed agrees with what the API has, and with what is made of it."""

import argparse
import re
from dataclasses import fields

import pytest

from job_runner.cli.main import _COMMANDS, _DECODE, _SIGNED
from job_runner.cli.parser import parser
from job_runner.cli.shortcuts import OVERLAYS, OptionError, Options, videojob
from job_runner.cli.typed import EDITS, ENCODING
from tests.unit.api.enums import ENUMS
from videojob_api.overlay import OVERLAY_KINDS
from videojob_api.validate import check_document

WHERE = "0.1,0.1,0.2,0.2"


def commands() -> dict[str, argparse.ArgumentParser]:
    """What may follow `spotreel`."""
    (found,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def actions() -> dict[str, argparse.Action]:
    """Of `spotreel render`, by the names of what they set."""
    return {action.dest: action for action in commands()["render"]._actions}


@pytest.mark.parametrize("option", ["codec", "encoder", "quality", "preset", "fit"])
def test_the_words_of_an_option_are_the_apis(option: str) -> None:
    assert list(actions()[option].choices or []) == ENUMS[f"outputs[].video.{option}"]


def test_every_command_is_run_by_something() -> None:
    assert commands().keys() == _COMMANDS.keys()
    assert set(_DECODE) <= _COMMANDS.keys()


def test_every_edit_is_an_option_and_is_read() -> None:
    """What the parser takes and nothing reads would be passed over in silence."""
    apart = {"inputs", "output", "video", "overwrite", "trust_model"}
    assert set(EDITS) == {field.name for field in fields(Options)} - apart
    others = {"help", "files", "output", "workspace", "json", "debug", "dry_run", "overwrite", "trust_model"}
    assert set(actions()) - others == {*EDITS, *ENCODING}


def test_overlays_are_kinds_and_are_drawn_in_the_order_that_is_told() -> None:
    """A problem in the n-th overlay is said of the option that stands there."""
    typed = {"text": [f"Hi@{WHERE}"], "image": [f"logo.png@{WHERE}"]}
    given = Options(["a.mp4"], "o.mp4", **{kind: typed.get(kind, [WHERE]) for kind in OVERLAYS})  # type: ignore[arg-type]
    drawn = [kind for overlay in videojob(given)["spec"]["timeline"]["overlays"] for kind in overlay]
    assert [kind for kind in drawn if kind != "keyframes"] == list(OVERLAYS)
    assert set(OVERLAYS) <= OVERLAY_KINDS.keys() & actions().keys()


def test_detectors_are_inputs_that_look_at_each_clip() -> None:
    given = Options(
        ["a.mp4", "b.mp4"], "o.mp4", blur_detected="m.onnx", follow="p.onnx", labels="player, ball", size="1080x1920",
        image=[f"logo.png@{WHERE}"], music="theme.m4a",
    )  # fmt: skip
    made = videojob(given)
    assert check_document(made) == []
    spec = made["spec"]
    assert [item["name"] for item in spec["inputs"]] == ["a", "b", "logo", "m", "p", "theme"]
    looks = [(each["input"], each["detect"]["model"]["input"], each["detect"]["labels"]) for each in spec["analyses"]]
    assert looks == [(clip, model, ["player", "ball"]) for model in "mp" for clip in "ab"]
    names = [each["name"] for each in spec["analyses"]]
    assert [o["keyframesFrom"]["analysis"] for o in spec["timeline"]["overlays"][:2]] == names[:2]
    assert [c["framing"]["keyframesFrom"]["analysis"] for c in spec["timeline"]["clips"]] == names[2:]
    assert "fit" not in spec["outputs"][0]["video"]


def test_one_detector_for_both_looks_once() -> None:
    made = videojob(Options(["a.mp4"], "o.mp4", blur_detected="m.onnx", follow="m.onnx", size="64x64"))
    assert check_document(made) == [] and len(made["spec"]["analyses"]) == 1 and len(made["spec"]["inputs"]) == 2


def test_how_sure_and_how_often_are_said_of_each_look() -> None:
    given = Options(["a.mp4", "b.mp4"], "o.mp4", blur_detected="m.onnx", min_score=0.0, every=3)
    made = videojob(given)
    assert check_document(made) == []
    assert [(each["every"], each["detect"]["minScore"]) for each in made["spec"]["analyses"]] == [(3, 0.0)] * 2


@pytest.mark.parametrize("option", ["min_score", "every"])
def test_options_of_detectors_are_of_one_kind_in_both_commands(option: str) -> None:
    (here,), (there,) = (
        [action for action in commands()[name]._actions if action.dest == option] for name in ("render", "analyze")
    )
    assert (here.type, here.metavar) == (there.type, there.metavar)
    assert f"(default: {there.default})" in (here.help or "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"labels": "ball"}, "--labels ball: of what? It goes with --blur-detected or --follow"),
        ({"min_score": 0.3}, "--min-score 0.3: of what? It goes with --blur-detected or --follow"),
        ({"every": 2}, "--every 2: of what? It goes with --blur-detected or --follow"),
        ({"blur_detected": "m.onnx", "min_score": 1.5}, "--min-score 1.5: from 0 to 1"),
        ({"blur_detected": "m.onnx", "every": 0}, "--every 0: from 1 to 100000"),
        ({"follow": "m.onnx"}, "--follow m.onnx: in which shape? Add its size, such as --size 1080x1920"),
        ({"follow": "m.onnx", "size": "1080x"}, "in which shape"),
        ({"follow": "m.onnx", "size": "64x64", "crop": WHERE}, "--follow chooses what is shown"),
        ({"blur_detected": "grpc://h:1"}, "grpc://h:1 is an engine, no file; a VideoJob can ask it"),
        ({"follow": "grpcs://h:1", "size": "64x64"}, "grpcs://h:1 is an engine, no file"),
    ],
)
def test_detectors_that_are_asked_for_too_little(typed: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=re.escape(words)):
        videojob(Options(["a.mp4"], "o.mp4", **typed))  # type: ignore[arg-type]


def test_whatever_may_begin_with_a_minus_is_joined_to_its_option() -> None:
    rectangles = {name for name, action in actions().items() if str(action.metavar).startswith("L,T,W,H")}
    assert {f"--{name}" for name in rectangles} <= set(_SIGNED)
    assert {option.removeprefix("--") for option in _SIGNED} <= actions().keys()
