"""Networks of pods: each agent's own, however many there are on this machine."""

import random
import socket
from collections.abc import Iterable

NETS = range(20, 220)
CLAIM = "127.{net}.255.254", 17999
"""What whoever has 127.NET.0.0/16 is bound to; pods never get that address."""


def claim(nets: Iterable[int] | None = None) -> tuple[int, socket.socket]:
    """The second number of a free network, and the socket that keeps others out while it is open."""
    host, port = CLAIM
    for net in random.sample(NETS, len(NETS)) if nets is None else nets:
        claimed = socket.socket()
        try:
            claimed.bind((host.format(net=net), port))
            return net, claimed
        except OSError:
            claimed.close()
    raise RuntimeError("every network for pods is taken: too many node agents run on this machine")
