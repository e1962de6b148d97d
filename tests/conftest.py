"""What holds for all tests."""

from hypothesis import settings

# Machines are noisy: nothing fails for being slow.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
