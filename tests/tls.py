"""An authority nobody trusts until told to, and the certificates it gives out."""

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
DAY = timedelta(days=1)


class CertificateAuthority:
    """`pem` is the file of its root, as `SSL_CERT_FILE` would name it."""

    def __init__(self, folder: Path) -> None:
        self.pem = folder / "root.pem"
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("滨海市测试根证书")
        constraint = x509.BasicConstraints(ca=True, path_length=None)
        self._root = (
            _dated(self._name, self._name, self._key, days=30)
            .add_extension(constraint, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem.write_bytes(self._root.public_bytes(Encoding.PEM))

    def server_context(self, host: str = LOOPBACK, *, days: int = 10) -> ssl.SSLContext:
        """For a server of that name; the certificate runs out in so many days, negative for long ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_subject(host)])
        certificate = (
            _dated(_named(host), self._name, key, days=days)
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        place = self._folder / f"{host}{days}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        place.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place)
        return context


@cache
def authority() -> CertificateAuthority:
    """One for the whole run."""
    return CertificateAuthority(Path(mkdtemp(prefix="authority")))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _subject(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host == LOOPBACK else x509.DNSName(host)


def _dated(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int
) -> x509.CertificateBuilder:
    ends = datetime.now(UTC) + days * DAY
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    return builder.not_valid_before(ends - 60 * DAY).not_valid_after(ends)
