"""Which input is there for what. Pure."""

from videojob_api.order import Work
from videojob_api.timeline import Clip, Timeline


def clips_of(work: Work) -> list[Clip]:
    """The spec's; left out: every input that nothing else uses, whole, in order."""
    timeline = work.timeline or Timeline()
    return timeline.clips or [Clip(input=i.name) for i in work.inputs if i.name not in used_elsewhere(timeline)]


def used_elsewhere(timeline: Timeline) -> set[str]:
    """Inputs that are an image, a font or the sound."""
    used = set(images_of(timeline)) | set(fonts_of(timeline))
    replaced = timeline.audio.replace if timeline.audio else None
    return used | ({replaced.input} if replaced else set())


def images_of(timeline: Timeline) -> list[str]:
    """Inputs that overlays show as pictures."""
    return [o.image.input for o in timeline.overlays or [] if o.image]


def fonts_of(timeline: Timeline) -> list[str]:
    """Inputs that overlays write with."""
    return [o.text.font.input for o in timeline.overlays or [] if o.text and o.text.font]
