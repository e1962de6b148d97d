"""How an attempt is started, and how it is taken back: one file for each kind of place that runs attempts."""
