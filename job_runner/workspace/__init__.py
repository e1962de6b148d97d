"""Names of objects and the stores that hold them."""
