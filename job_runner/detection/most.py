"""How many boxes are kept of one picture, and what is said where there may be more."""

MOST_DETECTIONS = 300


def full_words(frames: int) -> str:
    """About so many frames that have as many boxes as are kept."""
    which = f"{frames} frames have" if frames > 1 else "1 frame has"
    return (
        f"{which} {MOST_DETECTIONS} boxes, the most that are kept of one: there may be more; ask for fewer labels or "
        "higher scores"
    )
