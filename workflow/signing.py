"""The key that signs checkpoints: an Ed25519 seed in a file beside the secret, made once by `duban migrate`.

Its public half is announced in the office's journal; people keep that on paper, so that a checkpoint signed
by anybody else is recognised. While the key is changed the file holds two, and the journal says which signs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from states.evidence.checkpoint import Checkpoint
from workflow.errors import ConfigurationError
from workflow.secret import Key, make_secret, new_key, write_keys

SUFFIX = ".signing"
ANNOUNCED, ROTATED = "signing_key_announced", "signing_key_rotated"
KEY_KINDS = (ANNOUNCED, ROTATED)
"""Entries of the journal that announce a key, or hand on to another."""

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


def make_signing_key(secret_file: Path) -> list[SigningKey]:
    """The signing keys beside this secret, one made unless there is any. Raises `ConfigurationError`."""
    make_secret(signing_file(secret_file))
    return read_signing_keys(secret_file)


def add_signing_key(secret_file: Path) -> SigningKey:
    """Append a new key, whole or not at all. Raises `ConfigurationError` (`secret_unwritable`)."""
    key = SigningKey(new_key().value)
    _write(secret_file, [*read_signing_keys(secret_file), key])
    return key


def keep_signing_key(secret_file: Path, key: SigningKey) -> None:
    """Let go of every other key: what a former one signed is proved by its public half.

    Raises `ConfigurationError` (`secret_unwritable`).
    """
    if read_signing_keys(secret_file) != [key]:
        _write(secret_file, [key])


def read_signing_key(secret_file: Path, public: str | None = None) -> SigningKey:
    """The signing key with this public half; the newest where none is named.

    Raises `ConfigurationError` when it is absent (`signing_key_missing`, `signing_key_unknown`) or no key.
    """
    keys = read_signing_keys(secret_file)
    found = keys[-1] if public is None else next((key for key in keys if key.public == public), None)
    if found is None:
        message = (
            f"签名密钥{signing_file(secret_file)}不是日志登记的现用密钥，不能签发检查点；请从更换密钥的主机复制该文件，"
            "确已丢失的，移走该文件后运行duban migrate另造一个。"
        )
        raise ConfigurationError(message, code="signing_key_unknown", public=public)
    return found


def read_signing_keys(secret_file: Path) -> list[SigningKey]:
    """The signing keys beside this secret, oldest first: one, or two while it is changed.

    Raises `ConfigurationError` when there is none or the file holds anything else.
    """
    path = signing_file(secret_file)
    try:
        seeds = [
            bytes.fromhex(line) for line in path.read_text(encoding="ascii").splitlines() if line.strip()
        ]
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"找不到签名密钥{path}，请从备份恢复，或运行duban migrate另造一个。", code="signing_key_missing"
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not seeds or any(len(seed) != SEED_BYTES for seed in seeds):
        raise _unreadable(path)
    return [SigningKey(seed) for seed in seeds]


def _write(secret_file: Path, keys: Iterable[SigningKey]) -> None:
    write_keys(signing_file(secret_file), [Key(key.seed) for key in keys])


def on_paper(public: str) -> str:
    """A public key as people copy it by hand: in groups of four digits."""
    return " ".join(public[start : start + GROUP] for start in range(0, len(public), GROUP))


def _unreadable(path: Path) -> ConfigurationError:
    message = f"签名密钥{path}无法读取，请核对文件和权限，或从备份恢复。"
    return ConfigurationError(message, code="signing_key_unreadable")
