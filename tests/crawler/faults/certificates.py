"""Certificates made for one test run: an authority that the crawl is told to trust, and servers right and wrong."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from server import Certificates

Signer = tuple[x509.Name, ec.EllipticCurvePrivateKey]


def make_certificates(folder: Path) -> Certificates:
    """Write what is needed into a folder."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(_name("daihuo test authority"), authority_key, None, "", is_authority=True)
    file = folder / "authority.pem"
    file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    signer = (authority.subject, authority_key)
    return Certificates(
        authority_file=str(file),
        trusted=_context(folder, "trusted", signer),
        self_signed=_context(folder, "self_signed", None),
        expired=_context(folder, "expired", signer, days=-2),
        other_host=_context(folder, "other_host", signer, address="192.0.2.7"),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _context(
    folder: Path, name: str, signer: Signer | None, address: str = "127.0.0.1", days: int = 30
) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(_name(name), key, signer, address, days=days)
    file = folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _certificate(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: Signer | None,
    address: str,
    *,
    days: int = 30,
    is_authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    issuer, issuer_key = signer or (name, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
