"""How each kind of long work is done: by the command line's own service for it, into a folder of its own."""

import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from states.audit import Period
from states.errors import FactInvalid
from states.evidence.checkpoint import parse
from states.office_time import office_day
from states.vocabulary import Labelled, Role
from workflow.evidence.export import VERIFIER
from workflow.services import auditing, exporting, register_export, register_filters, verification
from workflow.services.access import shown_case
from workflow.services.audit_rights import check_may_audit
from workflow.services.auditing.sections import DEVIATIONS
from workflow.services.office import Office, Signature
from workflow.services.register_export import Taking
from workflow.services.register_filters import Asked
from workflow.services.seeing import Onlooker
from workflow.storage import audit_works
from workflow.storage.session import reading

MOST_FINDINGS, MOST_DEVIATIONS = 2_000, 200
NAMED_OF_DEVIATION = ("case", "seq", "what", "code")
"""Nothing people said is kept here, where no redaction would look for it."""

Given = Mapping[str, Any]
Hear = Callable[[int], None]


class Kind(Labelled):
    """What can be asked for."""

    VERIFICATION = "verification", "核验历史"
    EXPORT = "export", "导出历史"
    REPORT = "report", "出具审计报告"
    REGISTER = "register", "导出台账"


AUDITS = (Kind.VERIFICATION, Kind.EXPORT, Kind.REPORT)
"""What is asked for at the auditor's desk."""


@dataclass(frozen=True, slots=True)
class ExportForm:
    """A form of an export as it is chosen on a page: what it is for, its word, and the ending of its file."""

    label: str
    word: str
    suffix: str


FORMS: Mapping[str, ExportForm] = {
    "jsonl": ExportForm("供独立核验（jsonl，附核验程序）", "jsonl", ".jsonl"),
    "csv": ExportForm("表格（csv，人员用化名）", "csv", ".csv"),
    "xes": ExportForm("事件日志（XES，人员用化名）", "xes", ".xes"),
    "ocel-json": ExportForm("事件日志（OCEL 2.0 json，人员用化名）", "ocel", ".json"),
    "ocel-sqlite": ExportForm("事件日志（OCEL 2.0 sqlite，人员用化名）", "ocel", ".sqlite"),
}


@dataclass(frozen=True, slots=True)
class Doing:
    """A kind of work: what is checked when it is asked for, about how much it is, and how it is done; who
    `may` ask for it and look after it.

    `do` writes its files into a folder and returns what came of it; with files their `name` and `size`. Of
    what was asked is kept, once it is done, what is `told` of it.
    """

    check: Callable[[Office, Given, Signature], None]
    count: Callable[[Connection], int]
    do: Callable[[Office, Given, Path, Signature, Hear], dict[str, Any]]
    is_for_all: bool = False
    may: Callable[[Connection, Onlooker, Collection[Role]], None] = check_may_audit
    told: Callable[[Given], Given] = lambda given: given


def _check_verification(office: Office, given: Given, by: Signature) -> None:
    """Raises `CheckpointInvalid`."""
    if given.get("checkpoint"):
        parse(given["checkpoint"])


def _verify(office: Office, given: Given, folder: Path, by: Signature, hear: Hear) -> dict[str, Any]:
    with TemporaryDirectory(dir=folder) as aside:
        since = _witness(Path(aside), given.get("checkpoint"))
        told = verification.verify(office, since=since, progress=hear).as_json()
    found, noted = len(told["findings"]), len(told["notices"])
    told |= {name: told[name][:MOST_FINDINGS] for name in ("findings", "notices")}
    return told | {"found": found, "noted": noted}


def _witness(folder: Path, text: str | None) -> Path | None:
    """The checkpoint that came with the question, as a file under a name of its own."""
    if not text:
        return None
    file = folder / f"checkpoint-{parse(text).number:06}.txt"
    file.write_text(text, encoding="utf-8", newline="")
    return file


def _check_export(office: Office, given: Given, by: Signature) -> None:
    """Raises `FactInvalid` (`export_form_unknown`), `NotFound`, `NotPermitted`."""
    if given["form"] not in FORMS:
        raise FactInvalid("没有这种格式，请从列表中选择。", code="export_form_unknown", particular="form")
    if given.get("case"):
        with reading(office.engine) as tx:
            shown_case(tx, office, given["case"], Onlooker(str(by.person), by.recorded_at))


