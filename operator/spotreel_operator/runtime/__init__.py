"""I/O: API client, cache, work queue, executor, events, lease."""
