"""A remote file as a seekable one: read in blocks, as they are needed, never whole."""

import io
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from job_runner.errors import StoreUnreachable

T = TypeVar("T")

FetchRange = Callable[[int, int], bytes]
"""First byte and end (exclusive) -> exactly those bytes."""

Opened = io.RawIOBase | str
"""What media is opened from: a local path or a seekable binary reader."""

BLOCK_BYTES = 2 * 2**20
CACHED_BLOCKS = 16


class BlockCache:
    """Blocks of one remote file, shared by the readers of all workers."""

    def __init__(self, fetch: FetchRange, size: int, block: int = BLOCK_BYTES, cached: int = CACHED_BLOCKS) -> None:
        self.size, self.block = size, block
        self._fetch, self._cached = fetch, cached
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, index: int) -> bytes:
        """Block `index`; the least recently used one makes room."""
        with self._lock:
            if index in self._blocks:
                self._blocks.move_to_end(index)
                return self._blocks[index]
        data = self._fetch(index * self.block, min(self.size, (index + 1) * self.block))
        with self._lock:
            self._blocks[index] = data
            while len(self._blocks) > self._cached:
                self._blocks.popitem(last=False)
        return data


class RangeReader(io.RawIOBase):
    """One reader's position in a remote file."""

    def __init__(self, cache: BlockCache) -> None:
        self._cache, self._position = cache, 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Bytes from the start."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As io.IOBase."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._cache.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, from one block."""
        if self._position >= self._cache.size:
            return b""
        index, offset = divmod(self._position, self._cache.block)
        if self._held[0] != index:
            self._held = (index, self._cache.get(index))
        block = self._held[1]
        data = block[offset:] if size < 0 else block[offset : offset + size]
        self._position += len(data)
        return data


def again_when_cut(read: Callable[[], T], tries: int = 5) -> T:
    """A body may end early although the answer began well, which no client retries."""
    for _ in range(tries - 1):
        try:
            return read()
        except StoreUnreachable:
            time.sleep(0.2)
    return read()
