"""The version of operator, runner and chart. Made by `make generate` from pyproject.toml; do not edit."""

RELEASE = "0.1.0"
