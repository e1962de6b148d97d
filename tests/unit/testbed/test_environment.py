from tests.testbed.agent.environment import cores, field, quantity, rewritten, variables, whole_objects
from tests.testbed.cache import go_version

POD = {
    "metadata": {"name": "p", "annotations": {"spotreel.dev/order": "{}"}},
    "spec": {"nodeName": "n"},
    "status": {"podIP": "127.1.1.1"},
}


def test_downward_api() -> None:
    assert field(POD, "metadata.name") == "p"
    assert field(POD, "metadata.annotations['spotreel.dev/order']") == "{}"
    assert field(POD, "status.podIP") == "127.1.1.1"
    assert field(POD, "status.absent") == ""


def test_mount_paths_are_replaced_once() -> None:
    mounts = {"/tmp": "/tmp/w/scratch", "/etc/spotreel/order": "/tmp/w/order"}
    assert rewritten("--order=/etc/spotreel/order/order.json", mounts) == "--order=/tmp/w/order/order.json"
    assert rewritten("/tmpfoo /tmp/a", mounts) == "/tmpfoo /tmp/w/scratch/a"


def test_environment() -> None:
    container = {
        "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
    }
    assert variables(container, POD, lambda n, k: None, lambda n, k: None) == {"A": "1", "B": "p"}


def test_whole_objects_as_variables() -> None:
    sources = [{"secretRef": {"name": "s"}}, {"configMapRef": {"name": "c"}, "prefix": "CORP_"}]
    objects = {("secretRef", "s"): {"A": "1"}, ("configMapRef", "c"): {"A": "2"}}
    assert whole_objects({"envFrom": sources}, objects) == {"A": "1", "CORP_A": "2"}
    assert whole_objects({}, {}) == {}


def test_quantities() -> None:
    assert quantity("500m") == 0.5 and quantity("2Gi") == 2 * 2**30 and quantity("3") == 3
    assert cores({"resources": {"limits": {"cpu": "1500m"}}}) == 2


def test_go_version() -> None:
    assert go_version("go version go1.26.8 linux/amd64") == (1, 26)
    assert go_version("") == (0, 0)
