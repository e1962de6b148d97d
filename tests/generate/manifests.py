"""k8s/operator, from the chart: whoever prefers kustomize gets the same objects."""

import subprocess

import yaml

from tests.testbed import cache
from tests.testbed.cache import ROOT

CHART, FOLDER = ROOT / "charts" / "spotreel", ROOT / "k8s" / "operator"
NAME, NAMESPACE = "spotreel-operator", "spotreel-system"
_HEAD = "# Made from charts/spotreel by `make verify`; do not edit. Change it by kustomize patches.\n"
_CONFIG_HEAD = "# Platform defaults: classes, tiers, prices. Change them to what your cluster has.\n"


def write() -> None:
    """operator.yaml and config.yaml."""
    without = rendered("--set", f"existingConfigMap={NAME}", "--set", "crds.enabled=false")
    (FOLDER / "operator.yaml").write_text(_HEAD + without)
    made = [d for d in yaml.safe_load_all(rendered("--show-only", "templates/configmap.yaml")) if d]
    (FOLDER / "config.yaml").write_text(_CONFIG_HEAD + made[0]["data"]["config.yaml"])


def rendered(*flags: str) -> str:
    """`helm template`, without tests and without the labels that name Helm."""
    command = [str(cache.tool("helm")), "template", "spotreel", str(CHART), "-n", NAMESPACE, "--skip-tests", *flags]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "".join(line for line in text.splitlines(keepends=True) if not _of_helm(line))


def _of_helm(line: str) -> bool:
    return line.strip().startswith(("helm.sh/chart:", "app.kubernetes.io/managed-by: Helm"))
