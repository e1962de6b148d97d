"""Decode, scale, encode, join, sound: PyAV lives here and nowhere else."""
