"""What code values become, against the formulas as their authors write them."""

import numpy as np
import pytest

from job_runner.detection.values import VALUES, lines

CODES = np.arange(256, dtype=np.uint8)
BY_HAND = {
    "0..1": [CODES / 255] * 3,
    "0..255": [CODES.astype(float)] * 3,
    "-1..1": [(CODES - 127.5) / 127.5] * 3,
    "ImageNet": [
        (CODES / 255 - 0.485) / 0.229,
        (CODES / 255 - 0.456) / 0.224,
        (CODES / 255 - 0.406) / 0.225,
    ],
}


def test_each_is_tried() -> None:
    assert set(BY_HAND) == set(VALUES)


@pytest.mark.parametrize("kind", ["float32", "float16"])
@pytest.mark.parametrize("name", VALUES)
def test_floats(name: str, kind: str) -> None:
    for line, wanted in zip(lines(VALUES[name]), BY_HAND[name], strict=True):
        out = np.empty(256, kind)
        line.write(CODES, out)
        assert np.allclose(out, wanted, atol=1e-5 if kind == "float32" else 3e-3, rtol=1e-3)


@pytest.mark.parametrize("name", VALUES)
def test_integers_are_the_code_values(name: str) -> None:
    out = np.empty(256, np.uint8)
    lines(VALUES[name])[0].write(CODES, out)
    assert (out == CODES).all()
