"""A frame's memory as arrays, and what is done there: copies, borders, pictures with alpha over a colour."""

import av
import numpy as np
from av.video.frame import VideoFrame

from job_runner.effects.blend import halve
from job_runner.effects.color import color_of
from job_runner.effects.picture import Color, Picture
from job_runner.media.recipe import Form, Recipe
from job_runner.media.rows import rows_of


def bordered(frame: VideoFrame, recipe: Recipe) -> VideoFrame:
    """A frame of the recipe's border, with the picture in its place."""
    assert recipe.placement is not None
    (width, height), left, top = recipe.placement.size, recipe.placement.left, recipe.placement.top
    whole = blank(recipe.form, color_of(recipe.border, recipe.form.coding))
    inner = picture_of(frame, recipe.form)
    for into, plane, share in zip(picture_of(whole, recipe.form).planes, inner.planes, (1, 2, 2), strict=True):
        into[top // share : (top + height) // share, left // share : (left + width) // share] = plane
    return whole


def over(frame: VideoFrame, recipe: Recipe) -> VideoFrame:
    """A frame with alpha, colours multiplied by it, on the colour of the recipe's border."""
    size, form = (frame.width, frame.height), recipe.form
    whole = blank(form.sized(size), color_of(recipe.border, form.coding))
    picture, top = picture_of(whole, form), (1 << form.depth) - 1
    clear = top - rows_of(frame.planes[3], form.depth)[: size[1], : size[0]].astype(np.int32)
    half = halve(clear)
    for into, plane, black, share in zip(
        picture.planes, picture_of(frame, form).planes, picture.black, (clear, half, half), strict=True
    ):
        shown = plane.astype(np.int32) + ((into.astype(np.int32) - black) * share + top // 2) // top
        into[...] = shown.clip(0, top)
    return whole


def picture_of(frame: VideoFrame, form: Form) -> Picture:
    """The planes of a writable frame of that form as arrays that share its memory."""
    planes = [
        rows_of(plane, form.depth)[: frame.height // share, : frame.width // share]
        for plane, share in zip(frame.planes[:3], (1, 2, 2), strict=True)
    ]
    return Picture(planes[0], planes[1], planes[2], form.depth, form.full)


def blank(form: Form, color: Color) -> VideoFrame:
    """A frame of one colour."""
    frame = av.VideoFrame(*form.size, form.pixel_format)
    for plane, value in zip(picture_of(frame, form).planes, color, strict=True):
        plane[...] = value
    return frame


def copied(frame: VideoFrame, form: Form) -> VideoFrame:
    """A frame of our own: the decoder or a later output frame may need the original."""
    copy = av.VideoFrame(frame.width, frame.height, frame.format.name)
    for into, plane in zip(picture_of(copy, form).planes, picture_of(frame, form).planes, strict=True):
        into[...] = plane
    return copy
