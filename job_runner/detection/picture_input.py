"""Which input of a model takes the picture, and in what form."""

from dataclasses import dataclass

from job_runner.detection.fitting import Size
from job_runner.detection.signature import Shape, Signature, Tensor
from job_runner.errors import InputInvalid

KINDS = ("float32", "float16", "uint8")
COLORS = 3
MAX_SIDE = 4096
MAX_BATCH = 64


@dataclass(frozen=True)
class PictureInput:
    """`shape` of the array: with the batch's axis or without, colours before (`planar`) or after the pixels.

    `sizes` and `masks` are further inputs: the input's width and height for each picture, and ones for each pixel.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    planar: bool
    sizes: Tensor | None = None
    masks: Tensor | None = None

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        height, width = self.shape[-2:] if self.planar else self.shape[-3:-1]
        return width, height

    @property
    def batch(self) -> int:
        """Pictures of one call."""
        return self.shape[0] if len(self.shape) == 4 else 1


def picture_input(signature: Signature, model: str, size: Size | None = None, batch: int = 1) -> PictureInput:
    """Of a model. `size` is for one that leaves it open, as is `batch`.

    Raises InputInvalid if there is none, more than one, or one of a size that is open or unlike `size`.
    """
    pictures = [tensor for tensor in signature.inputs if _is_picture(tensor)]
    if len(pictures) != 1:
        found = "none of its inputs is" if not pictures else "more than one of its inputs may be"
        raise InputInvalid(
            f"model {model}: {found} a picture: (N, 3, height, width) or (N, height, width, 3) of {', '.join(KINDS)}. "
            f"It has {signature.words()}"
        )
    tensor = pictures[0]
    planar = is_planar(tensor.shape)
    shape = _closed(tensor, planar, model, size, batch)
    sizes, masks = _others(signature, tensor, model)
    return PictureInput(tensor.name, tensor.kind, shape, planar, sizes, masks)


def _is_picture(tensor: Tensor) -> bool:
    shape = tensor.shape
    return tensor.kind in KINDS and len(shape) in (3, 4) and (is_planar(shape) or shape[-1] == COLORS)


def is_planar(shape: Shape) -> bool:
    """Whether colours come before pixels; an open axis there may be them, if the last one is not."""
    return shape[-3] == COLORS or (shape[-3] is None and len(shape) == 4 and shape[-1] != COLORS)


def _closed(tensor: Tensor, planar: bool, model: str, size: Size | None, batch: int) -> tuple[int, ...]:
    own = tensor.shape[-2:] if planar else tensor.shape[-3:-1]
    wanted = own if size is None else (size[1], size[0])
    if None in wanted:
        raise InputInvalid(
            f"model {model} takes pictures of any size ({tensor.words()}); say which it was trained with "
            "(--model-size, such as 640x640)"
        )
    if any(mine not in (None, theirs) for mine, theirs in zip(own, wanted, strict=True)):
        raise InputInvalid(f"model {model} takes pictures of {own[1]}x{own[0]}, not {wanted[1]}x{wanted[0]}")
    height, width = (int(each or 0) for each in wanted)
    if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
        raise InputInvalid(f"model {model} takes pictures of {width}x{height}; at most {MAX_SIDE} a side are possible")
    plain = (COLORS, height, width) if planar else (height, width, COLORS)
    return plain if len(tensor.shape) == 3 else (_batch(tensor, model, batch), *plain)


def _batch(tensor: Tensor, model: str, batch: int) -> int:
    count = batch if tensor.shape[0] is None else tensor.shape[0]
    if not 0 < count <= MAX_BATCH:
        raise InputInvalid(f"model {model} takes {count} pictures at once; 1 to {MAX_BATCH} are possible")
    return count


def _others(signature: Signature, picture: Tensor, model: str) -> tuple[Tensor | None, Tensor | None]:
    """Raises InputInvalid for an input that nobody can fill."""
    sizes = masks = None
    for tensor in signature.inputs:
        if tensor is picture:
            continue
        if len(tensor.shape) == 2 and tensor.shape[1] == 2 and sizes is None:
            sizes = tensor
        elif "mask" in tensor.name and len(tensor.shape) == 3 and masks is None:
            masks = tensor
        else:
            raise InputInvalid(
                f"model {model}: its input {tensor.words()} is neither the picture nor its size nor a mask; export it "
                "with the picture as the only input"
            )
    return sizes, masks
