"""What a class adds to its runners' pods: variables, volumes, authorities, security, spreading. Pure."""

from typing import Any

from videojob_api import names
from videojob_api.config import JobClass
from videojob_api.egress import CABundle
from videojob_api.pod_env import KeySelector
from videojob_api.pod_template import TopologySpreadConstraint
from videojob_api.runner_pod import CA_DIR, CA_FILE, CA_VARIABLE

Object = dict[str, Any]


def pod_parts(job_class: JobClass) -> Object:
    """Fields of the pod's spec: security, and what the class's template sets."""
    template = job_class.pod_template
    optional = {
        "runtimeClassName": template.runtime_class_name,
        "topologySpreadConstraints": [_spread(s) for s in template.topology_spread_constraints],
    }
    given = {key: value for key, value in optional.items() if value}
    return {"securityContext": template.security_context.plain(), **given}


def _spread(constraint: TopologySpreadConstraint) -> Object:
    """Without a selector Kubernetes would count no pods at all."""
    ours = {"labelSelector": {"matchLabels": {names.LABEL_MANAGED_BY: names.MANAGED_BY}}}
    return ours | constraint.plain()


def container_parts(job_class: JobClass) -> Object:
    """Of the runner's container, where the class has some."""
    found = job_class.pod_template.env_from
    return {"envFrom": [source.plain() for source in found]} if found else {}


def variables(job_class: JobClass) -> list[Object]:
    """For the container's env. The template's come last: theirs may refer to the others."""
    made = {CA_VARIABLE: f"{CA_DIR}/{CA_FILE}"} if job_class.ca_bundle else {}
    made |= job_class.proxy.variables() if job_class.proxy else {}
    own = [variable.plain() for variable in job_class.pod_template.env]
    return [{"name": name, "value": value} for name, value in made.items()] + own


def volumes(job_class: JobClass) -> list[Object]:
    """Entries of the pod's `volumes`: authorities, then the template's."""
    made = [_authorities(job_class.ca_bundle)] if job_class.ca_bundle else []
    return made + [volume.plain() for volume in job_class.pod_template.volumes]


def mounts(job_class: JobClass) -> list[Object]:
    """Entries of the container's `volumeMounts`: authorities, then the template's."""
    made = [{"name": "ca", "mountPath": CA_DIR, "readOnly": True}] if job_class.ca_bundle else []
    return made + [mount.plain() for mount in job_class.pod_template.volume_mounts]


def _authorities(bundle: CABundle) -> Object:
    """One file, whatever its key is called."""
    if bundle.config_map_key_ref:
        return {"name": "ca", "configMap": {"name": bundle.config_map_key_ref.name, **_file(bundle.config_map_key_ref)}}
    assert bundle.secret_key_ref
    return {"name": "ca", "secret": {"secretName": bundle.secret_key_ref.name, **_file(bundle.secret_key_ref)}}


def _file(key: KeySelector) -> Object:
    optional = {} if key.optional is None else {"optional": key.optional}
    return {"items": [{"key": key.key, "path": CA_FILE}], **optional}
