"""The name of an image, as asked for and as it was resolved."""

import pytest

from spotreel_operator.state.images import image_in_spec, pinned_image
from tests.unit.operator.raw import raw_pod


@pytest.mark.parametrize(
    ("image_id", "pinned"),
    [
        ("docker.io/spotreel/runner@sha256:12", "docker.io/spotreel/runner@sha256:12"),
        ("docker-pullable://spotreel/runner@sha256:12", "spotreel/runner@sha256:12"),
        ("import-2026-01-01@sha256:12", "spotreel/runner:0.1.0"),
        ("sha256:12", "spotreel/runner:0.1.0"),
        ("", "spotreel/runner:0.1.0"),
    ],
)
def test_only_a_digest_that_can_be_pulled_is_pinned(image_id: str, pinned: str) -> None:
    assert pinned_image("spotreel/runner:0.1.0", image_id) == pinned
    assert pinned_image("host:5000/spotreel/runner", "host:5000/spotreel/runner@sha256:1").endswith("@sha256:1")


def test_the_wanted_one_is_the_runners() -> None:
    """A sidecar that somebody's webhook has put first is not asked."""
    containers = [{"name": "proxy", "image": "mesh:1"}, {"name": "runner", "image": "spotreel/runner:2"}]
    assert image_in_spec(raw_pod(spec={"containers": containers})) == "spotreel/runner:2"
    assert image_in_spec(raw_pod(spec={"containers": containers[:1]})) == ""
