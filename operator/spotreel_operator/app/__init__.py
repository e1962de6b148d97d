"""kopf wiring, settings, probes, metrics, the progress endpoint."""
