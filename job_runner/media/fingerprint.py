"""Which software shapes the bytes. A runner goes on only with a plan of its own fingerprint."""

import hashlib

import av
import numpy
import PIL
from PIL import features

RENDERING = 3
"""Raised by hand whenever a change of ours alters the bytes of any output."""


def software() -> dict[str, str]:
    """Everything that has a say in the bytes, by version."""
    libraries = {name: ".".join(map(str, version)) for name, version in av.library_versions.items()}
    return {
        "rendering": str(RENDERING),
        "av": av.__version__,
        "ffmpeg": av.ffmpeg_version_info,
        "numpy": numpy.__version__,
        "pillow": PIL.__version__,
        "text": str([features.version(part) for part in ("freetype2", "raqm", "harfbuzz", "fribidi")]),
        **libraries,
    }


def fingerprint() -> str:
    """A short digest of `software()`, with the versions people ask for in front."""
    versions = software()
    digest = hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()[:12]
    return f"spotreel-{RENDERING}/av-{versions['av']}/{digest}"
