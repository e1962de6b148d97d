"""Which Secrets a runner's pod mounts, and as which files."""

from typing import Any

from spotreel_operator.manifests.secret_files import secret_sources
from spotreel_operator.reconcile.platform import platform_of
from spotreel_operator.state.snapshot import Platform
from tests.unit.operator.make import OUTPUT, attempt_manifest, config, job
from videojob_api.spec import VideoJobSpec

ENGINE = {"url": "grpcs://triton.ml.svc:8001", "model": "m"}
ANALYSES = [
    {"name": "plain", "remote": ENGINE},
    {"name": "engine", "remote": ENGINE | {"secretRef": {"name": "engine"}}},
    {"name": "own", "remote": ENGINE | {"secretRef": {"name": "engine", "key": "other"}}},
]


def sql(name: str, **key: str) -> dict[str, Any]:
    return {"analysis": "plain", "sql": {"secretRef": {"name": name, **key}}}


def paths(*results: dict[str, Any], **spec: Any) -> list[str]:
    """Of all files; those that may be missing begin with a question mark."""
    made = VideoJobSpec.model_validate(
        {"inputs": [{"uri": "s3://m/a"}], "analyses": ANALYSES, "results": results, **spec}
    )
    return [
        "?" * source["secret"].get("optional", False) + item["path"]
        for source in secret_sources(made)
        for item in source["secret"]["items"]
    ]


def test_headers_of_engines_and_urls_of_databases_are_files_that_must_be_there() -> None:
    found = paths(sql("analytics"), sql("lake", key="dsn"), sql("analytics"))
    assert found == ["analytics/url", "engine/headers", "engine/other", "lake/dsn"]


def test_one_secret_may_have_a_stores_keys_and_a_databases_url() -> None:
    """A path that is there twice would be refused by the API server."""
    found = paths(
        sql("all"), sql("all", key="AWS_SESSION_TOKEN"), storage={"secretRef": {"name": "all"}}, analyses=None
    )
    assert found == ["all/AWS_ACCESS_KEY_ID", "all/AWS_SECRET_ACCESS_KEY", "?all/AWS_SESSION_TOKEN", "all/url"]


def test_the_pod_mounts_them_beside_the_classs() -> None:
    own = job(analyses=ANALYSES, results=[sql("analytics")], outputs=[{"uri": OUTPUT}])
    platform = platform_of(own, config(allowedEndpoints=[ENGINE["url"]]), {})
    assert isinstance(platform, Platform)
    made = attempt_manifest(own, platform)
    (volume,) = (v for v in made["spec"]["template"]["spec"]["volumes"] if v["name"] == "secrets")
    names = [source["secret"]["name"] for source in volume["projected"]["sources"]]
    assert names == ["keys", "keys", "analytics", "engine", "engine"]
