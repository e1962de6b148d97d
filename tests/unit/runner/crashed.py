"""The end of a process that has destroyed itself."""

import faulthandler
import os
import signal
from typing import NoReturn


def crash(*_: object, **__: object) -> NoReturn:
    """As a decoder or a model's runtime does, without pytest's own words about it."""
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)
    os._exit(99)
