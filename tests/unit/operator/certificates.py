"""Certificates with names, as an authority of a platform team issues them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OLD, NEW = "op.ns.svc", "op-reports.ns.svc"


@dataclass(frozen=True)
class Pair:
    """A certificate, its key, and the text of the authority that has signed it."""

    certificate: Path
    key: Path
    authority: str


def issued(folder: Path, *names: str) -> Pair:
    """Signed by an authority of its own, for these DNS names."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _named("ca", "ca", ca_key.public_key()).add_extension(x509.BasicConstraints(True, 0), critical=True)
    authority = ca.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    leaf = _named(names[0], "ca", key.public_key()).add_extension(alternatives, critical=False)
    pair = Pair(folder / "tls.crt", folder / "tls.key", authority)
    pair.certificate.write_bytes(leaf.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    pair.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pair


def _named(subject: str, issuer: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
    made = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key)
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
