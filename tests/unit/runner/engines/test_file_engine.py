"""Which library runs a file: by what is in it, and a program only where somebody trusts it."""

import pytest

from job_runner.engines.file_engine import BY_CLASS, BY_OPTION, ONNX, PT2, engine_of
from job_runner.errors import ConfigInvalid, SpecInvalid
from tests.unit.runner.models import bright_model
from tests.unit.runner.programs import archive, sealed

INSTALLED = "importlib.util.find_spec"


def test_what_is_in_it_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(INSTALLED, lambda name: name)
    assert engine_of(sealed(), "m.onnx", True, BY_CLASS) is PT2
    for other in (bright_model(), archive({"data.pkl": "", "version": "3"}), b"none"):
        assert engine_of(other, "m.pt2", True, BY_CLASS) is ONNX
        assert engine_of(other, "m.pt2", False, BY_CLASS) is ONNX


@pytest.mark.parametrize(
    ("how", "remedy"), [(BY_CLASS, "trustedModels: true in a class"), (BY_OPTION, "--trust-model")]
)
def test_a_program_that_is_not_trusted_is_refused_whatever_is_installed(
    how: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for there in (None, "torch"):
        monkeypatch.setattr(INSTALLED, lambda name, there=there: there)
        with pytest.raises(SpecInvalid, match=rf"model m.onnx is a .pt2 .*; export it as ONNX .*, or .*{remedy}"):
            engine_of(sealed(), "m.onnx", False, how)


def test_without_torch_it_is_said_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(INSTALLED, lambda name: None)
    with pytest.raises(ConfigInvalid, match=r"torch is not installed.*image runner-gpu.*spotreel\[gpu\].*ONNX"):
        engine_of(sealed(), "m.pt2", True, BY_CLASS)
