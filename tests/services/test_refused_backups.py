"""What is no whole backup of this office's is refused before anything of it is written."""

import json
import os
import shutil
import zipfile

import pytest

from tests.backups import backed_up, put_back, seal_anew, with_keys
from tests.builders import a_case
from tests.conftest import settings_in
from workflow.backup.manifest import FILES, MANIFEST, SEAL
from workflow.errors import BackupRefused


def cut(file, broken, _):
    broken.write_bytes(file.read_bytes()[:-200])
    return "backup_damaged"


def a_byte(file, broken, _):
    """In the middle of the first part, behind its header."""
    data = bytearray(file.read_bytes())
    data[2_000] ^= 1
    broken.write_bytes(data)
    return "backup_damaged"


def rebuilt(file, broken, office, change, told=lambda one: one):
    """The same backup with parts changed, and its manifest, sealed anew by whoever has the key."""
    with zipfile.ZipFile(file) as former, zipfile.ZipFile(broken, "w") as now:
        manifest = told(json.loads(former.read(MANIFEST)))
        for name in manifest["parts"]:
            now.writestr(name, change(name, former.read(name)))
        seal_anew(now, manifest, office)
    return "backup_damaged"


def a_row(file, broken, office):
    """One digit of one row, under a manifest that says otherwise."""
    return rebuilt(file, broken, office, lambda name, data: data.replace(b'"BH212"', b'"BH213"', 1))


def newer(file, broken, office):
    rebuilt(file, broken, office, lambda _, data: data, lambda told: told | {"schema_version": "9999"})
    return "backup_newer"


def format_(file, broken, office):
    rebuilt(file, broken, office, lambda _, data: data, lambda told: told | {"format": "duban-backup/2"})
    return "backup_format"


def foreign(file, broken, _):
    broken.write_bytes(b"PK" + os.urandom(500))
    return "backup_damaged"


def a_path(file, broken, office):
    """A name that would lead out of the folder."""

    def told(manifest):
        parts = {("../../x" if name == FILES else name): part for name, part in manifest["parts"].items()}
        return manifest | {"parts": parts}

    with zipfile.ZipFile(file) as former, zipfile.ZipFile(broken, "w") as now:
        manifest = told(json.loads(former.read(MANIFEST)))
        for name in manifest["parts"]:
            now.writestr(name, former.read(FILES if ".." in name else name))
        seal_anew(now, manifest, office)
    return "backup_damaged"


def bomb(file, broken, office):
    """A part that unpacks to far more than the manifest tells."""
    with zipfile.ZipFile(file) as former, zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as now:
        manifest = json.loads(former.read(MANIFEST))
        for name in manifest["parts"]:
            now.writestr(name, bytes(300 << 20) if name == FILES else former.read(name))
        seal_anew(now, manifest, office)
    return "backup_damaged"


def twice(file, broken, _):
    shutil.copy(file, broken)
    with zipfile.ZipFile(broken, "a") as now, pytest.warns(UserWarning, match="Duplicate"):
        now.writestr(FILES, b"")
    return "backup_damaged"


def a_part(file, broken, office):
    """A table left out, of the manifest too."""

    def without(manifest):
        tables = [one for one in manifest["tables"] if one["name"] != "holds"]
        parts = {name: part for name, part in manifest["parts"].items() if "holds" not in name}
        return manifest | {"tables": tables, "parts": parts}

    return rebuilt(file, broken, office, lambda _, data: data, without)


def forged(file, broken, office):
    """Everything fits, but whoever made it lacks the key."""
    with zipfile.ZipFile(broken, "w") as now, zipfile.ZipFile(file) as former:
        for name in former.namelist()[:-1]:
            now.writestr(name, former.read(name))
        told = json.loads(former.read(SEAL))
        now.writestr(SEAL, json.dumps(told | {"code": "0" * 64}))
    return "backup_forged"


DAMAGES = {
    "cut": cut,
    "byte": a_byte,
    "row": a_row,
    "newer": newer,
    "format": format_,
    "foreign": foreign,
    "path": a_path,
    "bomb": bomb,
    "twice": twice,
    "part": a_part,
    "forged": forged,
}


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_whole_backup_of_ours_is_refused_before_anything_is_written(office, tmp_path, damage):
    a_case(office)
    file, _ = backed_up(office)
    broken = tmp_path / "broken.duban"
    code = DAMAGES[damage](file, broken, office)
    folder = tmp_path / "there"
    folder.mkdir()
    settings = with_keys(office, settings_in(folder, f"sqlite:///{folder / 'duban.db'}"))
    with pytest.raises(BackupRefused) as refused:
        put_back(settings, broken)
    assert refused.value.code == code
    assert {path.name for path in folder.rglob("*")} == {"duban.secret", "duban.secret.signing"}
