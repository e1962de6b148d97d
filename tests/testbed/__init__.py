"""A small real world for tests and demo: Kubernetes, S3, nodes, footage. Needs no root."""
