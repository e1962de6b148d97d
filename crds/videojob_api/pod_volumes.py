"""Volumes of runners and where they are mounted, as in a pod's `volumes` and a container's `volumeMounts`."""

from posixpath import normpath
from typing import Annotated, Any

from pydantic import Field, JsonValue, field_validator, model_validator

from videojob_api.model import Model
from videojob_api.pod_env import one_of
from videojob_api.runner_pod import RESERVED_FOLDERS, SYSTEM_FOLDERS, VOLUMES

VolumeName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
Source = dict[str, JsonValue]

_KINDS = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
"""What Pod Security's profile `restricted` allows."""


class Volume(Model):
    """As a pod's, of the kinds that Pod Security `restricted` allows; what a kind holds is for Kubernetes to check."""

    name: VolumeName
    config_map: Source | None = None
    csi: Source | None = None
    downward_api: Annotated[Source | None, Field(alias="downwardAPI")] = None
    empty_dir: Source | None = None
    ephemeral: Source | None = None
    image: Source | None = None
    persistent_volume_claim: Source | None = None
    projected: Source | None = None
    secret: Source | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_an_allowed_kind(cls, data: Any) -> Any:
        foreign = [str(key) for key in data if key not in ("name", *_KINDS)] if isinstance(data, dict) else []
        if foreign:
            raise ValueError(f"{foreign[0]}: Pod Security `restricted` does not allow it; use {', '.join(_KINDS)}")
        return data

    @field_validator("name")
    @classmethod
    def _not_ours(cls, value: str) -> str:
        if value in VOLUMES:
            raise ValueError(f"every runner has a volume {value} of its own: take another name")
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> "Volume":
        one_of(self, (field for field in type(self).model_fields if field != "name"))
        return self


class VolumeMount(Model):
    """As a container's."""

    name: VolumeName
    mount_path: Annotated[str, Field(max_length=1024, pattern=r"^/([^/:][^:]*)?$")]
    sub_path: Annotated[str, Field(max_length=1024)] | None = None
    read_only: bool | None = None

    @field_validator("mount_path")
    @classmethod
    def _beside_ours(cls, value: str) -> str:
        if ".." in value.split("/"):
            raise ValueError(f"{value} has .. in it: write the whole path")
        if taken := _taken(normpath(value)):
            raise ValueError(f"{value} would hide {taken}, which the runner needs: mount it elsewhere")
        return value


def _taken(path: str) -> str | None:
    """The folder of the runner's own that a mount would cover, or lie in."""
    within = next((own for own in RESERVED_FOLDERS if contains(own, path)), None)
    covered = (own for own in (*RESERVED_FOLDERS, *SYSTEM_FOLDERS) if contains(path, own))
    return within or next(covered, None)


def contains(folder: str, path: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
