"""A tiny time stamping authority (RFC 3161) and a calendar of OpenTimestamps, on loopback."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from opentimestamps.core.notary import PendingAttestation
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(0x80 | arc & 0x7F)
        body += bytes(reversed(digits))
    return der(6, body)


SEQUENCE, SET, OCTETS, NULL = 0x30, 0x31, 4, b"\x05\x00"
SHA256 = der(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"), NULL)
RSA = der(SEQUENCE, oid("1.2.840.113549.1.1.1"), NULL)
TST_INFO, SIGNED_DATA = oid("1.2.840.113549.1.9.16.1.4"), oid("1.2.840.113549.1.7.2")
CONTENT_TYPE, MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")


def children(data: bytes) -> Iterator[bytes]:
    """The elements inside of one element, each with tag and length."""
    place = 2 if data[1] < 128 else 2 + (data[1] & 0x7F)
    while place < len(data):
        size, start = data[place + 1], place + 2
        if size >= 128:
            count = size & 0x7F
            size, start = int.from_bytes(data[start : start + count], "big"), start + count
        yield data[place : start + size]
        place = start + size


class Authority:
    """Keys and certificates of an authority; `answer` makes the response to a request."""

    def __init__(self) -> None:
        self.root_key, self.root = self._certificate("Made-up Root", None)
        self.key, self.leaf = self._certificate("Made-up Time", (self.root_key, self.root))

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    def _certificate(
        self, name: str, issuer: tuple[rsa.RSAPrivateKey, x509.Certificate] | None
    ) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer[1].subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        )
        if issuer:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            made = made.add_extension(usage, critical=True)
        return key, made.sign(issuer[0] if issuer else key, hashes.SHA256())

    def answer(self, request: bytes) -> bytes:
        _, imprint, nonce, *_ = children(request)
        when = der(0x18, datetime.now(UTC).strftime("%Y%m%d%H%M%SZ").encode())
        info = der(SEQUENCE, number(1), oid("1.2.3.4"), imprint, number(7), when, nonce)
        attributes = der(
            SET,
            der(SEQUENCE, CONTENT_TYPE, der(SET, TST_INFO)),
            der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, sha256(info).digest()))),
        )
        signature = self.key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        issuer = der(SEQUENCE, self.leaf.issuer.public_bytes(), number(self.leaf.serial_number))
        signer = der(SEQUENCE, number(1), issuer, SHA256, b"\xa0" + attributes[1:], RSA, der(OCTETS, signature))
        signed = der(
            SEQUENCE,
            number(3),
            der(SET, SHA256),
            der(SEQUENCE, TST_INFO, der(0xA0, der(OCTETS, info))),
            der(0xA0, self.leaf.public_bytes(serialization.Encoding.DER)),
            der(SET, signer),
        )
        token = der(SEQUENCE, SIGNED_DATA, der(0xA0, signed))
        return der(SEQUENCE, der(SEQUENCE, number(0)), token)


def promise(digest: bytes) -> bytes:
    """What a calendar answers: a promise to have this digest in a block."""
    stamp = Timestamp(digest)
    stamp.attestations.add(PendingAttestation("https://calendar.example"))
    context = BytesSerializationContext()
    stamp.serialize(context)
    return bytes(context.getbytes())


@contextmanager
def services(authority: Authority) -> Iterator[str]:
    """The address of a server with `/tsa`, `/calendar/digest`, `/rubbish`, `/refused` and `/other`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            made = {
                "/tsa": lambda: authority.answer(asked),
                "/other": lambda: authority.answer(asked.replace(asked[24:30], bytes(6))),
                "/refused": lambda: der(SEQUENCE, der(SEQUENCE, number(2))),
                "/calendar/digest": lambda: promise(asked),
                "/rubbish": lambda: b"rubbish",
                "/rubbish/digest": lambda: b"rubbish",
            }.get(self.path)
            data = made() if made else b""
            self.send_response(200 if made else 404)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
