"""Every form in which an address inside has been smuggled past such a check."""

import pytest

from videojob_api.public_hosts import host_of, kind_of, kind_of_host, kind_unless_named


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("169.254.169.254", "link-local"),
        ("169.254.170.23", "link-local"),
        ("fe80::a9fe:a9fe", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fd00:ec2::254", "private"),
        ("fd20:ce::254", "private"),
        ("100.100.100.200", "shared address space"),
        ("168.63.129.16", "Azure's platform"),
        ("192.0.0.192", "reserved"),
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("10.96.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("fc00::1", "private"),
        ("fec0::1", "private"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("198.18.0.1", "reserved"),
        ("203.0.113.1", "reserved"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("100::1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("3fff::1", "reserved"),
        ("5f00::1", "reserved"),
        ("4000::1", "reserved"),
        # IPv4 within IPv6: mapped, compatible, translated, NAT64 (both prefixes), 6to4, Teredo.
        ("::ffff:169.254.169.254", "link-local"),
        ("::ffff:a9fe:a9fe", "link-local"),
        ("0:0:0:0:0:ffff:7f00:1", "loopback"),
        ("::127.0.0.1", "loopback"),
        ("::ffff:0:10.0.0.1", "private"),
        ("64:ff9b::169.254.169.254", "link-local"),
        ("64:ff9b::a00:1", "private"),
        ("64:ff9b:1::a00:1", "reserved"),
        ("2002:a9fe:a9fe::1", "link-local"),
        ("2002:7f00:1::", "loopback"),
        ("2001:0:a9fe:a9fe::1", "reserved"),
    ],
)
def test_addresses_that_are_not_public(address: str, kind: str) -> None:
    assert kind_of(address) == kind
    assert kind_of_host(address) == kind and kind_of_host(f"[{address}]") == kind


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.0", "169.253.0.1", "11.0.0.1",
        "223.1.1.1", "2a00:1450:4001:830::200e", "2606:2800::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)  # fmt: skip
def test_public_addresses(address: str) -> None:
    """Through NAT64 too: without it clusters of IPv6 alone would reach nothing."""
    assert kind_of(address) is None and kind_of_host(address) is None


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        *((host, "an address in an unusual form") for host in ("2130706433", "0x7f000001", "017700000001", "0x7f.1")),
        *((host, "an address in an unusual form") for host in ("127.1", "0177.0.0.1", "169.254.43518", "127.0.0.0x1")),
        *((host, "loopback") for host in ("127.0.0.1.", "127.0.0.1..", "[::1]")),
        *((host, "a name known inside only") for host in ("localhost", "LocalHost.", "a.localhost", "printer.local")),
        *((host, "a name known inside only") for host in ("metadata.google.internal.", "minio", "minio.store.svc", "")),
        *((host, "a name known inside only") for host in ("kubernetes", "instance-data", "127\u30020\u30020\u30021")),
        *((host, None) for host in ("cdn.example.com", "127.0.0.1.nip.io", "internal.example.com", "xn--bcher.test")),
    ],
)  # fmt: skip
def test_hosts_by_their_names_alone(host: str, kind: str | None) -> None:
    assert kind_of_host(host) == kind


def test_no_address() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        kind_of("example.com")


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://cdn.example.com/a@b:c", "cdn.example.com"),
        ("https://cdn.example.com:8443/a", "cdn.example.com"),
        ("https://cdn.example.com@10.0.0.1:443/a", "10.0.0.1"),
        ("https://[::1]:443/a", "::1"),
    ],
)
def test_host_of(uri: str, host: str) -> None:
    assert host_of(uri) == host


def test_what_a_prefix_names_may_be_inside() -> None:
    uri = "https://videos.internal/a.mp4"
    assert kind_unless_named(uri, ["s3://", "https://"]) == "a name known inside only"
    assert kind_unless_named(uri, ["https://", "https://videos.internal/"]) is None
    assert kind_unless_named("https://videos.internal@10.0.0.1/a", ["https://videos.internal/"]) == "private"
    assert kind_unless_named("s3://minio/a.mp4", []) is None
