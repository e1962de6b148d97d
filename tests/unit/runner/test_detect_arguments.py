"""Choices are those of the code that they stand for, which is not loaded to offer them."""

import argparse
import subprocess
import sys
from fractions import Fraction

import pytest

from job_runner.cli import detect_arguments
from job_runner.cli.shortcuts import OptionError
from job_runner.detection import fitting, formats, values
from job_runner.engines.remote.connect import AT_ONCE, SECONDS
from videojob_api.values import parse_duration


def test_choices_are_what_there_is() -> None:
    assert tuple(formats.FORMATS) == detect_arguments.FORMATS
    assert detect_arguments.FITS == fitting.FITS
    assert tuple(values.VALUES) == detect_arguments.VALUES


def typed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    detect_arguments.add_detection(parser.add_argument_group())
    return parser.parse_args(arguments)


def test_defaults_are_those_of_an_engine() -> None:
    options = typed()
    assert (options.engine_calls, parse_duration(options.engine_timeout)) == (AT_ONCE, Fraction(SECONDS))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "m.onnx", "--engine", "grpc://a:1"), "--model, --engine: one of them"),
        (("--model", "grpc://a:1"), "--model grpc://a:1: an engine, no file; write --engine URL --engine-model NAME"),
        (("--engine", "grpc://a:1"), "--engine: needs --engine-model NAME"),
        (("--engine-model", "a", "--every", "2"), "--engine-model: needs --engine URL"),
        (("--model", "m.onnx", "--engine-ca", "ca.pem"), "--engine-ca: needs --engine URL"),
        (("--every", "2"), "--every: needs --model FILE, a detector as ONNX, or --engine URL"),
        (("--engine", "grpc://a:1", "--engine-model", "a", "--loudness"), "--loudness: not with --engine"),
    ],
)
def test_what_does_not_go_together(arguments: tuple[str, ...], said: str) -> None:
    curves = {"motion": False, "loudness": "--loudness" in arguments, "padding": None, "max_total": None}
    options = typed(*(argument for argument in arguments if argument != "--loudness"))
    with pytest.raises(OptionError) as caught:
        detect_arguments.check_detection(argparse.Namespace(**{**vars(options), **curves}))
    assert str(caught.value).startswith(said)


def test_nothing_large_is_loaded_for_them() -> None:
    code = "import sys, job_runner.cli.detect_arguments; print(*{'numpy', 'onnxruntime', 'grpc'} & set(sys.modules))"
    assert not subprocess.check_output([sys.executable, "-c", code], text=True).strip()
