"""JobSets by the thousand, each of one Job of one pod that the stand-in runners run as they run an attempt's."""

from typing import Any

from spotreel_operator.runtime.api import Kind, KubernetesApi
from tests.scale.world import all_of
from tests.testbed.jobset import API_VERSION
from videojob_api import names

Object = dict[str, Any]
JOBSETS = Kind(f"/apis/{API_VERSION}", "jobsets")
LABEL_JOBSET = "jobset.sigs.k8s.io/jobset-name"


def jobset(name: str) -> Object:
    """One replicated Job, without the Service that host names would need."""
    container = {
        "name": names.CONTAINER,
        "image": "docker.io/spotreel/runner:testbed",
        "resources": {"limits": {"cpu": 1, "memory": "2Gi", "nvidia.com/gpu": 1}},
    }
    labels = {names.LABEL_MANAGED_BY: names.MANAGED_BY, names.LABEL_VIDEOJOB: name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [container], "restartPolicy": "Never"}}
    job = {"parallelism": 1, "completions": 1, "completionMode": "Indexed", "backoffLimit": 0, "template": pod}
    replicated = {"name": "runner", "replicas": 1, "template": {"spec": job}}
    spec = {"network": {"enableDNSHostnames": False}, "replicatedJobs": [replicated]}
    return {"apiVersion": API_VERSION, "kind": "JobSet", "metadata": {"name": name}, "spec": spec}


async def create(api: KubernetesApi, namespace: str, names_: list[str]) -> None:
    """New ones."""
    await all_of(lambda name: api.create(JOBSETS, namespace, jobset(name)), names_)
