"""What holds for all tests."""

import signal

from hypothesis import settings

# Machines are noisy: nothing fails for being slow.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# A shell leaves SIGINT ignored in what it runs in the background, and that is inherited: commands under test could not
# be stopped by it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
