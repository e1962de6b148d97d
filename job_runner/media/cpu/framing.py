"""Frames of a clip in the output's form: what FFmpeg's filters do, and NumPy where the part that is shown moves."""

from dataclasses import replace

from av.video.frame import VideoFrame

from job_runner.media.cpu.scale import Scaler
from job_runner.media.framing import form_of
from job_runner.media.orientation import orientation_of
from job_runner.media.recipe import Form, Recipe
from job_runner.media.signal import is_transparent, signal_of
from job_runner.plan.clips import ClipPlan
from job_runner.plan.facts import VideoFacts, stood
from job_runner.plan.framing import ClipFraming
from job_runner.plan.geometry import Placement, Size
from job_runner.plan.matrix import check_matrix
from job_runner.plan.output import OutputPlan


class CpuFramer:
    """Brings frames of one clip into the output's form. Not thread-safe."""

    def __init__(self, clip: ClipPlan, facts: VideoFacts, output: OutputPlan, scaler: Scaler) -> None:
        """`facts` are those of the clip's input."""
        self._name, self._facts, self._form, self._scaler = clip.input, facts, form_of(output), scaler
        self._framing = ClipFraming(clip, output)

    def __call__(self, frame: VideoFrame, seconds: float) -> VideoFrame:
        """The part that is shown at `seconds` of the source; the frame itself if nothing is to be done."""
        recipe = self._recipe(frame)
        stored = stood(recipe.orientation, (frame.width, frame.height))
        placement = self._framing.at(seconds, self._shown(recipe), stored)
        if not self._framing.moves:
            return self._scaler.apply(frame, replace(recipe, placement=placement))
        form = self._form.sized((stored[0] // 2 * 2, stored[1] // 2 * 2))
        whole = self._scaler.apply(frame, replace(recipe, form=form))
        return _resampled(whole, form, placement, recipe)

    def _shown(self, recipe: Recipe) -> Size:
        """In square pixels. Each frame stands as it says itself: motion JPEG may be turned in mid-stream."""
        return stood(recipe.orientation, (round(self._facts.width * self._facts.sar), self._facts.height))

    def _recipe(self, frame: VideoFrame) -> Recipe:
        """Without a placement."""
        facts = self._facts
        source = signal_of(frame, facts.color, (facts.width, facts.height))
        check_matrix(source.matrix, self._name)
        orientation = orientation_of(frame, facts.codec, facts.orientation)
        alpha = is_transparent(frame, facts.codec)
        return Recipe(orientation, None, source, self._form, self._framing.border, alpha)


def _resampled(whole: VideoFrame, form: Form, placement: Placement, recipe: Recipe) -> VideoFrame:
    """A frame of the recipe's form, with the part of `whole`, which has `form`. Few jobs move: NumPy is for them."""
    from job_runner.effects.color import color_of
    from job_runner.effects.resample import resample
    from job_runner.media.cpu.planes import blank, picture_of

    target = blank(recipe.form, color_of(recipe.border, recipe.form.coding))
    resample(picture_of(whole, form), placement, picture_of(target, recipe.form))
    return target