def _export(office: Office, given: Given, folder: Path, by: Signature, hear: Hear) -> dict[str, Any]:
    form = FORMS[given["form"]]
    file = folder / f"历史-{office_day(by.recorded_at)}{form.suffix}"
    done = exporting.export_history(
        office, file, form.word, by=by, case=given.get("case"), reason=given.get("reason"), force=True,
        words=bool(given.get("words")), progress=hear,
    )  # fmt: skip
    verifier = folder / VERIFIER
    handed = _packed(file.with_suffix(".zip"), [file, verifier]) if verifier.exists() else file
    told = {name: value for name, value in done.as_json().items() if name not in ("file", "left_out")}
    return told | {"unreadable": len(done.unreadable)} | _named(handed)


def _check_report(office: Office, given: Given, by: Signature) -> None:
    """Raises `FactInvalid` (`period_reversed`, `report_period_too_long`, `period_in_the_future`)."""
    auditing.check_wanted(_period(given), tuple(auditing.FORMATS), by)


def _report(office: Office, given: Given, folder: Path, by: Signature, hear: Hear) -> dict[str, Any]:
    period = _period(given)
    made = auditing.make_report(office, period, folder, by=by, force=True, progress=hear)
    files = [Path(one["file"]) for one in made.files]
    handed = _packed(folder / f"审计报告-{period.first}-{period.last}.zip", files)
    rows = made.sections[DEVIATIONS][:MOST_DEVIATIONS]
    return {
        "counts": dict(made.counts),
        "sections": {name: len(some) for name, some in made.sections.items()},
        "deviations": [{name: row[name] for name in NAMED_OF_DEVIATION} for row in rows],
        "sha256": {Path(one["file"]).name: one["sha256"] for one in made.files},
        "journal_seq": made.seq,
        **_named(handed),
    }


def _check_register(office: Office, given: Given, by: Signature) -> None:
    """Raises `FactInvalid` (`filters_invalid`) for what cannot be looked for."""
    viewer = Onlooker(str(by.person), by.recorded_at)
    with reading(office.engine) as tx:
        whole = register_export.sees_whole(tx, viewer)
        known = register_filters.known_in(tx, office, whole=whole)
        register_filters.read(Asked(**given["asked"]), known).check()


def _take_register(office: Office, given: Given, folder: Path, by: Signature, hear: Hear) -> dict[str, Any]:
    taking = Taking(given["form"], given["encoding"], progress=lambda read, _: hear(read))
    file = folder / f"督办台账-{office_day(by.recorded_at)}.{given['form']}"
    wanted = Asked(**given["asked"]), frozenset(given["columns"])
    lines = register_export.export_shown(office, file, *wanted, by=by, taking=taking)
    file.chmod(0o600)
    return {"cases": lines, **_named(file)}


def _may_take(tx: Connection, by: Onlooker, known: Collection[Role]) -> None:
    register_export.sees_whole(tx, by)


def _without_words(given: Given) -> Given:
    """By what was looked for, and not the words, which may be those of a matter."""
    return {"form": given["form"], "filters": sorted(Asked(**given["asked"]).given)}


def _period(given: Given) -> Period:
    return Period(date.fromisoformat(given["first"]), date.fromisoformat(given["last"]))


def _packed(place: Path, files: Sequence[Path]) -> Path:
    """The files in one, in place of them."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.name)
            file.unlink()
    place.chmod(0o600)
    return place


def _named(file: Path) -> dict[str, Any]:
    return {"name": file.name, "size": file.stat().st_size}


DOINGS: Mapping[Kind, Doing] = {
    Kind.VERIFICATION: Doing(_check_verification, audit_works.count_entries, _verify, is_for_all=True),
    Kind.EXPORT: Doing(_check_export, audit_works.count_cases, _export),
    Kind.REPORT: Doing(_check_report, audit_works.count_cases, _report),
    Kind.REGISTER: Doing(
        _check_register, audit_works.count_cases, _take_register, may=_may_take, told=_without_words
    ),
}
