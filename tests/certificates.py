"""An organ's key and certificate, made for one run, and a service elsewhere that signs files with them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto.x509 import Certificate as Trusted
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko_certvalidator import ValidationContext

ORGAN = "滨海市委市政府督查室"
PASSWORD = b"pass"

Key = tuple[rsa.RSAPrivateKey, x509.Certificate]


def made_key() -> Key:
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGAN)])
    usage = x509.KeyUsage(True, True, *[False] * 7)
    made = (
        x509.CertificateBuilder(name, name, private.public_key(), 7)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=9))
        .add_extension(usage, critical=True)
    )
    return private, made.sign(private, hashes.SHA256())


def locked(key: Key) -> bytes:
    """Both as a PKCS#12 file."""
    return pkcs12.serialize_key_and_certificates(
        b"seal", key[0], key[1], None, BestAvailableEncryption(PASSWORD)
    )


def trusting(key: Key) -> ValidationContext:
    """A reader who knows the organ's certificate."""
    return ValidationContext(trust_roots=[Trusted.load(key[1].public_bytes(Encoding.DER))])


def signed_elsewhere(pdf: bytes, key: Key, before: Callable[[Any], object] = lambda _: None) -> bytes:
    """The file with a signature behind it; `before` is what the service does to it first."""
    signer = signers.SimpleSigner.load_pkcs12_data(locked(key), other_certs=(), passphrase=PASSWORD)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    before(writer)
    about = PdfSignatureMetadata(field_name="Outside", md_algorithm="sha256")
    signed: bytes = signers.sign_pdf(writer, about, signer=signer).getvalue()
    return signed
