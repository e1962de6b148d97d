"""Which part of a source frame fills the output, at every moment of a clip."""

from dataclasses import replace

from av.video.frame import VideoFrame

from job_runner.effects.keyframes import Point, value_at
from job_runner.media.orientation import orientation_of
from job_runner.media.recipe import Form, Recipe
from job_runner.media.scale import Scaler
from job_runner.media.signal import is_transparent, signal_of
from job_runner.plan.clips import ClipPlan
from job_runner.plan.facts import VideoFacts, stood
from job_runner.plan.geometry import Placement, Rect, Size, place
from job_runner.plan.matrix import check_matrix, matrix_of
from job_runner.plan.output import OutputPlan
from videojob_api.codecs import PIXEL_FORMATS
from videojob_api.values import parse_color, parse_duration

WHOLE = (0.0, 0.0, 1.0, 1.0)


def form_of(output: OutputPlan) -> Form:
    """What its frames are."""
    matrix = matrix_of(output.color, output.size)
    # NVENC's 10 bit lie in other planes; the encoder brings them there.
    planar = PIXEL_FORMATS[output.encoder.pixel_format].planar
    return Form(output.size, planar, matrix, output.color.range == 2, output.color.transfer)


class Framer:
    """Brings frames of one clip into the output's form. Not thread-safe."""

    def __init__(self, clip: ClipPlan, facts: VideoFacts, output: OutputPlan, scaler: Scaler) -> None:
        """`facts` are those of the clip's input."""
        self._name, self._facts, self._form, self._scaler = clip.input, facts, form_of(output), scaler
        self._points = _points(clip)
        self._fit = clip.framing.fit if clip.framing else output.fit
        self._moving = len({point[2] for point in self._points}) > 1
        background = clip.framing.background if clip.framing else output.background
        self._border = parse_color(background)[:3]

    def __call__(self, frame: VideoFrame, seconds: float) -> VideoFrame:
        """The part that is shown at `seconds` of the source; the frame itself if nothing is to be done."""
        share = value_at(self._points, seconds) if self._points else WHOLE
        recipe = self._recipe(frame)
        stored = stood(recipe.orientation, (frame.width, frame.height))
        placement = _placement(share, self._shown(recipe), stored, self._form.size, self._fit)
        if not self._moving:
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
        return Recipe(orientation, None, source, self._form, self._border, alpha)


def _resampled(whole: VideoFrame, form: Form, placement: Placement, recipe: Recipe) -> VideoFrame:
    """A frame of the recipe's form, with the part of `whole`, which has `form`. Few jobs move: NumPy is for them."""
    from job_runner.effects.color import color_of
    from job_runner.effects.resample import resample
    from job_runner.media.planes import blank, picture_of

    target = blank(recipe.form, color_of(recipe.border, recipe.form.coding))
    resample(picture_of(whole, form), placement, picture_of(target, recipe.form))
    return target


def _points(clip: ClipPlan) -> list[Point]:
    if clip.framing is None:
        return []
    return [
        (float(parse_duration(k.time)), k.easing, (k.left, k.top, k.width, k.height)) for k in clip.framing.keyframes
    ]


def _placement(share: tuple[float, ...], shown: Size, stored: Size, output: Size, fit: str) -> Placement:
    """Fits in square pixels, then says the crop in the frame's own pixels, which are `stored` once upright."""
    left, top, width, height = share
    crop = Rect(left * shown[0], top * shown[1], width * shown[0], height * shown[1])
    placed = place(crop, output, fit)
    across, down = stored[0] / shown[0], stored[1] / shown[1]
    own = Rect(placed.crop.left * across, placed.crop.top * down, placed.crop.width * across, placed.crop.height * down)
    return Placement(own.inside(stored), placed.size, placed.left, placed.top)
