"""What overlays need from inputs. Without NumPy: a job without overlays has none, and says so by this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from job_runner.effects.bitmap import RGBA


@dataclass(frozen=True)
class Assets:
    """Pictures and fonts, by the input's name."""

    images: Mapping[str, RGBA] = field(default_factory=dict)
    fonts: Mapping[str, bytes] = field(default_factory=dict)
