"""Triton, started once for all tests of this folder, with small models and a real detector."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from tests.testbed.triton import NoTriton, Served, Triton, unpacked
from tests.unit.runner.faces import face_detector
from tests.unit.runner.models import bright_model, constant_model

LAMPS = bright_model((192, 128), "N")
FACES = (176, 144)
"""Size of the real detector's pictures."""
NANS = constant_model({"output0": np.full((1, 9, 6), np.nan, np.float32)}, (1, 3, 128, 192))


@pytest.fixture(scope="session")
def server() -> None:
    """Skips with the reason where Triton cannot be had, unless SPOTREEL_REQUIRE is set."""
    try:
        unpacked()
    except NoTriton as error:
        if os.environ.get("SPOTREEL_REQUIRE"):
            raise
        pytest.skip(f"Triton cannot be had here: {error}")


@pytest.fixture(scope="session")
def faces() -> bytes:
    return face_detector(*FACES)


@pytest.fixture(scope="session")
def triton(server: None, faces: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Triton]:
    models = [
        Served("lamps", LAMPS, 4, versions=(1, 3)),
        Served("faces", faces),
        Served("slow", LAMPS, 4, parameters={"seconds": "20"}),
        Served("empty", LAMPS, 4, parameters={"arrays": "yes"}),
        Served("nans", NANS),
    ]
    with Triton(tmp_path_factory.mktemp("triton"), models) as triton:
        yield triton
