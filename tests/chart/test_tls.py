"""TLS and who reads metrics, as the chart renders them."""

import base64
import ssl
from pathlib import Path

import pytest

from tests.chart.render import VALUES, Object, kinds, objects, one
from tests.chart.test_templates import container, flag

TLS = ["-f", str(VALUES / "tls.yaml")]
NAME = "spotreel-operator.spotreel-system.svc"
REPORTS = "spotreel-operator-reports.spotreel-system.svc"
ISSUER = {"name": "ca", "kind": "ClusterIssuer"}


def handshake(certificate: Path, key: Path, authority: str, name: str) -> None:
    """Between a server and a client in memory; raises ssl.SSLError if the client does not trust it."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cadata=authority)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(up, down, server_side=True)
    client = trusting.wrap_bio(down, up, server_hostname=name)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in {client, server} - done:
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                pass


def made(folder: Path, *flags: str) -> tuple[Path, Path, str]:
    """The Secret's certificate and key as files, and its authority."""
    data = {name: base64.b64decode(text) for name, text in one("Secret", *TLS, *flags)["data"].items()}
    certificate, key = folder / "tls.crt", folder / "tls.key"
    certificate.write_bytes(data["tls.crt"])
    key.write_bytes(data["tls.key"])
    return certificate, key, data["ca.crt"].decode()


def test_off_by_default() -> None:
    found = objects()
    assert not {"Secret", "Certificate"} & kinds(found)
    deployment = next(o for o in found if o["kind"] == "Deployment")
    assert not [a for a in container(deployment)["args"] if "tls" in a or "auth" in a]
    assert flag(deployment, "progress-url") == [f"http://{REPORTS}:8080/v1/progress"]
    assert flag(deployment, "fallback-url") == [f"http://{NAME}:8080/v1/progress"]


def test_runners_trust_what_the_chart_makes(tmp_path: Path) -> None:
    certificate, key, authority = made(tmp_path)
    for name in (NAME, REPORTS):
        handshake(certificate, key, authority, name)
    with pytest.raises(ssl.SSLError):
        handshake(certificate, key, authority, "elsewhere.example.com")
    other = one("Secret", *TLS)["data"]["ca.crt"]
    with pytest.raises(ssl.SSLError):
        handshake(certificate, key, base64.b64decode(other).decode(), NAME)


@pytest.mark.parametrize("host", ["10.1.2.3", "reports.example.com"])
def test_the_certificate_is_for_where_runners_report(tmp_path: Path, host: str) -> None:
    url = f"https://{host}:8443/v1/progress"
    certificate, key, authority = made(tmp_path, "--set", f"operator.progressURL={url}")
    for name in (host, NAME, REPORTS):
        handshake(certificate, key, authority, name)


def test_the_operator_is_told() -> None:
    found = objects(*TLS)
    deployment = next(o for o in found if o["kind"] == "Deployment")
    assert flag(deployment, "progress-url") == [f"https://{REPORTS}:8080/v1/progress"]
    assert flag(deployment, "fallback-url") == [f"https://{NAME}:8080/v1/progress"]
    volumes = {v["name"]: v for v in deployment["spec"]["template"]["spec"]["volumes"]}
    mounts = {m["name"]: m["mountPath"] for m in container(deployment)["volumeMounts"]}
    assert volumes["tls"] == {"name": "tls", "secret": {"secretName": "spotreel-operator-tls"}}
    files = {name: flag(deployment, name)[0] for name in ("tls-cert", "tls-key", "tls-ca")}
    assert {Path(file).name for file in files.values()} == set(one("Secret", *TLS)["data"])
    assert {str(Path(file).parent) for file in files.values()} == {mounts["tls"]}


def test_kubelet_probes_a_plain_port_of_their_own() -> None:
    deployment = one("Deployment", *TLS)
    ports = {p["name"]: p["containerPort"] for p in container(deployment)["ports"]}
    probes = [container(deployment)[kind]["httpGet"] for kind in ("readinessProbe", "livenessProbe")]
    assert {p["port"] for p in probes} == {"probes"} and not any("scheme" in p for p in probes)
    assert flag(deployment, "probe-port") == [str(ports["probes"])]
    services = [o for o in objects(*TLS) if o["kind"] == "Service"]
    assert [p["targetPort"] for s in services for p in s["spec"]["ports"]] == ["http", 8080], "nobody else comes there"


def test_a_secret_of_ones_own() -> None:
    found = objects("--set", "tls.enabled=true,tls.secretName=mine,tls.certManager.enabled=true")
    assert not {"Secret", "Certificate"} & kinds(found)
    deployment = next(o for o in found if o["kind"] == "Deployment")
    volumes = deployment["spec"]["template"]["spec"]["volumes"]
    assert {"name": "tls", "secret": {"secretName": "mine"}} in volumes


def test_cert_manager() -> None:
    values = {"tls": {"enabled": True, "certManager": {"enabled": True, "issuerRef": ISSUER}}}
    values["operator"] = {"progressURL": "https://10.1.2.3:8443/v1/progress"}
    spec = one("Certificate", values=values)["spec"]
    assert spec["secretName"] == "spotreel-operator-tls" and spec["issuerRef"] == ISSUER
    assert {NAME, REPORTS} <= set(spec["dnsNames"]) and spec["ipAddresses"] == ["10.1.2.3"]
    assert "Secret" not in kinds(objects(values=values))


def test_scrapers_trust_and_are_known() -> None:
    found = objects(*TLS)
    for kind, key in (("PodMonitor", "podMetricsEndpoints"), ("ServiceMonitor", "endpoints")):
        endpoint = next(o for o in found if o["kind"] == kind)["spec"][key][0]
        assert endpoint["scheme"] == "https" and endpoint["tlsConfig"] == {
            "ca": {"secret": {"name": "spotreel-operator-tls", "key": "ca.crt"}},
            "serverName": NAME,
        }
        assert endpoint["authorization"] == {"credentials": {"name": "scraper", "key": "token"}}
    own = one("ServiceMonitor", "--set", "metrics.auth.enabled=true,metrics.serviceMonitor.enabled=true")
    assert "bearerTokenFile" in own["spec"]["endpoints"][0]


def test_who_may_read_metrics() -> None:
    def rules(*flags: str) -> list[Object]:
        return [rule for o in objects(*flags) if o["kind"] == "ClusterRole" for rule in o["rules"]]

    asked = [r["resources"] for r in rules(*TLS) if "authorization.k8s.io" in r.get("apiGroups", [])]
    assert asked == [["subjectaccessreviews"]]
    assert {"nonResourceURLs": ["/metrics"], "verbs": ["get"]} in rules(*TLS)
    binding = one("ClusterRoleBinding", *TLS, name="-metrics")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "prometheus", "namespace": "monitoring"}]
    assert not [r for r in rules() if "nonResourceURLs" in r]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tls": {"enabled": True, "certManager": {"enabled": True}}}, "issuerRef.name is needed"),
        ({"tls": {"secret": "x"}}, "secret"),
        ({"metrics": {"auth": {"enabled": True}, "podMonitor": {"enabled": True}}}, "needs metrics.auth.tokenSecret"),
    ],
)
def test_wrong_values_are_told(values: Object, words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        objects(values=values)
