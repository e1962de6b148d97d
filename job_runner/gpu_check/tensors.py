"""Planes as torch's tensors on a device: brought there, taken over from a decoder, brought back. torch lives here."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from job_runner.effects.picture import Picture
from job_runner.gpu_check.found import NotHereError

P010_SHIFT = 6
"""Its ten bits are the upper ones of sixteen."""


def ready(device: str) -> None:
    """Begins the device. Raises NotHereError where torch is not installed or cannot use it."""
    try:
        import torch
    except ImportError:
        raise NotHereError("torch is not installed; the image runner-gpu has it, or the extra spotreel[gpu]") from None
    if device != "cpu" and not torch.cuda.is_available():
        raise NotHereError(f"torch {torch.__version__} cannot use CUDA here")
    torch.zeros(1, device=device)


def there(picture: Picture, device: str) -> Picture:
    """The same in memory of the device."""
    import torch

    y, u, v = (torch.from_numpy(np.array(plane)).to(device) for plane in picture.planes)
    return Picture(y, u, v, picture.depth, picture.full)


def here(tensors: Sequence[Any]) -> list[Any]:
    """As NumPy's arrays."""
    return [tensor.cpu().numpy() for tensor in tensors]


def taken(planes: Sequence[Any], depth: int) -> list[Any]:
    """Y, Cb, Cr as integers, from the planes of a frame whose memory they share: planar, or chroma in pairs."""
    import torch

    # torch's from_dlpack asks a plane for a stream, which FFmpeg's planes of CUDA do not know.
    tensors = [torch.from_dlpack(plane.__dlpack__()).to(torch.int32) for plane in planes]
    if len(tensors) == 2:
        shift = P010_SHIFT if depth > 8 else 0
        pairs = tensors[1]
        tensors = [tensors[0] >> shift, pairs[..., 0] >> shift, pairs[..., 1] >> shift]
    return tensors


def settled(device: str) -> None:
    """Waits until all that was asked for is done: a GPU works on while we measure."""
    if device != "cpu":
        import torch

        torch.cuda.synchronize()
