"""Making an audit report: gathered, written whole, entered into the journal, and only then put in its place.

A report nobody wrote down leaves no file. Only who sees everything may have one made; matters that are sealed
for him are left out, and counted on the cover.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from notifications.report import Fact, Report, Table
from notifications.tabulating import MOST_PRINTED, typeset_report
from states.audit import Period
from states.errors import FactInvalid, NotPermitted
from states.office_time import office_day, office_minute
from states.vocabulary import ActorKind
from workflow.placing import beside, check_place, digest_of, put
from workflow.services.auditing import cover
from workflow.services.auditing.appointments import APPOINTED, REVOKED, Appointments
from workflow.services.auditing.cover import Log, log_of, rules_in_force
from workflow.services.auditing.gathering import Gathered, Gathering, Row
from workflow.services.auditing.naming import Names
from workflow.services.auditing.reading import ACTIVATED, recorded, rulebook
from workflow.services.auditing.sections import NAMES, RULES, table
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.letterheads import OFFICE, letterhead
from workflow.services.office import Office, Signature
from workflow.services.pasts import unit_names
from workflow.services.people import signer
from workflow.services.printing import fonts
from workflow.services.seeing import viewer_of
from workflow.services.sights import Sights
from workflow.storage import audits, queries, roles
from workflow.storage.session import reading, transaction
from workflow.workbooks.writing import write_workbook

ALWAYS = (ACTIVATED, APPOINTED, REVOKED)
MOST_DAYS = 3_660
"""Ten years: what one report may be of."""


def _write_pdf(path: Path, report: Report, office: Office, by: Signature) -> None:
    path.write_bytes(typeset_report(report, fonts(office.settings.fonts), made_at=by.recorded_at))


def _write_xlsx(path: Path, report: Report, office: Office, by: Signature) -> None:
    write_workbook(path, report, made_at=by.recorded_at)


XLSX = "xlsx"
FORMATS: Mapping[str, Callable[[Path, Report, Office, Signature], None]] = {
    XLSX: _write_xlsx,
    "pdf": _write_pdf,
}
"""How a report is written, by the format, which is the ending of its file as well; the workbook first."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made: what stands in it, where its files lie, and the journal's entry of it."""

    period: Period
    counts: Mapping[str, int]
    log: Log
    sections: Mapping[str, Sequence[Mapping[str, Any]]]
    files: Sequence[Mapping[str, str]]
    seq: int | None
    substitutions: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "counts": dict(self.counts),
            "log": self.log.as_json(),
            "files": list(self.files),
            "journal_seq": self.seq,
            "sections": {name: list(rows) for name, rows in self.sections.items()},
            "substitutions": list(self.substitutions),
        }


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one look at the database came to."""

    report: Report
    found: Gathered
    log: Log


def make_report(
    office: Office,
    period: Period,
    folder: Path,
    *,
    by: Signature,
    formats: Sequence[str] = tuple(FORMATS),
    force: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Made:
    """Make the report of a period, a file in `folder` for every format, and an entry that it was made.

    No entry (`seq` None) tells of one made by a role of the database that can only read.

    Raises `FactInvalid` (`report_format_unknown`, `report_period_too_long`, `report_too_long`,
    `report_needs_xlsx`, `period_in_the_future`), `NotPermitted` (`report_not_permitted`) for anybody
    who does not see everything, `FileRefused` (`export_exists`, `export_folder`), `NoticeUnrenderable`.
    """
    check_wanted(period, formats, by)
    places = {one: folder / f"审计报告-{period.first}-{period.last}.{one}" for one in formats}
    for file in places.values():
        check_place(file, force=force)
    with ExitStack() as stack:
        waiting = {one: stack.enter_context(beside(file)) for one, file in places.items()}
        with reading(office.engine) as tx:
            looked, may_write = _look(tx, office, period, by, progress), roles.may_write(tx)
        _check_printable(looked.report, formats)
        digests = _written(office, looked.report, waiting, by)
        seq = _enter(office, period, looked, digests, by) if may_write else None
        for one, file in waiting.items():
            put(file, places[one], force=force)
    files = [{"format": one, "file": str(places[one]), "sha256": digests[one]} for one in places]
    substitutions = fonts(office.settings.fonts).substitutions if "pdf" in formats else ()
    sections = {name: _told(one) for name, one in zip(NAMES, looked.report.tables, strict=True)}
    return Made(period, cover.counts(looked.found), looked.log, sections, files, seq, substitutions)


def check_wanted(period: Period, formats: Sequence[str], by: Signature) -> None:
    """Raises `FactInvalid` for a period or a format no report is made of, as `make_report` says."""
    for one in formats:
        if one not in FORMATS:
            known = "、".join(FORMATS)
            raise FactInvalid(
                f"报告不能写成“{one[:20]}”，可用的格式：{known}。", code="report_format_unknown"
            )
    if (period.last - period.first).days >= MOST_DAYS:
        raise FactInvalid("一份报告最多十年，请缩短期间。", code="report_period_too_long", most=MOST_DAYS)

    if period.first > office_day(by.recorded_at):
        message = f"期间自{period.first}起，尚未开始，没有可报告的；请核对年份和日期。"
        raise FactInvalid(message, code="period_in_the_future", first=period.first.isoformat())


def _look(
    tx: Connection, office: Office, period: Period, by: Signature, progress: Callable[[int], None]
) -> _Looked:
    sights = _sights(tx, office, by)
    journal = [recorded(row) for row in audits.entries_of_the_office(tx, period.since, period.before, ALWAYS)]
    told = [entry for entry in journal if entry is not None]
    rules = rulebook(tx, audits.rules_kept(tx), told)
    names = Names(queries.names_of_people(tx), unit_names(tx, period.before), rules)
    today, drawn = office_day(by.recorded_at), sights.over_all()
    gathering = Gathering(period, today, rules, names, Appointments(told), drawn=drawn)
    gathering.over_the_office(journal)
    for done in gathering.over_cases(tx, sights.sealed):
        progress(done)
    found, logged = gathering.found, log_of(tx)
    sections = {RULES: rules_in_force(tx, period, rules, told, found.under), **found.rows}
    made = cover.MadeBy(_issuer(tx, office, by), office_minute(by.recorded_at), _maker(tx, names, by))
    return _Looked(_report(period, made, cover.facts(period, made, logged, found), sections), found, logged)


def _check_printable(report: Report, formats: Sequence[str]) -> None:
    """What is too long to be printed whole is at least whole in the workbook beside it."""
    if XLSX not in formats and any(len(one.rows) > MOST_PRINTED for one in report.tables):
        message = f"本期有一节超过{MOST_PRINTED}件，PDF不能全部列出，请同时出具表格。"
        raise FactInvalid(message, code="report_needs_xlsx", most=MOST_PRINTED)


def _written(office: Office, report: Report, waiting: Mapping[str, Path], by: Signature) -> dict[str, str]:
    """Write every file; their hashes. What is signed on paper names the workbook it goes with."""
    digests: dict[str, str] = {}
    for one in (name for name in FORMATS if name in waiting):
        with_workbook = (*report.facts, *((("所附表格", f"sha256:{digests[XLSX]}"),) if digests else ()))
        FORMATS[one](waiting[one], replace(report, facts=with_workbook), office, by)
        digests[one] = digest_of(waiting[one])
    return digests


def _sights(tx: Connection, office: Office, by: Signature) -> Sights:
    """What whoever signs sees. Raises `NotPermitted` for who does not see everything that is not sealed."""
    sights = Sights(tx, office, viewer_of(by))
    if sights.sees_everything:
        return sights
    raise NotPermitted(
        "审计报告涉及全部事项和督查室工作日志，只能由督查室和审计人员出具。",
        code="report_not_permitted",
        person=by.person,
    )


def _report(
    period: Period, made: cover.MadeBy, facts: list[Fact], sections: Mapping[str, list[Row]]
) -> Report:
    return Report(
        title=cover.TITLE,
        facts=tuple(facts),
        notes=cover.BOUNDS,
        signatures=cover.SIGNATURES,
        foot=f"{made.office}审计报告（{period.first}至{period.last}），{made.when}出具",
        tables=tuple(table(one, sections[one]) for one in NAMES),
    )


def _issuer(tx: Connection, office: Office, by: Signature) -> str:
    return letterhead(tx, office.settings, OFFICE, office_day(by.recorded_at)).name


def _maker(tx: Connection, names: Names, by: Signature) -> str:
    """By whom it is made: a person, or whoever operates the machine."""
    if by.person is not None:
        return names.person(signer(tx, by.person))
    return f"{ActorKind.SYSTEM.label}操作人员" + (f"（账号{by.account}）" if by.account else "")


def _told(one: Table) -> list[dict[str, Any]]:
    """The rows of a section by the names of its columns."""
    ids = [column.id for column in one.columns]
    return [dict(zip(ids, row, strict=True)) for row in one.rows]


def _enter(office: Office, period: Period, looked: _Looked, digests: Mapping[str, str], by: Signature) -> int:
    """Enter into the journal that the report was made; the entry's seq."""
    details = {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "files": dict(digests),
        "counts": cover.counts(looked.found),
        "log": looked.log.entries,
    }
    with transaction(office.engine) as tx:
        person = signer(tx, by.person)
        batch = Batch(tx, office, by)
        seq = batch.note(Act("audit_reported", by.recorded_at, person, details))
        batch.flush()
    return seq
