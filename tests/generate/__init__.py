"""Writes what is derived from the code. `make verify` does it again and proves that nothing has changed."""
