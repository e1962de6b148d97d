"""Models as .pt2 (torch.export), run by torch. The only place that loads that library.

To load one is to run what is in it: only models that somebody trusts get here (`file_engine`).
"""

import importlib.util
import io
import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from job_runner.detection.signature import Shape, Signature, Tensor
from job_runner.engines.device import CPU, CUDA
from job_runner.engines.loaded import LoadedModel
from job_runner.engines.model import Array
from job_runner.engines.pt2_file import check_pt2, metadata_of
from job_runner.errors import ConfigInvalid, InputInvalid

log = logging.getLogger(__name__)

_PLACES = {CPU: "cpu", CUDA: "cuda"}


def check_installed() -> None:
    """Raises ConfigInvalid if torch is not there."""
    if importlib.util.find_spec("torch") is None:
        raise ConfigInvalid(
            "torch is not installed, which runs .pt2 models: the image runner-gpu has it (image of the class), or pip "
            "install 'spotreel[gpu]'; or export the model as ONNX"
        )


class Pt2Model(LoadedModel):
    """A model that torch has loaded; `program` is its ExportedProgram."""

    def __init__(self, data: bytes, model: str, threads: int, device: str = CPU) -> None:
        """`data` is the whole file. Raises InputInvalid for one that is refused or cannot be loaded."""
        check_pt2(data, model)
        self.name = model
        self.device = _usable(device, model)
        _settle(threads)
        self.program = _loaded(data, model, _PLACES[self.device])
        self.signature = Signature(
            tuple(_inputs(self.program, model)), tuple(_outputs(self.program, model)), metadata_of(data)
        )
        self._call = self.program.module()

    def called(self, feeds: Mapping[str, Array]) -> Sequence[Any]:
        """By the places of its inputs, with the tensors of its answer in their order."""
        import torch
        from torch.utils._pytree import tree_leaves, tree_unflatten

        with torch.inference_mode():
            tensors = [
                torch.from_numpy(feeds[tensor.name]).to(_PLACES[self.device]) for tensor in self.signature.inputs
            ]
            positional, named = tree_unflatten(tensors, self.program.call_spec.in_spec)
            return [_array(each) for each in tree_leaves(self._call(*positional, **named))]

    @staticmethod
    def said(error: Exception) -> str:
        """The first line."""
        return _said(error)


def tried(data: bytes, model: str, threads: int, device: str = CPU) -> Pt2Model:
    """The same, once it is known that it gives the same for the same picture. Takes seconds for a large model."""
    made = Pt2Model(data, model, threads, device)
    _check_steady(made.program, model)
    return made


def best_device() -> str:
    """CUDA where torch can use it."""
    import torch

    return CUDA if torch.cuda.is_available() else CPU


def version() -> str:
    """Of torch: a part of what shapes a result."""
    import torch

    return str(torch.__version__)


def _usable(device: str, model: str) -> str:
    if device == CUDA and best_device() != CUDA:
        log.warning(f"model {model} runs on the {CPU}: torch cannot use {device} here")
        return CPU
    return device


def _settle(threads: int) -> None:
    """Algorithms by rule and whole floats: what is tried out or rounded would differ from run to run, GPU to GPU."""
    # Read by cuBLAS when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    import torch

    torch.use_deterministic_algorithms(True)
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.set_num_threads(threads)


def _loaded(data: bytes, model: str, place: str) -> Any:
    import torch
    from torch.export.passes import move_to_device_pass

    try:
        with warnings.catch_warnings(action="ignore"):
            return move_to_device_pass(torch.export.load(io.BytesIO(data)), place)
    except Exception as error:
        raise InputInvalid(
            f"model {model} cannot be loaded by torch {version()}: {_said(error)}; export it with that version, from "
            "the CPU, without operators of other libraries"
        ) from error


def _inputs(program: Any, model: str) -> Iterator[Tensor]:
    """Raises InputInvalid for one that is no tensor."""
    from torch.export.graph_signature import InputKind, TensorArgument

    values = {node.name: node.meta.get("val") for node in program.graph.nodes}
    for each in program.graph_signature.input_specs:
        if each.kind is not InputKind.USER_INPUT:
            continue
        if not isinstance(each.arg, TensorArgument):
            raise InputInvalid(
                f"model {model}: its input {each.arg.name} is no tensor; export it with the picture as the only input"
            )
        yield _tensor(each.arg.name, values[each.arg.name])


def _outputs(program: Any, model: str) -> Iterator[Tensor]:
    """Raises InputInvalid for one that is no tensor."""
    from torch.export.graph_signature import OutputKind, TensorArgument

    values = {node.name: node.meta.get("val") for node in program.graph.nodes}
    given = [each.arg for each in program.graph_signature.output_specs if each.kind is OutputKind.USER_OUTPUT]
    for name, arg in zip(_names(program.call_spec.out_spec), given, strict=True):
        if not isinstance(arg, TensorArgument):
            raise InputInvalid(f"model {model}: its output {name or arg.name} is no tensor; export a detector")
        yield _tensor(name or arg.name, values[arg.name])


def _names(spec: Any) -> list[str]:
    """What a program's outputs are called where it gives a dict or an object; "" elsewhere."""
    from torch.utils._pytree import tree_flatten_with_path, tree_unflatten

    paths, _ = tree_flatten_with_path(tree_unflatten(list(range(spec.num_leaves)), spec))
    return [next((word for key in reversed(path) if (word := _word(key))), "") for path, _ in paths]


def _word(key: Any) -> str:
    """Of a dict's key or an attribute; "" for a number in a list."""
    name = getattr(key, "key", getattr(key, "name", ""))
    return name if isinstance(name, str) else ""


def _tensor(name: str, value: Any) -> Tensor:
    """Dimensions that are symbols are open."""
    shape: Shape = tuple(n if isinstance(n, int) else None for n in value.shape)
    return Tensor(name, str(value.dtype).removeprefix("torch."), shape)


def _array(tensor: Any) -> Any:
    """In NumPy, which has no bfloat16."""
    import torch

    whole = tensor.float() if tensor.dtype is torch.bfloat16 else tensor
    return whole.cpu().numpy()


def _check_steady(program: Any, model: str) -> None:
    """Raises InputInvalid for a program that draws random numbers, or changes what is in it."""
    import torch

    try:
        plain = program.run_decompositions({})
    except Exception as error:
        raise InputInvalid(f"model {model} cannot be looked through: {_said(error)}; export it anew") from error
    changed = [*plain.graph_signature.buffers_to_mutate.values(), *plain.graph_signature.user_inputs_to_mutate.values()]
    random = sorted(
        str(node.target)
        for graph in plain.graph_module.modules() if isinstance(graph, torch.fx.GraphModule)
        for node in graph.graph.nodes
        if torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())
    )  # fmt: skip
    if changed or random:
        what = f"draws random numbers ({random[0]})" if random else f"changes itself with each call ({changed[0]})"
        raise InputInvalid(f"model {model} {what}: the same picture would not give the same; export model.eval()")


def _said(error: Exception) -> str:
    """The first line of what torch says."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")[:300]
