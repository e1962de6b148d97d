"""Plays the operator's own placement over spot capacity as it was, or as it could have been."""
