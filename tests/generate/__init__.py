"""Makes what is derived from the code. `make generate` writes it, `make verify` only compares."""
