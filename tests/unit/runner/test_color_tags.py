"""What an output may be tagged as: what its pixels are."""

import pytest

from job_runner.errors import SpecInvalid
from job_runner.plan.color import check_wanted, color_tags
from job_runner.plan.facts import ColorTags, VideoFacts
from videojob_api.output import ColorSpec


def facts(**tags: int) -> VideoFacts:
    return VideoFacts.model_validate(
        {"width": 640, "height": 360, "pixel_format": "yuv420p", "rate": 25, "start": 0, "duration": 1, "color": tags}
    )


def test_the_first_clips_tags_are_the_outputs() -> None:
    first = facts(primaries=5, transfer=13, matrix=5, range=2)
    assert color_tags(None, first, (640, 360)) == ColorTags(primaries=5, transfer=13, matrix=5, range=1)


def test_the_spec_overrules() -> None:
    wanted = ColorSpec(matrix="bt709", range="pc", transfer="bt709", primaries="bt709")
    found = color_tags(wanted, facts(primaries=6, transfer=6, matrix=6), (640, 360))
    assert found == ColorTags(primaries=1, transfer=1, matrix=1, range=2)


@pytest.mark.parametrize("transfer", [1, 2, 4, 5, 6, 7, 13, 14, 15])
def test_sdr_may_be_called_bt709(transfer: int) -> None:
    check_wanted(ColorSpec(transfer="bt709"), ColorTags(transfer=transfer))


@pytest.mark.parametrize(("field", "tags"), [("transfer", {"transfer": 16}), ("primaries", {"primaries": 9})])
def test_light_and_wide_colours_are_not_renamed(field: str, tags: dict[str, int]) -> None:
    with pytest.raises(SpecInvalid, match=f"color.{field}: the first clip has another"):
        check_wanted(ColorSpec.model_validate({field: "bt709"}), ColorTags(**tags))
