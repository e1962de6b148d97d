"""Every word of the API that is one of several is known where something is done by it.

A new word, or a new field of that sort, fails here first: put it into the table, or into the code that tells such words
apart, and then into the lists below.
"""

from collections.abc import Collection

import numpy as np
import pytest

from job_runner.cli.detect_arguments import ORDERS
from job_runner.detection.fitting import FITS
from job_runner.detection.formats import FORMATS as DETECTORS
from job_runner.detection.values import VALUES
from job_runner.effects.fonts import faces
from job_runner.effects.keyframes import EASINGS
from job_runner.effects.text import Style, draw_text
from job_runner.plan.color import MATRIX, PRIMARIES, RANGE, TRANSFER
from job_runner.results.formats import FORMATS
from tests.testbed.cache import ROOT
from tests.unit.api.enums import ENUMS
from videojob_api.codecs import ENCODERS, PIXEL_FORMATS, SOUND_CODECS, VIDEO_CODECS
from videojob_api.config import OperatorConfiguration
from videojob_api.containers import CONTAINERS
from videojob_api.timeline import TRANSITIONS

X264 = ENCODERS["libx264"]
TABLES: dict[str, Collection[str]] = {
    "timeline.clips[].transition.type": TRANSITIONS,
    "timeline.clips[].framing.keyframes[].easing": EASINGS,
    "timeline.overlays[].keyframes[].easing": EASINGS,
    "timeline.clipsFrom.transition.type": TRANSITIONS,
    "timeline.clipsFrom.framing.keyframes[].easing": EASINGS,
    "results[].format": FORMATS,
    **{
        f"analyses[].{kind}.{field}": words
        for kind in ("detect", "remote")
        for field, words in (
            ("format", DETECTORS),
            ("fit", FITS),
            ("values", VALUES),
            ("channels", ORDERS),
        )
    },
    "outputs[].container": CONTAINERS,
    "outputs[].video.codec": VIDEO_CODECS,
    "outputs[].video.quality": X264.quality,
    "outputs[].video.preset": X264.presets,
    "outputs[].video.profile": [p for c in VIDEO_CODECS.values() for bits in c.profiles.values() for p in bits],
    "outputs[].video.pixelFormat": [found.planar for found in PIXEL_FORMATS.values()],
    "outputs[].video.color.primaries": PRIMARIES,
    "outputs[].video.color.transfer": TRANSFER,
    "outputs[].video.color.matrix": MATRIX,
    "outputs[].video.color.range": RANGE,
    "outputs[].audio.codec": SOUND_CODECS,
    "placement.tiers[].capacity": OperatorConfiguration.model_fields["capacity_labels"].default,
}
"""By the field; `test_codecs` tells more of codecs."""

TOLD_APART: dict[str, tuple[str, set[str], set[str]]] = {
    "inputs[].onDamage": ("job_runner/inputs.py", {"Fail"}, {"Continue"}),
    "timeline.clips[].framing.fit": ("job_runner/plan/geometry.py", {"Cover"}, {"Contain"}),
    "timeline.clips[].audio.speed": ("job_runner/plan/clips.py", {"Mute"}, {"KeepPitch"}),
    "timeline.overlays[].spotlight.shape": ("job_runner/effects/overlay_kinds.py", {"Ellipse"}, {"Rectangle"}),
    "timeline.overlays[].blur.shape": ("job_runner/effects/overlay_kinds.py", {"Ellipse"}, {"Rectangle"}),
    "timeline.overlays[].pixelate.shape": ("job_runner/effects/overlay_kinds.py", {"Ellipse"}, {"Rectangle"}),
    "timeline.overlays[].text.align": ("job_runner/effects/text.py", {"Left", "Center", "Right"}, set()),
    "timeline.overlays[].text.weight": ("crds/videojob_api/overlay.py", {"Regular", "Bold"}, set()),
    "timeline.audio.mode": ("job_runner/plan/sound.py", {"Mute"}, {"Keep", "Replace"}),
    "outputs[].ifExists": ("job_runner/make.py", {"Replace"}, {"Fail"}),
    "results[].ifExists": ("job_runner/make_results.py", {"Replace"}, {"Fail"}),
    "timeline.overlays[].keyframesFrom.place": ("job_runner/plan/tracked_overlays.py", {"Over", "Above"}, {"Below"}),
    "timeline.clipsFrom.framing.fit": ("job_runner/plan/geometry.py", {"Cover"}, {"Contain"}),
    "timeline.clipsFrom.audio.speed": ("job_runner/plan/clips.py", {"Mute"}, {"KeepPitch"}),
    "outputs[].video.encoder": ("job_runner/plan/encoder.py", {"Auto", "CPU", "NVENC"}, set()),
    "outputs[].video.fit": ("job_runner/plan/geometry.py", {"Cover"}, {"Contain"}),
    **{
        f"{where}storage.{field}": (f"job_runner/workspace/{file}.py", {word}, {other})
        for where in ("", "inputs[].")
        for field, file, word, other in (
            ("addressingStyle", "clients", "virtual", "path"),
            ("checksums", "s3_client", "whenRequired", "whenSupported"),
        )
    },
    "checkpoint.retain": ("job_runner/retention.py", {"Never", "Always"}, {"OnFailure"}),
}
"""By the field: the file, the words that it names, and those for which it does nothing of its own."""


def test_no_field_of_that_sort_is_left_out() -> None:
    assert ENUMS.keys() == TABLES.keys() | TOLD_APART.keys()


@pytest.mark.parametrize("field", TABLES)
def test_tables_have_every_word(field: str) -> None:
    assert set(TABLES[field]) == set(ENUMS[field])


@pytest.mark.parametrize("field", TOLD_APART)
def test_code_names_every_word_that_it_has_to(field: str) -> None:
    file, named, others = TOLD_APART[field]
    assert named | others == set(ENUMS[field])
    source = (ROOT / file).read_text()
    assert not [word for word in named if f'"{word}"' not in source]


def test_every_way_to_align_and_every_weight_looks_different() -> None:
    weights, aligns = (ENUMS[f"timeline.overlays[].text.{field}"] for field in ("weight", "align"))
    drawn = [
        draw_text("ab", 120, 40, Style(20, (255, 255, 255, 255), align), faces(weight))
        for weight in weights
        for align in aligns
    ]
    assert not any(np.array_equal(one, other) for k, one in enumerate(drawn) for other in drawn[:k])


def test_no_two_types_of_transition_do_the_same() -> None:
    """What is planned and drawn goes by `overlaps`: a third type needs more than a row."""
    assert len({kind.overlaps for kind in TRANSITIONS.values()}) == len(TRANSITIONS)
