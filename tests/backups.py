"""Backups made, opened at another place and put back, on any office."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.builders import at, signed
from workflow.backup.manifest import MANIFEST, SEAL, Seal
from workflow.services import backing_up, putting_back
from workflow.services.backing_up import BackedUp
from workflow.services.office import Office, open_office
from workflow.services.putting_back import PutBack
from workflow.settings import Settings
from workflow.signing import signing_file

NOW, LATER = at(2026, 7, 23), at(2026, 7, 24)


def with_keys(office: Office, settings: Settings) -> Settings:
    """The keys come by a road of their own."""
    for path in (office.settings.secret_file, signing_file(office.settings.secret_file)):
        shutil.copy(path, settings.secret_file.parent)
    return settings


def backed_up(office: Office, name: str = "备份.duban", when: datetime = NOW) -> tuple[Path, BackedUp]:
    """A backup beside the keys; its file, and what is told of it."""
    file = office.settings.secret_file.parent / name
    return file, backing_up.back_up(office, file, at=when, by=signed(None, when))


def put_back(settings: Settings, file: Path, when: datetime = LATER) -> PutBack:
    """What is told of a restore."""
    return putting_back.put_back(settings, file, at=when, by=signed(None, when))


@contextmanager
def opened(settings: Settings) -> Iterator[Office]:
    """The office that lies there."""
    office = open_office(settings)
    yield office
    office.engine.dispose()


def seal_anew(archive: ZipFile, told: dict[str, Any], office: Office) -> None:
    """Put the manifest behind the parts of a backup, sealed with the key of the office."""
    manifest = json.dumps(told).encode()
    archive.writestr(MANIFEST, manifest)
    archive.writestr(SEAL, Seal.of(manifest, office.secret.newest).model_dump_json())
