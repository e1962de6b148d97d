"""The operator: keeps every VideoJob's attempts and status right."""

from videojob_api.release import RELEASE

__version__ = RELEASE
