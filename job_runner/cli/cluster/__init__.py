"""Commands for jobs that run in a cluster."""
