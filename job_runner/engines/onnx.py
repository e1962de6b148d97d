"""Models as ONNX, run by onnxruntime. The only place that loads that library."""

import importlib.util
import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from job_runner.detection.signature import Shape, Signature, Tensor
from job_runner.engines.device import CPU, CUDA
from job_runner.engines.loaded import LoadedModel
from job_runner.engines.metadata import kept
from job_runner.engines.model import Array
from job_runner.engines.onnx_file import check_model
from job_runner.errors import ConfigInvalid, InputInvalid

log = logging.getLogger(__name__)

_PROVIDERS: dict[str, list[Any]] = {
    CPU: ["CPUExecutionProvider"],
    # Algorithms by rule and whole floats: what is tried out or rounded would differ from run to run, and GPU to GPU.
    CUDA: [("CUDAExecutionProvider", {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"}), "CPUExecutionProvider"],
}
_KINDS = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}
_FATAL = 4


def check_installed() -> None:
    """Raises ConfigInvalid if onnxruntime is not there."""
    if importlib.util.find_spec("onnxruntime") is None:
        raise ConfigInvalid("onnxruntime is not installed, which runs models: pip install 'spotreel[detect]'")


class OnnxModel(LoadedModel):
    """A model that onnxruntime has loaded."""

    def __init__(self, data: bytes, model: str, threads: int, device: str = CPU) -> None:
        """`data` is the whole file. Raises InputInvalid for one that is refused or cannot be loaded."""
        check_model(data, model)
        self.name = model
        self._session = _session(data, model, threads, _PROVIDERS[device])
        self.device = CUDA if "CUDAExecutionProvider" in self._session.get_providers() else CPU
        if self.device != device:
            log.warning(f"model {model} runs on the {self.device}: onnxruntime cannot use {device} here")
        self.signature = _signature(self._session)
        self._outputs = [output.name for output in self.signature.outputs]

    def called(self, feeds: Mapping[str, Array]) -> Sequence[Any]:
        """By the names of its outputs."""
        found: Sequence[Any] = self._session.run(self._outputs, dict(feeds))
        return found

    @staticmethod
    def said(error: Exception) -> str:
        """The first line, without its numbers for programs."""
        return _said(error)


def _session(data: bytes, model: str, threads: int, providers: Sequence[Any]) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    options.enable_profiling = False
    options.use_deterministic_compute = True
    # Threads that wait by spinning take the cores from the decoder.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        with warnings.catch_warnings(action="ignore"):
            return onnxruntime.InferenceSession(data, options, providers=providers)
    except Exception as error:
        raise InputInvalid(f"model {model} cannot be loaded: {_said(error)}") from error


def best_device() -> str:
    """CUDA where this onnxruntime was built with it. Whether it can be used shows when a model is loaded."""
    import onnxruntime

    return CUDA if "CUDAExecutionProvider" in onnxruntime.get_available_providers() else CPU


def version() -> str:
    """Of onnxruntime: a part of what shapes a result."""
    import onnxruntime

    return str(onnxruntime.__version__)


def _signature(session: Any) -> Signature:
    return Signature(
        tuple(_tensor(each) for each in session.get_inputs()),
        tuple(_tensor(each) for each in session.get_outputs()),
        kept(session.get_modelmeta().custom_metadata_map.items()),
    )


def _tensor(node: Any) -> Tensor:
    return Tensor(node.name, _KINDS.get(node.type, _bare(node.type)), _shape(node.shape))


def _bare(kind: str) -> str:
    """`tensor(int64)` as `int64`."""
    return kind.removeprefix("tensor(").removesuffix(")") if kind.startswith("tensor(") else kind


def _shape(shape: Sequence[Any] | None) -> Shape:
    """Dimensions with a name, or none, are open."""
    return tuple(n if isinstance(n, int) and n > 0 else None for n in shape or ())


def _said(error: Exception) -> str:
    """The first line of what onnxruntime says, without its numbers for programs."""
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return first.rpartition(" : ")[2][:300]
