"""Volumes of runners, and where they may be mounted."""

from typing import Any

import pytest

from tests.unit.api.classes import parsed_class, refusal_of_template
from videojob_api.runner_pod import VOLUMES

DATA = {"name": "data", "emptyDir": {}}


@pytest.mark.parametrize(
    "volume",
    [
        {"name": "data", "configMap": {"name": "c", "items": [{"key": "k", "path": "p"}]}},
        {"name": "data", "secret": {"secretName": "s", "optional": True}},
        {"name": "data", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "luts", "readOnly": True}},
        {"name": "data", "csi": {"driver": "secrets-store.csi.k8s.io", "readOnly": True}},
        {"name": "data", "downwardAPI": {"items": []}},
        {"name": "data", "projected": {"sources": [{"serviceAccountToken": {"path": "t", "audience": "sts"}}]}},
        {"name": "data", "image": {"reference": "fonts:1"}},
        {"name": "data", "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
    ],
)
def test_what_restricted_allows_is_passed_on_as_it_is(volume: dict[str, Any]) -> None:
    assert [v.plain() for v in parsed_class(podTemplate={"volumes": [volume]}).pod_template.volumes] == [volume]


@pytest.mark.parametrize(
    ("volume", "words"),
    [
        (
            {"name": "data", "hostPath": {"path": "/"}},
            "hostPath: Pod Security `restricted` does not allow it; use configMap",
        ),
        ({"name": "data", "nfs": {"server": "x", "path": "/"}}, "nfs: Pod Security `restricted`"),
        ({"name": "data"}, "set exactly one of configMap, csi, downwardAPI"),
        ({"name": "data", "emptyDir": {}, "secret": {}}, "set exactly one of"),
        ({"name": "Data", "emptyDir": {}}, "match pattern"),
        *(
            ({"name": name, "emptyDir": {}}, f"a volume {name} of its own: take another name")
            for name in sorted(VOLUMES)
        ),
    ],
)
def test_what_is_refused_is_told_with_its_place(volume: dict[str, Any], words: str) -> None:
    said = refusal_of_template(volumes=[volume])
    assert "classes.a.podTemplate.volumes.0" in said and words in said


@pytest.mark.parametrize(
    "path",
    ["/data", "/usr/local/share/fonts", "/etc/ssl/certs", "/dev/shm", "/var/run/secrets/sts", "/tmpfs", "/home/x/"],
)
def test_there_is_room_elsewhere(path: str) -> None:
    mount = {"name": "data", "mountPath": path, "subPath": "a", "readOnly": True}
    made = parsed_class(podTemplate={"volumes": [DATA], "volumeMounts": [mount]})
    assert [m.plain() for m in made.pod_template.volume_mounts] == [mount]


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/tmp", "/tmp"),
        ("/tmp/", "/tmp"),
        ("/tmp/cache", "/tmp"),
        ("/", "/etc/spotreel"),
        ("/etc", "/etc/spotreel"),
        ("/etc/spotreel/order", "/etc/spotreel"),
        ("/etc//spotreel/./secrets", "/etc/spotreel"),
        ("/var/run/secrets/spotreel", "/var/run/secrets/spotreel"),
        ("/run/secrets", "/run/secrets/spotreel"),
        ("/var", "/var/run/secrets/spotreel"),
        ("/dev", "/dev/termination-log"),
        ("/opt/spotreel/lib", "/opt/spotreel"),
        ("/opt", "/opt/spotreel"),
        ("/usr", "/usr/bin"),
        ("/usr/local/lib", "/usr/local/lib"),
        ("/proc/sys", "/proc"),
    ],
)
def test_what_the_runner_needs_is_not_hidden(path: str, hidden: str) -> None:
    said = refusal_of_template(volumes=[DATA], volumeMounts=[{"name": "data", "mountPath": path}])
    assert "classes.a.podTemplate.volumeMounts.0.mountPath" in said
    assert f"would hide {hidden}, which the runner needs: mount it elsewhere" in said


@pytest.mark.parametrize("path", ["data", "", "/a:b", "//tmp", "/a/../tmp"])
def test_paths_are_whole(path: str) -> None:
    said = refusal_of_template(volumes=[DATA], volumeMounts=[{"name": "data", "mountPath": path}])
    assert "classes.a.podTemplate.volumeMounts.0.mountPath" in said
