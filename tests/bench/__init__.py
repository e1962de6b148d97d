"""`make bench`: ratios taken side by side in one run, written to docs/performance.md."""
