"""Results of analyses as files that other tools read."""
