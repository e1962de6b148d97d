"""Small models made for a test: outputs that are known beforehand, and a detector that really finds what is bright."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper, parser

Array = npt.NDArray[np.generic]
OPSET = 17
IR = 8

BRIGHT = """
<ir_version: 8, opset_import: ["" : 17]>
bright (float[{batch}, 3, {height}, {width}] images) => (float[{batch}, 1, 6] found)
{{
  grey = ReduceMean <axes = [1], keepdims = 0> (images)
  half = Constant <value_float = 0.5> ()
  lit = Greater (grey, half)
  flags = Cast <to = 1> (lit)
  across = ReduceMax <axes = [1], keepdims = 0> (flags)
  down = ReduceMax <axes = [2], keepdims = 0> (flags)
  left = ArgMax <axis = 1, keepdims = 1> (across)
  top = ArgMax <axis = 1, keepdims = 1> (down)
  last_column = ArgMax <axis = 1, keepdims = 1, select_last_index = 1> (across)
  last_row = ArgMax <axis = 1, keepdims = 1, select_last_index = 1> (down)
  one = Constant <value_ints = [1]> ()
  right = Add (last_column, one)
  bottom = Add (last_row, one)
  corners = Concat <axis = 1> (left, top, right, bottom)
  box = Cast <to = 1> (corners)
  any = ReduceMax <axes = [1], keepdims = 1> (across)
  sure = Constant <value_float = {sure}> ()
  score = Mul (any, sure)
  zero = Constant <value_float = 0.0> ()
  label = Mul (score, zero)
  row = Concat <axis = 1> (box, score, label)
  axis = Constant <value_ints = [1]> ()
  found = Unsqueeze (row, axis)
}}
"""


def bright_model(
    size: tuple[int, int] = (64, 64), batch: int | str = 1, names: str | None = "{0: 'lamp'}", sure: float = 1.0
) -> bytes:
    """Finds the rectangle around all that is brighter than half, as YOLOv10 would say it; a score of `sure`, or 0."""
    model = parser.parse_model(BRIGHT.format(width=size[0], height=size[1], batch=batch, sure=sure))
    if names is not None:
        helper.set_model_props(model, {"names": names})
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def constant_model(
    outputs: Mapping[str, Array], shape: Sequence[int | str] = (1, 3, 64, 64), kind: int = TensorProto.FLOAT,
    metadata: Mapping[str, str] = {}, more: Sequence[onnx.ValueInfoProto] = (),
) -> bytes:  # fmt: skip
    """Gives these outputs whatever it sees."""
    inputs = [helper.make_tensor_value_info("images", kind, shape), *more]
    weights = [numpy_helper.from_array(array, f"{name}_kept") for name, array in outputs.items()]
    nodes = [helper.make_node("Identity", [f"{name}_kept"], [name]) for name in outputs]
    given = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in outputs.items()
    ]
    graph = helper.make_graph(nodes, "constant", inputs, given, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    helper.set_model_props(model, dict(metadata))
    return bytes(model.SerializeToString())


def node_model(nodes: Sequence[onnx.NodeProto], shape: Sequence[int] = (1, 3, 64, 64), **more: object) -> bytes:
    """From `images` to `found`, not checked: what is wrong with it is the test's."""
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)
    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, None)
    graph = helper.make_graph(list(nodes), "nodes", [images], [found])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, **more)
    return bytes(model.SerializeToString())
