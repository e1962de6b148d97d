"""What Triton's Python backend loads as `model.py`: the model.onnx beside it, run by onnxruntime on one thread.

Tensors go by DLPack: the backend was built for NumPy 1, and what it makes of an array of NumPy 2 has no bytes.
`parameters` of the model's configuration: `seconds` that each call takes longer, `arrays` to go by NumPy all the same.
"""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as backend


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        config = json.loads(args["model_config"])
        parameters = {key: value["string_value"] for key, value in config["parameters"].items()}
        self._name = config["name"]
        self._seconds = float(parameters.get("seconds", 0))
        self._arrays = "arrays" in parameters
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        path = Path(args["model_repository"], args["model_version"], "model.onnx")
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._outputs = [each.name for each in self._session.get_outputs()]

    def execute(self, requests: list[Any]) -> list[Any]:
        return [self._answered(request) for request in requests]

    def _answered(self, request: Any) -> Any:
        feeds = {name: np.from_dlpack(backend.get_input_tensor_by_name(request, name)) for name in self._inputs}
        found = self._session.run(self._outputs, feeds)
        if self._seconds:
            backend.Logger.log_info(f"{self._name}: asked")
            time.sleep(self._seconds)
        tensors = [self._tensor(name, array) for name, array in zip(self._outputs, found, strict=True)]
        return backend.InferenceResponse(tensors)

    def _tensor(self, name: str, array: Any) -> Any:
        """What is empty has no rows that DLPack would take, and loses nothing."""
        by_numpy = self._arrays or not array.size
        return backend.Tensor(name, array) if by_numpy else backend.Tensor.from_dlpack(name, array.copy())
