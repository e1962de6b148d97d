"""Analyses of a job: how their windows are measured, and what all of them come to."""
