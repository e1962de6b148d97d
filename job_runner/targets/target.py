"""A target: an object that is made once, of its needs. A target with many objects is a family (`family.py`)."""

from typing import Protocol, TypeVar

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)


class Target(Protocol[Value_co]):
    """One object. Its needs are what its class is constructed with, so that nothing can be made before them."""

    def stored(self) -> Value_co | None:
        """What is there; None if the object is not. Builds nothing."""

    def make(self) -> Value_co:
        """Builds the object and stores it. If another runner was first, theirs counts."""


def brought(target: Target[Value]) -> Value:
    """What is there; made first if it is not."""
    found = target.stored()
    return target.make() if found is None else found
