"""How much of each clip, or of a colour, a moment shows. Shares go in the middle of frames, so that ends are alike."""


def risen(position: int, frames: int) -> float:
    """Share of what comes, at frame `position` of a change that lasts `frames`; 0 before, 1 after."""
    return min(1.0, max(0.0, (position + 0.5) / frames)) if frames else 1.0


def remaining(position: int, frames: int, length: int) -> float:
    """Share of what goes, at frame `position` of `length`, in a change of the last `frames`."""
    return risen(length - 1 - position, frames)
