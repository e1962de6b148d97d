"""Checks of a GPU, with the CPU in its place, and where there is none."""
