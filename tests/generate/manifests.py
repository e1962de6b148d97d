"""k8s/operator and the policy in k8s/policies, from the chart: whoever prefers kubectl gets the same objects."""

import subprocess
from pathlib import Path

import yaml

from tests.generate.files import Files
from tests.testbed import cache
from tests.testbed.cache import ROOT

CHART = ROOT / "charts" / "spotreel"
POLICY = ROOT / "k8s" / "policies" / "runner-networkpolicy.yaml"
NAME, NAMESPACE = "spotreel-operator", "spotreel-system"
_HEAD = "# Made from charts/spotreel by `make generate`; do not edit. Change it by kustomize patches.\n"
_CONFIG_HEAD = "# Platform defaults: classes, tiers, prices. Change them to what your cluster has.\n"
_POLICY_HEAD = f"""\
# For each namespace with jobs that is none of the chart's `watchNamespaces`:
# kubectl apply -n NAMESPACE -f runner-networkpolicy.yaml
# Made from charts/spotreel by `make generate`, for release spotreel in {NAMESPACE}; do not edit. With values of yours:
# helm template spotreel charts/spotreel -n {NAMESPACE} -f my-values.yaml --set networkPolicy.enabled=true \\
#   --set 'watchNamespaces={{team-a,team-b}}' --show-only templates/networkpolicy-runners.yaml | kubectl apply -f -
"""


def files(chart: Path) -> Files:
    """operator.yaml, config.yaml and the policy."""
    without = rendered("--set", f"existingConfigMap={NAME}", "--set", "crds.enabled=false", chart=chart)
    made = [d for d in yaml.safe_load_all(rendered("--show-only", "templates/configmap.yaml", chart=chart)) if d]
    return {
        "k8s/operator/operator.yaml": _HEAD + without,
        "k8s/operator/config.yaml": _CONFIG_HEAD + made[0]["data"]["config.yaml"],
        POLICY.relative_to(ROOT).as_posix(): _POLICY_HEAD + runner_policy(chart),
    }


def runner_policy(chart: Path = CHART) -> str:
    """The runners' NetworkPolicy, without a namespace."""
    show = "--show-only=templates/networkpolicy-runners.yaml"
    text = rendered(show, "--set", "networkPolicy.enabled=true", chart=chart)
    return text.replace(f"  namespace: {NAMESPACE}\n", "", 1)


def rendered(*flags: str, chart: Path = CHART) -> str:
    """`helm template`, without tests and without the labels that name Helm."""
    command = [str(cache.tool("helm")), "template", "spotreel", str(chart), "-n", NAMESPACE, "--skip-tests", *flags]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "".join(line for line in text.splitlines(keepends=True) if not _of_helm(line))


def _of_helm(line: str) -> bool:
    return line.strip().startswith(("helm.sh/chart:", "app.kubernetes.io/managed-by: Helm"))
