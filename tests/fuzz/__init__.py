"""`python -m tests.fuzz`: thousands of spoilt files and specs, each in a process bounded in time and memory."""
