"""DKIM read by RFC 6376 alone, with nothing of the library that signs: canonicalise, hash, verify."""

import base64
import hashlib
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FIELD = re.compile(rb"([!-9;-~]+):((?:.*\r\n)(?:[ \t].*\r\n)*)")


def tags_of(data: bytes) -> dict[str, str]:
    """The tags of the first header, which must be the signature (3.2)."""
    name, value = FIELD.match(data).groups()
    assert name.lower() == b"dkim-signature"
    pairs = (one.partition("=") for one in value.decode("ascii").split(";") if one.strip())
    return {tag.strip(): re.sub(r"\s+", "", told) for tag, _, told in pairs}


def verify(data: bytes, public: RSAPublicKey | Ed25519PublicKey) -> dict[str, str]:
    """The tags of a signature that holds. Raises `InvalidSignature` or fails where it does not."""
    head, _, body = data.partition(b"\r\n\r\n")
    fields, tags = FIELD.findall(head + b"\r\n"), tags_of(data)
    assert (tags["v"], tags["c"]) == ("1", "relaxed/relaxed")
    assert base64.b64decode(tags["bh"]) == hashlib.sha256(_body(body)).digest()
    signed = b"".join(_taken(fields[1:], tags["h"].split(":"))) + _own(fields[0])
    signature = base64.b64decode(tags["b"])
    if isinstance(public, RSAPublicKey):
        assert tags["a"] == "rsa-sha256"
        public.verify(signature, signed, PKCS1v15(), hashes.SHA256())
    else:  # RFC 8463: the hash is what is signed
        assert tags["a"] == "ed25519-sha256"
        public.verify(signature, hashlib.sha256(signed).digest())
    return tags


def _taken(fields: list[tuple[bytes, bytes]], names: list[str]) -> list[bytes]:
    """The fields that are named, each name taking the last one still left (5.4.2)."""
    left, taken = list(fields), []
    for name in names:
        found = [one for one in left if one[0].lower() == name.lower().encode()]
        if found:
            taken.append(_field(*found[-1]))
            left.reverse()
            left.remove(found[-1])
            left.reverse()
    return taken


def _own(field: tuple[bytes, bytes]) -> bytes:
    """The signature's own header, with nothing in b= and no line end (3.7)."""
    return _field(field[0], re.sub(rb"(;\s*b\s*=)[^;]*", rb"\1", field[1])).removesuffix(b"\r\n")


def _field(name: bytes, value: bytes) -> bytes:
    """relaxed, 3.4.2: lower-case name, unfolded, white space as one blank and none at the ends."""
    unfolded = value.replace(b"\r\n", b"")
    return name.lower() + b":" + re.sub(rb"[ \t]+", b" ", unfolded).strip(b" ") + b"\r\n"


def _body(body: bytes) -> bytes:
    """relaxed, 3.4.4: blanks as one, none at the end of a line, no empty lines at the end."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
