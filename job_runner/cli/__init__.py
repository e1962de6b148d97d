"""The command `spotreel`, and the pod's entry point."""
