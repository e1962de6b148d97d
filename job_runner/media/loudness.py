"""How loud a sound is, by EBU R 128: FFmpeg's own meter."""

from collections.abc import Iterable
from math import log10

from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NeedsMore
from av.error import EOFError as Ended
from av.filter import Graph

SILENCE = -70.0
"""LUFS at the gate: nothing was heard."""


def measured(frames: Iterable[AudioFrame], rate: int, layout: str) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of planar float frames."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout)
    meter = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
    graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
    found = {"I": SILENCE, "true_peak": 0.0}
    for frame in frames:
        graph.push(frame)
        _drained(graph, found)
    graph.push(None)
    _drained(graph, found)
    return found["I"], 20 * log10(max(found["true_peak"], 1e-6))


def _drained(graph: Graph, found: dict[str, float]) -> None:
    """The meter writes what it knows so far into every frame's metadata, the peak as an amplitude."""
    while True:
        try:
            frame = graph.pull()
        except (NeedsMore, Ended):
            return
        told = {key.rpartition(".")[2]: value for key, value in frame.metadata.items()}
        found.update({key: float(told[key]) for key in found if key in told})
