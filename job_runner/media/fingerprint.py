"""Which software shapes the bytes. A runner goes on only with a plan of its own fingerprint."""

import hashlib
import zlib
from collections.abc import Sequence
from importlib.metadata import version

import av
import PIL
from PIL import features

RENDERING = 4
"""Raised by hand whenever a change of ours alters the bytes of any output."""


def software() -> dict[str, str]:
    """Everything that has a say in the bytes, by version."""
    libraries = {name: ".".join(map(str, version)) for name, version in av.library_versions.items()}
    return {
        "rendering": str(RENDERING),
        "av": av.__version__,
        "ffmpeg": av.ffmpeg_version_info,
        "numpy": version("numpy"),
        "pillow": PIL.__version__,
        "text": str([features.version(part) for part in ("freetype2", "raqm", "harfbuzz", "fribidi")]),
        "fonts": version("pymupdf-fonts"),
        "uniseg": version("uniseg"),
        **libraries,
    }


ANALYSIS = 1
"""Raised by hand whenever a change of ours alters what any analysis finds."""


def analysis_fingerprint() -> str:
    """The same of what shapes the rows of analyses: also the packer of their files. What runs a model is its plan's."""
    more = {"analysis": str(ANALYSIS), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return _digested(software() | more)


def fingerprint(fonts: Sequence[str] = ()) -> str:
    """A short digest of `software()`, with the versions people ask for in front.

    `fonts` are the digests of those that another machine may lack, if the job has letters for them.
    """
    return _digested(software() | ({"installed": str(fonts)} if fonts else {}))


def _digested(versions: dict[str, str]) -> str:
    digest = hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()[:12]
    return f"spotreel-{RENDERING}/av-{versions['av']}/{digest}"
