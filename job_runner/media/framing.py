"""The form of an output's frames."""

from job_runner.media.recipe import Form
from job_runner.plan.matrix import matrix_of
from job_runner.plan.output import OutputPlan
from videojob_api.codecs import PIXEL_FORMATS


def form_of(output: OutputPlan) -> Form:
    """What its frames are."""
    matrix = matrix_of(output.color, output.size)
    # NVENC's 10 bit lie in other planes; the encoder brings them there.
    planar = PIXEL_FORMATS[output.encoder.pixel_format].planar
    return Form(output.size, planar, matrix, output.color.range == 2, output.color.transfer)
