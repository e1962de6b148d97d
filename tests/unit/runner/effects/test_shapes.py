"""Shares of pixels inside a shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_runner.effects.blend import FULL
from job_runner.effects.picture import Area, Edges
from job_runner.effects.shapes import coverage, distance, ring
from tests.unit.runner.effects.reference import covered

AREA = Area(0, 0, 64, 48)
EDGES = st.builds(
    lambda left, top, width, height: Edges(left, top, left + width, top + height),
    st.floats(-10, 60), st.floats(-10, 45), st.floats(1, 70), st.floats(1, 50),
)  # fmt: skip
SHAPES = pytest.mark.parametrize("ellipse", [False, True])


@SHAPES
@given(edges=EDGES)
def test_coverage_is_the_share_of_points_inside(ellipse: bool, edges: Edges) -> None:
    share = coverage(edges, AREA, ellipse)
    assert share.shape == (48, 64) and share.max() <= FULL
    assert np.abs(share / FULL - covered(edges, (48, 64), ellipse)).max() <= 3 / 16


@SHAPES
@given(edges=EDGES)
def test_a_part_of_the_picture_has_the_same_shares(ellipse: bool, edges: Edges) -> None:
    part = Area(10, 8, 20, 16)
    assert (coverage(edges, part, ellipse) == coverage(edges, AREA, ellipse)[8:24, 10:30]).all()


def test_the_area_of_an_ellipse() -> None:
    share = coverage(Edges(4.25, 5.5, 60.75, 42.125), AREA, True)
    assert share.sum() / FULL == pytest.approx(np.pi / 4 * 56.5 * 36.625, rel=1e-3)


@SHAPES
def test_a_soft_edge_lies_inside(ellipse: bool) -> None:
    edges = Edges(8, 8, 56, 40)
    hard, soft = coverage(edges, AREA, ellipse), coverage(edges, AREA, ellipse, 0.5)
    assert (soft[hard == 0] == 0).all()
    assert soft[24, 32] == FULL and 0 < soft[24, 12] < FULL
    assert (np.diff(soft[24, 8:32].astype(int)) >= 0).all()


@SHAPES
def test_a_ring_and_its_hole_are_the_whole(ellipse: bool) -> None:
    edges = Edges(8.5, 8.5, 56, 40)
    hole = coverage(edges.grown(-4), AREA, ellipse)
    assert (ring(edges, AREA, ellipse, 4) + hole == coverage(edges, AREA, ellipse)).all()
    assert (ring(edges, AREA, ellipse, 99) == coverage(edges, AREA, ellipse)).all(), "wider than half of it"


def test_distance_is_one_on_the_border() -> None:
    area = Area(0, 0, 4, 4)
    box, round_ = (distance(Edges(0, 0, 4, 4), area, ellipse) for ellipse in (False, True))
    assert box[0].tolist() == [0.75, 0.75, 0.75, 0.75] and box[1].tolist() == [0.75, 0.25, 0.25, 0.75]
    assert round_[0, 0] == pytest.approx(0.75 * 2**0.5)
