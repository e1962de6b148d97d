"""The real detector, or a reason why it is not there."""

import os
import subprocess

import pytest

from tests.testbed.detector import face_model


def face_detector(width: int, height: int) -> bytes:
    """Skips where its weights cannot be fetched, unless SPOTREEL_REQUIRE is set."""
    try:
        return face_model(width, height)
    except subprocess.CalledProcessError as error:
        if os.environ.get("SPOTREEL_REQUIRE"):
            raise
        pytest.skip(f"the weights of the face detector cannot be fetched: {error}")
