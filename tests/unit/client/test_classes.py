"""Classes in the configuration of an operator."""

import yaml

from spotreel.classes import classes_in
from tests.testbed.world import CONFIG


def test_those_of_a_configuration_and_nothing_else() -> None:
    maps = [
        {"metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "…"}},
        {"data": {"config.yaml": "something: else"}},
        {"data": {"config.yaml": "[not YAML"}},
        {"metadata": {"name": "no data"}},
        {"data": {"config.yaml": yaml.safe_dump(CONFIG)}},
    ]
    (offer,) = classes_in(maps)
    assert (offer.name, offer.default) == ("gpu-spot", True)
    placement = offer.job_class.placement
    assert placement and [tier.name for tier in placement.tiers] == ["spot", "on-demand"]
