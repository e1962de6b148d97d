"""Libraries that run models from files, and which of them a file is for."""

from collections.abc import Callable
from dataclasses import dataclass

from job_runner.engines import onnx, pt2
from job_runner.engines.loaded import LoadedModel
from job_runner.engines.pt2_file import is_pt2
from job_runner.errors import SpecInvalid

Load = Callable[..., LoadedModel]
"""Of a file's bytes, how messages call it, threads, and a device if it is not the CPU."""


@dataclass(frozen=True)
class FileEngine:
    """`tried` loads a model for the first time, `load` one that has been tried; `seconds` are enough for a trial."""

    name: str
    load: Load
    tried: Load
    check_installed: Callable[[], None]
    best_device: Callable[[], str]
    version: Callable[[], str]
    seconds: float = 60.0

    def words(self) -> str:
        """With its version: a part of what shapes a result."""
        return f"{self.name} {self.version()}"


ONNX = FileEngine("onnxruntime", onnx.OnnxModel, onnx.OnnxModel, onnx.check_installed, onnx.best_device, onnx.version)
PT2 = FileEngine(
    # Torch alone takes up to half a minute to be loaded from a disk that has not read it yet.
    "torch", pt2.Pt2Model, pt2.tried, pt2.check_installed, pt2.best_device, pt2.version, seconds=180.0,
)  # fmt: skip

BY_CLASS = "ask the platform's team to set trustedModels: true in a class for whose jobs such models are trusted"
BY_OPTION = "add --trust-model if you trust it as you would trust a program"


def engine_of(data: bytes, model: str, trusted: bool, how: str) -> FileEngine:
    """What runs a model. `how` is what to do so that it is trusted.

    Raises SpecInvalid for a .pt2 that is not, ConfigInvalid if the library is not installed.
    """
    engine = PT2 if is_pt2(data) else ONNX
    if engine is PT2 and not trusted:
        raise SpecInvalid(
            f"model {model} is a .pt2 of torch.export: to load it is to run what is in it, and it is not trusted; "
            f"export it as ONNX (torch.onnx.export), or {how}"
        )
    engine.check_installed()
    return engine
