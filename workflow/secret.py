"""The installation's keys: a file outside the database, one key of 32 random bytes to a line, oldest first.

The first is made by `duban migrate`, another by `duban evidence rotate`. Which one is in force, the database
says by its short public name; former ones are kept, because they prove what was written with them.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from workflow import placing
from workflow.errors import ConfigurationError

KEY_BYTES = 32


@dataclass(frozen=True)
class Key:
    """A key and the short public name it goes by in entries."""

    value: bytes = field(repr=False)

    @cached_property
    def id(self) -> str:
        return hashlib.sha256(b"duban/key-id\x00" + self.value).hexdigest()[:16]


@dataclass(frozen=True)
class Secret:
    """The keys of the file as they were last read, by their names."""

    path: Path
    keys: dict[str, Key]

    @property
    def newest(self) -> Key:
        """The key that was added last."""
        return list(self.keys.values())[-1]

    def find(self, key_id: str) -> Key | None:
        """The key of this name, None for one that is not here."""
        return self.keys.get(key_id)

    def named(self, key_id: str) -> Key:
        """The key of this name; the file is read again for one that came since.

        Raises `ConfigurationError` (`key_unknown`).
        """
        if key_id not in self.keys:
            self.read_again()
        if key_id not in self.keys:
            raise ConfigurationError(
                f"密钥文件{self.path}中没有现用的密钥{key_id}，无法记载；请从备份恢复该文件，或者从更换密钥的主机"
                "复制。确已丢失的，由维护人员启用新密钥。",
                code="key_unknown",
                key=key_id,
            )
        return self.keys[key_id]

    def read_again(self) -> None:
        """Take up the keys that another process has added meanwhile. Who never had any goes on without."""
        if self.keys or self.path.exists():
            self.keys.update(read_secret(self.path).keys)

    def add(self) -> Key:
        """Append a new key to the file, whole or not at all; its owner and mode stay as they are.

        Raises `ConfigurationError` (`secret_unwritable`).
        """
        key = new_key()
        write_keys(self.path, [*read_secret(self.path).keys.values(), key])
        self.keys[key.id] = key
        return key


def new_key() -> Key:
    """A key nobody has seen."""
    return Key(secrets.token_bytes(KEY_BYTES))


def make_secret(path: Path) -> None:
    """Write a new key unless there is one. The file is readable by its owner only, and whole from the start.

    Raises `ConfigurationError` when it cannot be written.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as file:
            _write_through(file, _as_text([new_key()]))
            path.hardlink_to(file.name)
    except FileExistsError:
        return  # another process was quicker, and its key is the one
    except OSError as error:
        raise _unwritable(path) from error


def read_secret(path: Path) -> Secret:
    """The keys in the file. Raises `ConfigurationError` when it is absent or holds anything but keys."""
    try:
        values = [bytes.fromhex(line) for line in path.read_text().splitlines() if line.strip()]
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"找不到密钥文件{path}，请维护人员先初始化。", code="secret_missing"
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"密钥文件{path}无法读取。", code="secret_unreadable") from error
    if not values or any(len(value) < KEY_BYTES for value in values):
        raise ConfigurationError(f"密钥文件{path}内容不完整，请从备份恢复。", code="secret_short")
    return Secret(path, {key.id: key for key in map(Key, values)})


def write_keys(path: Path, keys: Iterable[Key]) -> None:
    """Put these keys in the file in place of what it holds, whole or not at all.

    Raises `ConfigurationError` (`secret_unwritable`).
    """
    try:
        _replace(path.resolve(), _as_text(keys))
    except OSError as error:
        raise _unwritable(path) from error


def _as_text(keys: Iterable[Key]) -> str:
    return "".join(f"{key.value.hex()}\n" for key in keys)


def _replace(path: Path, content: str) -> None:
    """Put a file in place of the former; a power cut leaves the one or the other."""
    former = path.stat()
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            os.fchown(file.fileno(), former.st_uid, former.st_gid)
            os.fchmod(file.fileno(), former.st_mode & 0o777)
            _write_through(file, content)
            Path(file.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise
    placing.sync(path.parent)


def _write_through(file: Any, content: str) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _unwritable(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"密钥文件{path}无法写入，请核对DUBAN_SECRET_FILE及文件夹权限。", code="secret_unwritable"
    )
