"""The table of classes."""

from job_runner.cli.cluster.offers import offers_table
from spotreel.classes import ClassOffer
from videojob_api.config import JobClass


def test_table() -> None:
    tiers = [{"name": "spot", "capacity": "Spot"}, {"name": "on-demand"}]
    gpu = JobClass.model_validate(
        {"placement": {"tiers": tiers}, "resources": {"limits": {"nvidia.com/gpu": 1, "memory": "8Gi"}}}
    )
    team = JobClass.model_validate(
        {"allowedNamespaces": {"names": ["team-a"], "selector": {"matchLabels": {"spotreel.dev/team": "a"}}}}
    )
    assert offers_table([ClassOffer("gpu", True, gpu), ClassOffer("team", False, team)]) == [
        "CLASS           TIERS             LIMITS                         FOR",
        "gpu (default)   spot, on-demand   nvidia.com/gpu 1, memory 8Gi   all namespaces",
        "team            any node                                         team-a, namespaces with its labels",
    ]
