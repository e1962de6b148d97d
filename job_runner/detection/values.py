"""How code values of a picture become the numbers that a model was trained on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Values:
    """A value v of 0 to 1 becomes (v * `scale` - mean) / deviation; means and deviations are those of R, G, B."""

    scale: float = 1.0
    mean: Triple = (0.0, 0.0, 0.0)
    deviation: Triple = (1.0, 1.0, 1.0)


VALUES = {
    "0..1": Values(),
    "0..255": Values(255.0),
    "-1..1": Values(255.0, (127.5,) * 3, (127.5,) * 3),
    "ImageNet": Values(1.0, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}
"""By the name that people choose."""


@dataclass(frozen=True)
class Line:
    """What becomes of the code values 0 to 255 of one colour: times `factor`, and `offset` more, in float32."""

    factor: np.float32
    offset: np.float32

    def write(self, codes: npt.NDArray[np.uint8], out: npt.NDArray[np.generic]) -> None:
        """Into an array of the model's type; integers are the code values themselves."""
        if np.issubdtype(out.dtype, np.integer):
            out[...] = codes
            return
        np.multiply(codes, self.factor, out=out, casting="unsafe")
        if self.offset:
            np.add(out, self.offset, out=out, casting="unsafe")


def lines(values: Values) -> tuple[Line, Line, Line]:
    """Of R, G and B."""
    each = zip(values.mean, values.deviation, strict=True)
    red, green, blue = (Line(np.float32(values.scale / 255 / by), np.float32(-mean / by)) for mean, by in each)
    return red, green, blue
