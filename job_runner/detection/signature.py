"""What a model takes and gives: names, types and shapes of its inputs and outputs, and its metadata."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

Shape = tuple[int | None, ...]
"""None for a dimension that the model leaves open."""


@dataclass(frozen=True)
class Tensor:
    """One input or output. `kind` is NumPy's name of its type, such as float32."""

    name: str
    kind: str
    shape: Shape

    def words(self) -> str:
        """`images float32 (?, 3, 640, 640)`."""
        return f"{self.name} {self.kind} ({', '.join('?' if n is None else str(n) for n in self.shape)})"


@dataclass(frozen=True)
class Signature:
    """Of one model. `metadata` is text that whoever exported it has left there, and may be anything."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)

    def words(self) -> str:
        """Inputs and outputs in one line, for people."""
        return f"inputs: {_listed(self.inputs)}; outputs: {_listed(self.outputs)}"

    def text(self) -> str:
        """As JSON, for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def parsed(cls, text: str) -> "Signature":
        """What `text` wrote."""
        data = json.loads(text)
        return cls(_tensors(data["inputs"]), _tensors(data["outputs"]), data["metadata"])


SHOWN = 12
"""More inputs or outputs than that help nobody in a message."""


def _listed(tensors: tuple[Tensor, ...]) -> str:
    more = f" and {len(tensors) - SHOWN} more" if len(tensors) > SHOWN else ""
    return (", ".join(tensor.words() for tensor in tensors[:SHOWN]) or "none") + more


def _tensors(found: list[dict[str, object]]) -> tuple[Tensor, ...]:
    return tuple(Tensor(str(t["name"]), str(t["kind"]), tuple(t["shape"])) for t in found)  # type: ignore[arg-type]
