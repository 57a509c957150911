"""The key that signs checkpoints: an Ed25519 seed in a file beside the secret, made once by `duban migrate`.

Its public half is announced in the office's journal; people keep that on paper, so that a checkpoint signed
by anybody else is recognised.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from states.evidence.checkpoint import Checkpoint
from workflow.errors import ConfigurationError
from workflow.secret import make_secret

SUFFIX = ".signing"
SEED_BYTES = 32
GROUP = 4


@dataclass(frozen=True)
class SigningKey:
    """A key in hand; `public` is its public half in hex."""

    seed: bytes

    @cached_property
    def public(self) -> str:
        return self._key.public_key().public_bytes_raw().hex()

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, checkpoint: Checkpoint) -> Checkpoint:
        """The checkpoint signed; it names this key already."""
        return checkpoint.signed(self._key.sign(checkpoint.signed_part.encode()).hex())


def is_signed(checkpoint: Checkpoint) -> bool:
    """Whether the key a checkpoint names has signed exactly its lines."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.key))
        public.verify(bytes.fromhex(checkpoint.signature), checkpoint.signed_part.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_file(secret_file: Path) -> Path:
    """Where the signing key of the installation with this secret lies."""
    return secret_file.with_name(secret_file.name + SUFFIX)


def make_signing_key(secret_file: Path) -> SigningKey:
    """The signing key beside this secret, made unless there is one. Raises `ConfigurationError`."""
    make_secret(signing_file(secret_file))
    return read_signing_key(secret_file)


def read_signing_key(secret_file: Path) -> SigningKey:
    """The signing key beside this secret. Raises `ConfigurationError` when it is absent or no key."""
    path = signing_file(secret_file)
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"找不到签名密钥{path}，请从备份恢复，或运行duban migrate另造一个。", code="signing_key_missing"
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if len(seed) != SEED_BYTES:
        raise _unreadable(path)
    return SigningKey(seed)


def on_paper(public: str) -> str:
    """A public key as people copy it by hand: in groups of four digits."""
    return " ".join(public[start : start + GROUP] for start in range(0, len(public), GROUP))


def _unreadable(path: Path) -> ConfigurationError:
    message = f"签名密钥{path}无法读取，请核对文件和权限，或从备份恢复。"
    return ConfigurationError(message, code="signing_key_unreadable")
