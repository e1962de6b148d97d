"""The security context of a runner's pod: what Pod Security's profile `restricted` allows of it, and no more."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from videojob_api.model import Model

UserId = Annotated[int, Field(ge=1)]
GroupId = Annotated[int, Field(ge=0)]
RUNNER_ID = 65532
"""Of user and groups in the image."""


class Profile(Model):
    """Of seccomp or AppArmor: the runtime's own, or one that is on the node."""

    type: Literal["RuntimeDefault", "Localhost"] = "RuntimeDefault"
    localhost_profile: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _named_where_local(self) -> "Profile":
        if (self.type == "Localhost") != (self.localhost_profile is not None):
            raise ValueError("localhostProfile goes with type Localhost, and only with it")
        return self


class SELinuxOptions(Model):
    """Level and type; `restricted` leaves user and role to the node."""

    level: str | None = None
    type: Literal["container_t", "container_init_t", "container_kvm_t", "container_engine_t"] | None = None


class PodSecurityContext(Model):
    """As a pod's. It replaces the built-in one whole; without `runAsUser` the image, or OpenShift, says who runs."""

    run_as_non_root: Literal[True] = True
    run_as_user: UserId | None = None
    run_as_group: GroupId | None = None
    fs_group: GroupId | None = None
    fs_group_change_policy: Literal["OnRootMismatch", "Always"] | None = None
    supplemental_groups: list[GroupId] | None = None
    supplemental_groups_policy: Literal["Merge", "Strict"] | None = None
    se_linux_options: SELinuxOptions | None = None
    seccomp_profile: Profile = Profile()
    app_armor_profile: Profile | None = None


BUILT_IN = PodSecurityContext(run_as_user=RUNNER_ID, run_as_group=RUNNER_ID, fs_group=RUNNER_ID)
