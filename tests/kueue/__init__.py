"""Kueue's own manager, a real API server, our operator as it is installed, nodes of the testbed."""
