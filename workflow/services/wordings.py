"""The wording of papers and mails as the office edits it: list, show, compare, copy, proof-read, look back.

All but looking back needs no database: an office tries its words before anything is installed.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from notifications import proofing, wording_files
from notifications.document import Document
from notifications.errors import NoticeUnrenderable
from notifications.proofing import FAULT, Finding
from notifications.stationery import Stationery, check_kind, load_any
from workflow.errors import ConfigurationError, NotFound
from workflow.services.office import Office
from workflow.services.printing import printed
from workflow.settings import Settings
from workflow.storage import wordings
from workflow.storage.session import reading

PACKAGED, OWN = "packaged", "office"


def overview(settings: Settings) -> list[dict[str, Any]]:
    """Every kind with its files: where each comes from, the hash of the whole, and whether it is changed.

    A kind that cannot be used has no hash, and says why under `error`.
    """
    folder = _folder(settings.templates)
    return [_row(kind, label, folder) for kind, label in wording_files.kinds().items()]


def _row(kind: str, label: str, folder: Path | None) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": kind, "label": label, "from": PACKAGED, "changed": False, "files": []}
    try:
        row["files"] = [_file(name, folder) for name in wording_files.names_of(kind).values()]
        wording = load_any(kind, folder)
    except NoticeUnrenderable as refusal:
        return {**row, "from": OWN, "changed": True, "digest": None, "error": refusal.as_json()}
    own = any(one["from"] == OWN for one in row["files"])
    changed = any(one["changed"] for one in row["files"])
    return {
        **row,
        "from": OWN if own else PACKAGED,
        "changed": changed,
        "digest": wording.digest,
        "error": None,
    }


def _file(name: str, folder: Path | None) -> dict[str, Any]:
    file = wording_files.read(name, folder)
    changed = file.own and file.text != wording_files.packaged(name)
    return {"file": name, "from": OWN if file.own else PACKAGED, "changed": changed}


def show(settings: Settings, kind: str, *, packaged: bool = False) -> list[dict[str, Any]]:
    """The files of a kind with their text, as they are used now, or as they came with this release."""
    _check_kind(kind)
    folder = None if packaged else _folder(settings.templates)
    files = [wording_files.read(name, folder) for name in wording_files.names_of(kind).values()]
    return [{"file": one.name, "from": OWN if one.own else PACKAGED, "text": one.text} for one in files]


def show_kept(office: Office, kind: str, start: str) -> list[dict[str, Any]]:
    """A wording that papers were issued with, by the beginning of its hash.

    Raises `NotFound` (`wording_unknown`) where there is none, or more than one.
    """
    _check_kind(kind)
    with reading(office.engine) as tx:
        found = wordings.kept_with(tx, kind, start)
    if len(found) != 1:
        told = "不止一种" if found else "没有"
        message = f"以“{start}”开头的用语{told}，可用duban template history {kind}查看。"
        raise NotFound(message, code="wording_unknown", kind=kind, digest=start)
    kept = Stationery.from_json(found[0])
    names = wording_files.names_of(kind)
    return [{"file": name, "from": "kept", "text": getattr(kept, part)} for part, name in names.items()]


def differences(settings: Settings, kind: str) -> list[dict[str, Any]]:
    """What the office changed in the files of a kind, as unified differences; unchanged ones are left out."""
    _check_kind(kind)
    folder = _folder(settings.templates)
    return [one for name in wording_files.names_of(kind).values() for one in _difference(name, folder)]


def _difference(name: str, folder: Path | None) -> Iterator[dict[str, Any]]:
    own, packaged = wording_files.read(name, folder), wording_files.packaged(name)
    if own.own and own.text != packaged:
        before, after = (text.splitlines() for text in (packaged, own.text))
        lines = difflib.unified_diff(before, after, f"自带/{name}", f"本单位/{name}", lineterm="")
        yield {"file": name, "lines": list(lines)}


def copy(settings: Settings, kind: str, *, seen: bool = False) -> dict[str, Any]:
    """Put the packaged files of a kind into the office's folder, to be edited; none is ever replaced.

    `seen` says that the office's files were compared with the packaged ones of this release. Raises
    `ConfigurationError` (`templates_unset`) where no folder is set.
    """
    _check_kind(kind)
    folder = settings.templates
    if folder is None:
        raise ConfigurationError(
            "还没有指定本单位的文书用语文件夹，请先设置DUBAN_TEMPLATES。", code="templates_unset"
        )
    names = list(wording_files.names_of(kind).values())
    written = [name for name in names if wording_files.copy(name, folder)]
    kept = [name for name in names if name not in written]
    for name in kept if seen else ():
        wording_files.mark_seen(name, folder)
    return {"folder": str(folder), "written": written, "kept": kept, "seen": seen}


def check(settings: Settings, kinds: Sequence[str], folder: Path | None = None) -> list[Finding]:
    """Proof-read kinds, all of them if none is named, with the office's folder or another before it is used.

    Everything is laid out and looked over. Raises NoticeUnrenderable (`kind_unknown`) for a kind there is
    none of; whatever is wrong with the wording is a finding.
    """
    for kind in kinds:
        _check_kind(kind)

    def printing(paper: Document) -> None:
        printed(paper, settings, issued_at=proofing.DATED)

    folder = folder or settings.templates
    wanted = kinds or list(wording_files.kinds())
    proofs = (one for kind in wanted for one in proofing.proof(kind, folder, printing=printing))
    return _found(folder, proofs, strays=not kinds)


def glance(settings: Settings) -> list[Finding]:
    """The fast part of `check`, over what the office has changed: nothing is laid out."""
    folder = settings.templates
    own = [kind for kind in wording_files.kinds() if folder and wording_files.is_touched(kind, folder)]
    return _found(folder, (one for kind in own for one in proofing.proof(kind, folder)), strays=True)


def _found(folder: Path | None, proofs: Iterable[Finding], *, strays: bool) -> list[Finding]:
    """What lies around in the folder, and what proof-reading finds; a folder that is gone is all there is."""
    try:
        found = _folder(folder)
        around = list(proofing.look_around(found)) if found and strays else []
    except NoticeUnrenderable as refusal:
        return [Finding(None, str(folder), None, FAULT, refusal.code, refusal.message.rstrip("。"))]
    return [*around, *proofs]


def history(office: Office, kind: str, *, most: int) -> list[dict[str, Any]]:
    """The wordings a kind was issued with, newest first, with the papers of each, at most `most`."""
    _check_kind(kind)
    now = _digest_now(office.settings, kind)
    with reading(office.engine) as tx:
        return [
            {
                "digest": one.digest,
                "in_force": one.digest == now,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "count": one.papers,
                "papers": [
                    {"number": row.number, "case": row.case, "issued_at": row.issued_at.isoformat()}
                    for row in wordings.issued_with(tx, kind, one.digest, most)
                ],
            }
            for one in wordings.wordings_of(tx, kind)
        ]


def _digest_now(settings: Settings, kind: str) -> str | None:
    """The hash of the wording in force; None while it cannot be used."""
    try:
        return load_any(kind, settings.templates).digest
    except NoticeUnrenderable:
        return None


def _check_kind(kind: str) -> None:
    check_kind(kind, wording_files.kinds())


def _folder(folder: Path | None) -> Path | None:
    """The office's folder, which must be there where one is set."""
    if folder is not None:
        wording_files.check_folder(folder)
    return folder
