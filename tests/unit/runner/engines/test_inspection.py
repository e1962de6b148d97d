"""A model is tried apart: what it really gives, and what becomes of one that crashes, hangs or is none."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from onnx import helper

from job_runner.engines.file_engine import ONNX
from job_runner.engines.inspection import Form, inspected
from job_runner.engines.onnx import OnnxModel
from job_runner.errors import Disrupted, InputInvalid
from job_runner.stop import Stop
from tests.unit.runner.crashed import crash
from tests.unit.runner.models import bright_model, constant_model, node_model

FORM = Form("m.onnx")


def test_outputs_have_the_shapes_that_they_had() -> None:
    signature, picture = inspected(bright_model(batch="N"), "m.onnx", Form("m.onnx", batch=2), Stop(0))
    assert signature.outputs[0].shape == (2, 1, 6)
    assert signature.metadata == {"names": "{0: 'lamp'}"}
    assert (picture.shape, picture.size) == ((2, 3, 64, 64), (64, 64))


def test_what_is_wrong_is_said_in_the_same_words() -> None:
    with pytest.raises(InputInvalid, match=r"m.onnx is no ONNX file"):
        inspected(b"none", "m.onnx", FORM, Stop(0))
    with pytest.raises(InputInvalid, match="none of its inputs is a picture"):
        inspected(constant_model({"a": np.zeros(1, np.float32)}, (1, 7)), "m.onnx", FORM, Stop(0))


def test_a_model_without_outputs_is_none() -> None:
    with pytest.raises(InputInvalid, match=r"m.onnx (has no outputs|cannot be loaded|is no ONNX)"):
        inspected(constant_model({}), "m.onnx", FORM, Stop(0))


def test_one_that_crashes_is_named() -> None:
    with pytest.raises(InputInvalid, match=r"model m.onnx crashes onnxruntime \(SIGSEGV\); export it anew"):
        inspected(bright_model(), "m.onnx", FORM, Stop(0), replace(ONNX, tried=crash))


def test_one_that_takes_all_memory_is_named() -> None:
    wide = helper.make_node("ConstantOfShape", ["shape"], ["found"])
    shape = helper.make_node("Constant", [], ["shape"], value_ints=[1 << 20, 1 << 14])
    with pytest.raises(InputInvalid, match=r"model m.onnx (failed|cannot be loaded|cannot be tried)"):
        inspected(node_model([shape, wide]), "m.onnx", FORM, Stop(0))


def test_one_without_an_end_is_given_up() -> None:
    with pytest.raises(InputInvalid, match="was not through with one picture after 0 s"):
        inspected(bright_model(), "m.onnx", FORM, Stop(0), replace(ONNX, tried=endless, seconds=0.3))


def endless(*_: object, **__: object) -> OnnxModel:
    time.sleep(600)
    raise AssertionError("nobody waits so long")


def test_a_caller_may_have_threads_and_be_told_to_stop() -> None:
    stop = Stop(0)
    timer = threading.Timer(0.3, stop.request)
    timer.start()
    with pytest.raises(Disrupted):
        inspected(bright_model(), "m.onnx", FORM, stop, replace(ONNX, tried=endless))
    timer.join()
