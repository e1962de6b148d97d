"""The runner: turns an order (or a VideoJob file) into a video, one segment at a time."""

from videojob_api.release import RELEASE

__version__ = RELEASE
