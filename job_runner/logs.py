"""Structured logs: one JSON object a line on standard output."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def log_json(level: int = logging.INFO, **always: str) -> None:
    """All loggers to standard output; `always` stands in every line."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            static_fields=always,
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("botocore", "boto3", "urllib3", "libav"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
