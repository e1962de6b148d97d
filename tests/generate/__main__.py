"""`python -m tests.generate`: everything, in an order in which each finds what it reads."""

from tests.generate import chart, manifests, reference

reference.write()
chart.write()
manifests.write()
