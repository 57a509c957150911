"""The installation's key: 32 random bytes in a file outside the database, made once by `duban migrate`."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from workflow.errors import ConfigurationError

KEY_BYTES = 32


@dataclass(frozen=True)
class Secret:
    """The key and the short public name it goes by in entries."""

    key: bytes

    @cached_property
    def key_id(self) -> str:
        return hashlib.sha256(b"duban/key-id\x00" + self.key).hexdigest()[:16]


def make_secret(path: Path) -> None:
    """Write a new key unless there is one. The file is readable by its owner only, and whole from the start.

    Raises `ConfigurationError` when it cannot be written.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
            path.hardlink_to(file.name)
    except FileExistsError:
        return  # another process was quicker, and its key is the one
    except OSError as error:
        raise ConfigurationError(
            f"密钥文件{path}无法写入，请核对DUBAN_SECRET_FILE及文件夹权限。", code="secret_unwritable"
        ) from error


def read_secret(path: Path) -> Secret:
    """The key in the file. Raises `ConfigurationError` when it is absent or not a key."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"找不到密钥文件{path}，请先运行duban migrate。", code="secret_missing"
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"密钥文件{path}无法读取。", code="secret_unreadable") from error
    if len(key) < KEY_BYTES:
        raise ConfigurationError(f"密钥文件{path}内容不完整，请从备份恢复。", code="secret_short")
    return Secret(key)
