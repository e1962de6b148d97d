"""Models as ONNX, run by onnxruntime on the CPU. The only place that loads that library."""

import importlib.util
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from job_runner.detection.signature import Shape, Signature, Tensor
from job_runner.engines.model import Answer, Array
from job_runner.engines.onnx_file import check_model
from job_runner.errors import ConfigInvalid, InputInvalid

_KINDS = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}
_FATAL = 4
MOST_VALUES = 1 << 26
"""Of all outputs of one call together."""
MOST_METADATA = 1_000_000
"""Letters."""


def check_installed() -> None:
    """Raises ConfigInvalid if onnxruntime is not there."""
    if importlib.util.find_spec("onnxruntime") is None:
        raise ConfigInvalid("onnxruntime is not installed, which runs models: pip install 'spotreel[detect]'")


class OnnxModel:
    """A model that is loaded. One call at a time."""

    def __init__(self, data: bytes, model: str, threads: int) -> None:
        """`data` is the whole file. Raises InputInvalid for one that is refused or cannot be loaded."""
        check_model(data, model)
        self._model = model
        self._session = _session(data, model, threads)
        self.signature = _signature(self._session)
        self._outputs = [output.name for output in self.signature.outputs]

    @property
    def at_once(self) -> int:
        """One: it has all cores."""
        return 1

    def start(self, feeds: Mapping[str, Array]) -> Answer:
        """Runs when the answer is asked for."""
        return partial(self.run, feeds)

    def run(self, feeds: Mapping[str, Array]) -> Sequence[Array]:
        """The outputs, in the model's order. Raises InputInvalid with what onnxruntime says."""
        try:
            found = self._session.run(self._outputs, dict(feeds))
        except Exception as error:
            raise InputInvalid(f"model {self._model} failed: {_said(error)}") from error
        return [_plain(array, name, self._model) for array, name in zip(found, self._outputs, strict=True)]


def _session(data: bytes, model: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    options.enable_profiling = False
    # Threads that wait by spinning take the cores from the decoder.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise InputInvalid(f"model {model} cannot be loaded: {_said(error)}") from error


def version() -> str:
    """Of onnxruntime: a part of what shapes a result."""
    import onnxruntime

    return str(onnxruntime.__version__)


def _signature(session: Any) -> Signature:
    metadata, left = {}, MOST_METADATA
    for key, text in session.get_modelmeta().custom_metadata_map.items():
        if len(key) + len(text) <= left:
            metadata[key] = text
            left -= len(key) + len(text)
    return Signature(
        tuple(_tensor(each) for each in session.get_inputs()),
        tuple(_tensor(each) for each in session.get_outputs()),
        metadata,
    )


def _tensor(node: Any) -> Tensor:
    return Tensor(node.name, _KINDS.get(node.type, _bare(node.type)), _shape(node.shape))


def _bare(kind: str) -> str:
    """`tensor(int64)` as `int64`."""
    return kind.removeprefix("tensor(").removesuffix(")") if kind.startswith("tensor(") else kind


def _shape(shape: Sequence[Any] | None) -> Shape:
    """Dimensions with a name, or none, are open."""
    return tuple(n if isinstance(n, int) and n > 0 else None for n in shape or ())


def _plain(array: Any, name: str, model: str) -> Array:
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise InputInvalid(f"model {model}: its output {name} is no array of numbers; export a detector")
    if array.size > MOST_VALUES:
        raise InputInvalid(f"model {model}: its output {name} has {array.size:,} values; export a detector")
    return array


def _said(error: Exception) -> str:
    """The first line of what onnxruntime says, without its numbers for programs."""
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return first.rpartition(" : ")[2][:300]
