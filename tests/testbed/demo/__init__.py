"""`make demo`: a VideoJob is preempted twice, goes on elsewhere, and yields the same bytes."""
