"""A real detector for tests: MTCNN's three networks for faces, with their weights, as one ONNX graph of fixed shapes.

The weights come out of the wheel of facenet-pytorch (MIT), which is only unpacked. The method is that of Zhang et al.,
"Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks" (2016): propose on a pyramid of
sizes, then refine twice. Crops are taken by RoiAlign, so that all of it is one graph.

`python -m tests.testbed.detector faces.onnx 640x360` writes it, for pictures of that size: whoever has no detector yet
can try one.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper

from tests.testbed.cache import digest, kept, pinned, unpack_wheel
from tests.testbed.torch_file import read_weights

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]

OPSET, IR = 18, 8
SMALLEST, FACTOR, CELL, STRIDE = 20, 0.709, 12, 2
SCORES = (0.6, 0.7, 0.7)
MOST = 200


def face_model(width: int, height: int) -> bytes:
    """Takes `images` float32 (1, 3, height, width) from 0 to 1, gives `boxes` (n, 4) in pixels and `scores` (n)."""
    return _Graph(*face_weights()).build(width, height)


def face_weights() -> tuple[Weights, Weights, Weights]:
    """Of the three networks, kept in the cache. Raises CalledProcessError where they cannot be fetched."""

    def make(into: Path) -> None:
        unpack_wheel("facenet-pytorch", lambda name: name.endswith(("pnet.pt", "rnet.pt", "onet.pt")), into)

    folder = kept(f"faces-{digest(pinned('facenet-pytorch'))}", make)
    first, second, third = (read_weights(next(folder.rglob(f"{net}net.pt"))) for net in "pro")
    return first, second, third


class _Graph:
    def __init__(self, *nets: Weights) -> None:
        self._nets = nets
        self._nodes: list[Any] = []
        self._kept: list[Any] = []

    def build(self, width: int, height: int) -> bytes:
        codes = self.op("Mul", "images", self.const(255.0))
        pixels = self.op("Mul", self.op("Sub", codes, self.const(127.5)), self.const(1 / 128))
        boxes = self._refined(1, pixels, self._proposed(pixels, width, height), 24)
        boxes, scores = self._scored(2, pixels, self._square(boxes), 48)
        self.op("Identity", boxes, to="boxes")
        self.op("Identity", scores, to="scores")
        given = [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, height, width])]
        outputs = [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["n", 4]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n"]),
        ]
        graph = helper.make_graph(self._nodes, "mtcnn", given, outputs, self._kept)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
        helper.set_model_props(model, {"names": '["face"]'})
        checker.check_model(model)
        return bytes(model.SerializeToString())

    def op(self, kind: str, *inputs: str, to: str = "", **attributes: Any) -> str:
        name = to or f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def const(self, value: Any, kind: type = np.float32) -> str:
        name = f"c{len(self._kept)}"
        self._kept.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def _proposed(self, pixels: str, width: int, height: int) -> str:
        """Boxes of the first network, over all sizes, not yet square."""
        found = [self._at_scale(pixels, width, height, scale) for scale in _scales(width, height)]
        boxes, scores, moves = (self.op("Concat", *each, axis=0) for each in zip(*found, strict=True))
        chosen = self._best(boxes, scores, 0.7, SCORES[0])
        size = self._sizes(boxes)
        moved = self.op("Add", boxes, self.op("Mul", moves, self.op("Concat", size, size, axis=1)))
        return self._square(self.op("Gather", moved, chosen, axis=0))

    def _at_scale(self, pixels: str, width: int, height: int, scale: float) -> tuple[str, str, str]:
        shape = (int(height * scale + 1), int(width * scale + 1))
        small = self.op("Resize", pixels, "", "", self.const([1, 3, *shape], np.int64), mode="linear", antialias=1)
        x = self._conv(0, "1", small)
        x = self.op("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
        x = self._conv(0, "3", self._conv(0, "2", x))
        shares = self.op("Softmax", self._plain_conv(0, "conv4_1", x), axis=1)
        boxes = _cells((-(-(shape[0] - 2) // 2) - 4, -(-(shape[1] - 2) // 2) - 4), scale)
        scores = self.op("Reshape", self._column(shares, 1), self.const([-1], np.int64))
        moves = self.op("Reshape", self._plain_conv(0, "conv4_2", x), self.const([4, -1], np.int64))
        every = self.const(boxes)
        chosen = self._best(every, scores, 0.5, SCORES[0])
        rows = self.op("Transpose", moves, perm=[1, 0])
        picked = (self.op("Gather", each, chosen, axis=0) for each in (every, scores, rows))
        return tuple(picked)  # type: ignore[return-value]

    def _refined(self, net: int, pixels: str, boxes: str, side: int) -> str:
        scores, moves = self._judged(net, pixels, boxes, side)
        chosen = self._best(boxes, scores, 0.7, SCORES[net])
        return self.op("Gather", self._moved(boxes, moves), chosen, axis=0)

    def _scored(self, net: int, pixels: str, boxes: str, side: int) -> tuple[str, str]:
        scores, moves = self._judged(net, pixels, boxes, side)
        moved = self._moved(boxes, moves)
        chosen = self._best(moved, scores, 0.5, 0.01)
        return self.op("Gather", moved, chosen, axis=0), self.op("Gather", scores, chosen, axis=0)

    def _judged(self, net: int, pixels: str, boxes: str, side: int) -> tuple[str, str]:
        """Scores (n) and moves (n, 4) of boxes."""
        count = self.op("Slice", self.op("Shape", boxes), *(self.const([n], np.int64) for n in (0, 1)))
        first = self.op("Expand", self.const(0, np.int64), count)
        x = self.op(
            "RoiAlign", pixels, boxes, first, output_height=side, output_width=side, sampling_ratio=2, mode="avg"
        )
        x = self._conv(net, "1", x)
        x = self.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
        x = self._conv(net, "2", x)
        x = self.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
        x = self._conv(net, "3", x)
        if net == 2:
            x = self.op("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
            x = self._conv(net, "4", x)
        last = 4 + (net == 2)
        x = self.op("Flatten", self.op("Transpose", x, perm=[0, 3, 2, 1]), axis=1)
        x = self._prelu(net, str(last), self._dense(net, f"dense{last}", x))
        shares = self.op("Softmax", self._dense(net, f"dense{last + 1}_1", x), axis=1)
        scores = self.op("Reshape", self._column(shares, 1), self.const([-1], np.int64))
        return scores, self._dense(net, f"dense{last + 1}_2", x)

    def _best(self, boxes: str, scores: str, iou: float, least: float) -> str:
        """Which boxes stay; the first one always does, so that nothing is ever empty."""
        rows, shares = self.op("Unsqueeze", boxes, self.const([0], np.int64)), self.const([0, 1], np.int64)
        found = self.op(
            "NonMaxSuppression", rows, self.op("Unsqueeze", scores, shares), self.const(MOST, np.int64),
            self.const(iou), self.const(least),
        )  # fmt: skip
        chosen = self.op("Gather", found, self.const(2, np.int64), axis=1)
        return self.op("Concat", self.const([0], np.int64), chosen, axis=0) if least > 0.1 else chosen

    def _moved(self, boxes: str, moves: str) -> str:
        size = self.op("Add", self._sizes(boxes), self.const(1.0))
        return self.op("Add", boxes, self.op("Mul", moves, self.op("Concat", size, size, axis=1)))

    def _square(self, boxes: str) -> str:
        """As wide and as high as the longer side, in the same middle."""
        size = self._sizes(boxes)
        side = self.op("ReduceMax", size, self.const([1], np.int64), keepdims=1)
        corner = self.op("Slice", boxes, *(self.const([n], np.int64) for n in (0, 2, 1)))
        middle = self.op("Add", corner, self.op("Mul", size, self.const(0.5)))
        low = self.op("Sub", middle, self.op("Mul", side, self.const(0.5)))
        return self.op("Concat", low, self.op("Add", low, side), axis=1)

    def _sizes(self, boxes: str) -> str:
        low, high = (
            self.op("Slice", boxes, *(self.const([n], np.int64) for n in (first, first + 2, 1))) for first in (0, 2)
        )
        return self.op("Sub", high, low)

    def _column(self, shares: str, number: int) -> str:
        return self.op("Gather", shares, self.const(number, np.int64), axis=1)

    def _conv(self, net: int, number: str, x: str) -> str:
        return self._prelu(net, number, self._plain_conv(net, f"conv{number}", x))

    def _plain_conv(self, net: int, name: str, x: str) -> str:
        weights = self._nets[net]
        return self.op("Conv", x, self.const(weights[f"{name}.weight"]), self.const(weights[f"{name}.bias"]))

    def _prelu(self, net: int, number: str, x: str) -> str:
        slope = self._nets[net][f"prelu{number}.weight"]
        flat = f"dense{number}.weight" in self._nets[net]
        return self.op("PRelu", x, self.const(slope if flat else slope.reshape(-1, 1, 1)))

    def _dense(self, net: int, name: str, x: str) -> str:
        weights = self._nets[net]
        return self.op("Gemm", x, self.const(weights[f"{name}.weight"]), self.const(weights[f"{name}.bias"]), transB=1)


def _scales(width: int, height: int) -> list[float]:
    scale, found = CELL / SMALLEST, []
    while min(width, height) * scale >= CELL:
        found.append(scale)
        scale *= FACTOR
    return found


def _cells(shape: tuple[int, int], scale: float) -> Floats:
    """The box of each cell of the first network's map, row after row."""
    down, across = np.mgrid[: shape[0], : shape[1]]
    corner = np.stack([across.ravel(), down.ravel()], 1) * STRIDE + 1
    return (np.concatenate([corner, corner + CELL - 1], 1) / scale).astype(np.float32)


def main(file: str, size: str = "640x360") -> None:
    """Writes the model."""
    width, height = map(int, size.split("x"))
    Path(file).write_bytes(face_model(width, height))


if __name__ == "__main__":
    main(*sys.argv[1:])
