"""The runner: turns an order (or a VideoJob file) into a video, one segment at a time."""

__version__ = "0.1.0"
