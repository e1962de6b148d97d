"""The custom resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from spotreel_operator.state.remains import remains
from spotreel_operator.state.times import created_at
from videojob_api.problem import dotted
from videojob_api.spec import VideoJobSpec
from videojob_api.status import VideoJobStatus

Object = dict[str, Any]


@dataclass(frozen=True)
class VideoJob:
    """The custom resource. `spec` is None if this operator cannot read it."""

    namespace: str
    name: str
    uid: str
    generation: int
    resource_version: str
    created: datetime
    deleting: bool
    spec: VideoJobSpec | None
    problem: str
    status: VideoJobStatus
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    remains: VideoJobSpec | None = None
    """Of a spec that cannot be read: a spec of those parts of it that can."""

    @property
    def job_id(self) -> str:
        """Unique for ever; the workspace and the output's mark are named after it."""
        return f"{self.namespace}/{self.name}-{self.uid}"

    @classmethod
    def read(cls, body: Object) -> "VideoJob":
        """From the API server's object."""
        metadata = body["metadata"]
        try:
            spec, problem = VideoJobSpec.model_validate(body.get("spec")), ""
        except ValidationError as error:
            first = error.errors()[0]
            spec, problem = None, f"this operator cannot read the spec: {dotted(first['loc'])}: {first['msg']}"
        return cls(
            namespace=metadata["namespace"],
            name=metadata["name"],
            uid=metadata["uid"],
            generation=metadata.get("generation", 1),
            resource_version=metadata["resourceVersion"],
            created=created_at(metadata),
            deleting="deletionTimestamp" in metadata,
            spec=spec,
            problem=problem,
            status=VideoJobStatus.read(body.get("status")),
            labels=metadata.get("labels") or {},
            annotations=metadata.get("annotations") or {},
            remains=None if spec else remains(body.get("spec") or {}),
        )
