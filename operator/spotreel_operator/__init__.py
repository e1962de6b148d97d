"""The operator: keeps every VideoJob's attempts and status right."""

__version__ = "0.1.0"
