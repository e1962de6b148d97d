"""Choices are those of the code that they stand for, which is not loaded to offer them."""

import subprocess
import sys

from job_runner.cli import detect_arguments
from job_runner.detection import fitting, formats, values


def test_choices_are_what_there_is() -> None:
    assert tuple(formats.FORMATS) == detect_arguments.FORMATS
    assert detect_arguments.FITS == fitting.FITS
    assert tuple(values.VALUES) == detect_arguments.VALUES


def test_nothing_large_is_loaded_for_them() -> None:
    code = "import sys, job_runner.cli.detect_arguments; print(*{'numpy', 'onnxruntime', 'av'} & set(sys.modules))"
    assert not subprocess.check_output([sys.executable, "-c", code], text=True).strip()
