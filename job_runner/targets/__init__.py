"""Targets of the Makefile that a workspace is: one file each, what it needs and what it makes."""
