"""Detections from the arrays that a model gives: formats, thresholds, suppression, order. NumPy only, no I/O."""
