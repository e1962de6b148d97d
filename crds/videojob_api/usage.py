"""Which input is there for what. Pure."""

from videojob_api.by_type import marked
from videojob_api.fields import NamesInput
from videojob_api.order import Work
from videojob_api.timeline import Clip, Timeline


def clips_of(work: Work) -> list[Clip]:
    """The spec's; left out: every input that nothing else uses, whole, in order."""
    timeline = work.timeline or Timeline()
    if timeline.clips:
        return timeline.clips
    used = used_elsewhere(timeline)
    return [Clip(input=item.name) for item in work.inputs if item.name not in used]


def used_elsewhere(timeline: Timeline) -> set[str]:
    """Inputs that overlays or the sound name: images, fonts, music."""
    users = (*(timeline.overlays or []), *([timeline.audio] if timeline.audio else []))
    return {name for user in users for _, name, _ in marked(user, NamesInput)}


def images_of(timeline: Timeline) -> list[str]:
    """Inputs that overlays show as pictures."""
    return [o.image.input for o in timeline.overlays or [] if o.image]


def fonts_of(timeline: Timeline) -> list[str]:
    """Inputs that overlays write with."""
    return [o.text.font.input for o in timeline.overlays or [] if o.text and o.text.font]
