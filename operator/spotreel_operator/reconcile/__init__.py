"""Pure: a snapshot in, a plan out. One policy a file."""
