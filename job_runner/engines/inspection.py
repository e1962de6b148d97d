"""A model, tried in a process of its own before it is used: what does it take, and what does it really give?

A file from somewhere may crash what reads it, or make it run for ever. Once this is over, the shapes of its outputs
are known too, which many a model leaves open.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from signal import Signals

import numpy as np

from job_runner.anew import anew
from job_runner.detection.batch import BORDER, others
from job_runner.detection.picture_input import PictureInput, picture_input
from job_runner.detection.signature import Signature
from job_runner.engines.file_engine import ONNX, FileEngine, Load
from job_runner.engines.model import Array
from job_runner.errors import Disrupted, InputInvalid
from job_runner.stop import Stop
from job_runner.supervise import CRASHES

_SAID, _FOUND = b"!", b"="


@dataclass(frozen=True)
class Form:
    """Finds the input that takes the picture: by the same wishes in both processes."""

    model: str
    size: tuple[int, int] | None = None
    batch: int = 1

    def __call__(self, signature: Signature) -> PictureInput:
        """The input for pictures. Raises InputInvalid for a model that has none."""
        return picture_input(signature, self.model, self.size, self.batch)


def inspected(
    data: bytes, model: str, form: Form, stop: Stop, engine: FileEngine = ONNX
) -> tuple[Signature, PictureInput]:
    """Its signature, the outputs' shapes those of a call with grey pictures, and which input takes them.

    Raises InputInvalid for a model that is refused, fails, crashes or takes too long, and Disrupted after a stop.
    """
    with tempfile.TemporaryDirectory(prefix="spotreel-") as scratch:
        file, answer = Path(scratch) / "model", Path(scratch) / "answer"
        file.write_bytes(data)
        answer.touch()
        code = anew(partial(_tried, file, model, form, answer, engine.tried), engine.seconds, stop)
        said = answer.read_bytes()
    if stop.requested:
        raise Disrupted("stopped while the model was tried")
    if said[:1] == _SAID:
        raise InputInvalid(said[1:].decode())
    if code == 0 and said[:1] == _FOUND:
        signature = Signature.parsed(said[1:].decode())
        return signature, form(signature)
    raise InputInvalid(f"model {model} {_end(code, engine)}; export it anew, for a recent {engine.name}")


def _end(code: int | None, engine: FileEngine) -> str:
    if code is None:
        return f"was not through with one picture after {engine.seconds:.0f} s"
    if -code in CRASHES:
        return f"crashes {engine.name} ({Signals(-code).name})"
    return "cannot be tried: it may need more memory than there is"


def _tried(file: Path, model: str, form: Form, answer: Path, load: Load) -> int:
    try:
        loaded = load(file.read_bytes(), model, threads=1)
        if not loaded.signature.outputs:
            raise InputInvalid(f"model {model} has no outputs; export a detector")
        arrays = loaded.run(grey(form(loaded.signature)))
        text = _FOUND + shaped(loaded.signature, arrays).text().encode()
    except InputInvalid as error:
        text = _SAID + str(error).encode()
    answer.write_bytes(text)
    return 0


def grey(picture: PictureInput) -> dict[str, Array]:
    """A call's worth of pictures in which nothing is to be seen."""
    code = BORDER if picture.kind == "uint8" else BORDER / 255
    return {picture.name: np.full(picture.shape, code, picture.kind), **others(picture)}


def shaped(signature: Signature, arrays: Sequence[Array]) -> Signature:
    """With the shapes that a call has given."""
    outputs = zip(signature.outputs, arrays, strict=True)
    return replace(signature, outputs=tuple(replace(output, shape=array.shape) for output, array in outputs))
