"""Effects on torch tensors: the same bytes as on NumPy, and nothing that is taken from the device or read back.

There is no GPU here. torch's CPU tensors go through the same code, and a fake CUDA device refuses to mix devices.
"""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.blend import mix
from job_runner.effects.overlay_kinds import pen
from job_runner.effects.picture import Coding, Edges, Picture
from job_runner.effects.resample import resample, resize
from job_runner.plan.geometry import Placement, Rect
from tests.unit.runner.effects.kinds import WITHOUT, on
from tests.unit.runner.effects.planes import Case, resized
from tests.unit.runner.effects.reference import noise
from tests.unit.runner.effects.test_overlay_kinds import ASSETS, plate_of
from videojob_api.overlay import OVERLAY_KINDS

pytestmark = pytest.mark.skipif(WITHOUT, reason="torch is not installed: make gpu-test")

Effect = Callable[[Picture], None]
both_depths = pytest.mark.parametrize("depth", [8, 10])


def made(depth: int, seed: int = 1) -> Picture:
    """Large enough that a blur is worked out at half the size, and at a quarter."""
    return noise(96, 72, depth, seed)


def same(depth: int, effect: Effect) -> None:
    """Draws on both, and compares all bytes."""
    here, there = made(depth), on("torch", made(depth))
    effect(here)
    effect(there)
    for plane, tensor in zip(here.planes, there.planes, strict=True):
        assert (plane == np.asarray(tensor)).all()


@st.composite
def edges_(draw: st.DrawFn) -> Edges:
    """On the picture, across its border, and beside it."""
    left, top = draw(st.floats(-40, 110)), draw(st.floats(-40, 80))
    return Edges(left, top, left + draw(st.floats(0.1, 150)), top + draw(st.floats(0.1, 120)))


def drawn(kind: str, depth: int, edges: Edges, opacity: float) -> Effect:
    draw = pen(plate_of(kind), Coding(depth=depth), ASSETS)
    return lambda picture: draw(picture, edges, opacity)


@both_depths
@pytest.mark.parametrize("kind", OVERLAY_KINDS)
@given(edges=edges_(), opacity=st.floats(0, 1))
def test_overlays_of_every_kind(kind: str, depth: int, edges: Edges, opacity: float) -> None:
    same(depth, drawn(kind, depth, edges, opacity))


@both_depths
@given(share=st.floats(0, 1))
def test_crossfades_and_fades(depth: int, share: float) -> None:
    def effect(picture: Picture) -> None:
        other = made(depth, seed=2)
        mix(picture, other if isinstance(picture.y, np.ndarray) else on("torch", other), share)
        mix(picture, picture.black, share)

    same(depth, effect)


CROPS = st.builds(Rect, st.floats(0, 90), st.floats(0, 70), st.floats(2, 96), st.floats(2, 72))
PLACES = st.builds(
    lambda width, height, left, top: ((2 * width, 2 * height), 2 * left, 2 * top),
    st.integers(1, 24), st.integers(1, 18), st.integers(0, 24), st.integers(0, 18),
)  # fmt: skip


@both_depths
@given(crop=CROPS, place=PLACES)
def test_moving_crops(depth: int, crop: Rect, place: tuple[tuple[int, int], int, int]) -> None:
    def effect(picture: Picture) -> None:
        source = made(depth, seed=3)
        resample(source if isinstance(picture.y, np.ndarray) else on("torch", source), Placement(crop, *place), picture)

    same(depth, effect)


@given(resized())
def test_resizing(case: Case) -> None:
    import torch

    plane, box, size, top = case
    assert (resize(plane, box, size, top) == np.asarray(resize(torch.from_numpy(plane), box, size, top))).all()


@contextlib.contextmanager
def fake_cuda() -> Iterator[Callable[[Picture], Picture]]:
    """Pictures on a GPU that is not there: shapes and devices are followed, values are not known.

    What needs a tensor of another device fails, and so does what reads a value back, for which a stream would wait.
    """
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode(allow_non_fake_inputs=True):

        def there(picture: Picture) -> Picture:
            planes = [torch.empty(p.shape, dtype=getattr(torch, p.dtype.name), device="cuda") for p in picture.planes]
            return Picture(planes[0], planes[1], planes[2], picture.depth, picture.full)

        yield there


def test_the_fake_device_refuses_what_a_gpu_would() -> None:
    import torch

    with fake_cuda() as there:
        tensor = there(made(8)).y
        with pytest.raises(Exception, match="on the same device"):
            tensor + torch.ones(tensor.shape)
        with pytest.raises(Exception, match="_local_scalar_dense"):
            int(tensor[0, 0])


@both_depths
@pytest.mark.parametrize("kind", OVERLAY_KINDS)
def test_overlays_stay_on_their_device(kind: str, depth: int) -> None:
    with fake_cuda() as there:
        picture = there(made(depth))
        drawn(kind, depth, Edges(8.3, 6.1, 70.2, 55.7), 0.8)(picture)
        assert {plane.device.type for plane in picture.planes} == {"cuda"}


@both_depths
def test_crops_and_mixes_stay_on_their_device(depth: int) -> None:
    with fake_cuda() as there:
        picture = there(made(depth))
        mix(picture, there(made(depth)), 0.3)
        resample(there(made(depth)), Placement(Rect(3.3, 2.1, 40, 60), (64, 48), 2, 2), picture)
        assert {plane.device.type for plane in picture.planes} == {"cuda"}
