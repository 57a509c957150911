"""Playing the demonstration: people act on their days, the scheduler sweeps and sends each day."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from states.calendar import WorkCalendar
from states.office_time import OFFICE_ZONE
from states.particulars import FILES
from states.vocabulary import Role
from workflow.demo import outside
from workflow.demo.cast import leave_waiting, let_in
from workflow.demo.catcher import MailCatcher
from workflow.demo.matters import CLERK, DIRECTOR, MATTERS, OFFICER, UNIT, UNIT_HEAD, Beat, Matter
from workflow.errors import FolderNotEmpty
from workflow.services import (
    authorisation,
    cases,
    digests,
    directories,
    escalations,
    importing,
    register,
    verification,
)
from workflow.services.demonstration import MARK
from workflow.services.files import fetch
from workflow.services.importing import ImportReport
from workflow.services.installation import install
from workflow.services.office import Signature
from workflow.services.outbox.sending import send_due
from workflow.services.sweep import sweep
from workflow.services.verification import Verification
from workflow.settings import Settings
from workflow.storage import queries
from workflow.storage.session import reading

FIRST_DAY, LAST_DAY = date(2026, 7, 1), date(2026, 11, 20)
ENDS = 10, 10
"""Hour and minute of the last day at which the story is over."""

SERIES = "滨督办"
PRINCIPAL = "顾砚清"
DIRECTORY, REGISTER = "单位名录.xlsx", "台账-样例.xlsx"
OWN_FILES = ("duban.db", "duban.db-wal", "duban.db-shm", "duban.secret", "duban.secret.mark")
OWN_FOLDERS = ("files", "mails", "papers", "evidence")
HOLDERS = {UNIT: Role.LIAISON, UNIT_HEAD: Role.UNIT_HEAD}
ANSWERING = ("市农业农村局", "市文化和旅游局")
"""Units that answer their inquiry; the others let it lapse."""

QUESTION = "该事项逾期未结，收到提醒函后仍未完成的原因是什么，采取了哪些措施，何时能够办结"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """What the demonstration came to by the instant `until`."""

    out: Path
    until: datetime
    taken_over: ImportReport
    listed: list[register.Listed]
    escalations: dict[str, Counter[str]]
    documents: int
    mails: int
    verified: Verification

    @property
    def day(self) -> date:
        return self.until.date()

    @property
    def exit_code(self) -> int:
        return self.verified.exit_code

    def as_json(self) -> dict[str, Any]:
        return {
            "out": str(self.out),
            "as_of": self.day.isoformat(),
            "cases": len(self.listed),
            "by_state": dict(Counter(one.facts.state for one in self.listed)),
            "by_light": dict(Counter(one.timeliness.light.value for one in self.listed)),
            "imported": self.taken_over.imported,
            "needs_person": self.taken_over.rows_waiting,
            "rejected": self.taken_over.rows_rejected,
            "escalations": {step: dict(states) for step, states in self.escalations.items()},
            "documents": self.documents,
            "mails": self.mails,
            "verified": self.verified.exit_code == 0,
            "verification": self.verified.as_json(),
            "papers": str(self.out / "papers"),
            "mail_folder": str(self.out / "mails"),
        }


def play(out: Path, *, progress: Progress | None = None) -> Result:
    """Play the whole story into the folder `out` and tell what came of it.

    What an earlier demonstration left there is made anew. Raises `FolderNotEmpty` for any other folder that
    holds something, and leaves it as it was.
    """
    _check_own(out)
    _clear(out)
    with MailCatcher(out / "mails") as catcher:
        stage = _Stage(out, catcher.url)
        try:
            taken_over = stage.run(progress)
            return stage.result(taken_over, catcher.count)
        finally:
            stage.office.engine.dispose()


class _Stage:
    """The installation the story is played on, and the acts still to come."""

    def __init__(self, out: Path, smtp_url: str) -> None:
        self.out = out
        self.office = install(settings_of(out, smtp_url), by=_signature(None, _moment(FIRST_DAY, 8)))
        with reading(self.office.engine) as tx:
            self.calendar: WorkCalendar = self.office.calendar(tx)
        self.numbers: dict[str, str] = {}
        self.beats: dict[date, list[tuple[str, Beat, date]]] = defaultdict(list)
        self.opening = {
            matter.opened: [one for one in MATTERS if one.opened == matter.opened] for matter in MATTERS
        }

    def run(self, progress: Progress | None) -> ImportReport:
        """Every day people act, then the sweep and the mail; on the last the old register comes between."""
        self._import_directory()
        days = (LAST_DAY - FIRST_DAY).days
        for done in range(days):
            self._people_act(FIRST_DAY + timedelta(days=done))
            self._machine_acts(FIRST_DAY + timedelta(days=done))
            if progress is not None:
                progress(done + 1, days)
        self._people_act(LAST_DAY)
        taken_over = self._take_over(LAST_DAY)
        outside.bring_in(self.office, self.numbers, _moment(LAST_DAY, 9, 40))
        leave_waiting(self.office, self.numbers, _moment(LAST_DAY, 9, 45))
        self._machine_acts(LAST_DAY, tells_everybody=True)
        self._draft_questions(LAST_DAY)
        return taken_over

    def result(self, taken_over: ImportReport, mails: int) -> Result:
        papers = self._copy_papers()
        raised: dict[str, Counter[str]] = defaultdict(Counter)
        for row in escalations.list_all(self.office):
            raised[row.step][row.state] += 1
        listed = register.list_cases(self.office, today=_moment(LAST_DAY, 18))
        return Result(
            self.out,
            _moment(LAST_DAY, *ENDS),
            taken_over,
            listed,
            raised,
            papers,
            mails,
            verification.verify(self.office),
        )

    def _import_directory(self) -> None:
        at = _moment(FIRST_DAY, 8)
        with as_file(files("workflow") / "demo_data" / DIRECTORY) as path:
            directories.import_directory(self.office, path, by=_signature(None, at), at=at)
        authorisation.authorise(self.office, by=_signature(DIRECTOR, at), at=at)
        let_in(self.office, at)

    def _take_over(self, day: date) -> ImportReport:
        at = _moment(day, 9)
        with as_file(files("workflow") / "demo_data" / REGISTER) as path:
            return importing.import_register(self.office, path, by=_signature(OFFICER, at), at=at)

    def _people_act(self, day: date) -> None:
        if not self.calendar.is_working(day):
            return
        for matter in self.opening.get(day, ()):
            self._open(matter, day)
        for number, beat, dispatched in self.beats.pop(day, ()):
            self._perform(number, beat, day, dispatched)
        self._decide_on_escalations(day)

    def _machine_acts(self, day: date, *, tells_everybody: bool = False) -> None:
        at = _moment(day, 10)
        sweep(self.office, as_of=at, by=_signature(None, at))
        if tells_everybody:
            digests.send_digests(self.office, at=at, by=_signature(None, at))
        posted = _moment(day, 10, 5)
        send_due(self.office, clock=lambda: posted, by=_signature(None, posted))

    def _open(self, matter: Matter, day: date) -> None:
        at = _moment(day, 8, 30)
        said = {name: getattr(matter, name) for name in ("title", "source", "requirement", "complexity")}
        if matter.title == outside.REGISTERED:
            case = outside.registered(self.office, at, series=SERIES, **said)
        else:
            by = _signature(OFFICER, at)
            case = cases.open_matter(self.office, by=by, at=at, series=SERIES, new_series=True, **said)
        self.numbers[matter.title] = case.number
        if not matter.lead:
            return
        details = {"lead_unit": matter.lead, "co_units": matter.co_units}
        self._perform(case.number, Beat(0, DIRECTOR, "assign", details), day, day)
        for beat in matter.story:
            self.beats[self.calendar.add_working_days(day, beat.after)].append((case.number, beat, day))

    def _perform(self, number: str, beat: Beat, day: date, dispatched: date) -> None:
        at = _moment(day, 9)
        person = self._of_unit(number, HOLDERS[beat.by]) if beat.by in HOLDERS else beat.by
        details = {
            name: self._particular(number, name, value, dispatched) for name, value in beat.details.items()
        }
        cases.perform(self.office, number, beat.command, by=_signature(person, at), at=at, **details)

    def _particular(self, number: str, name: str, value: Any, dispatched: date) -> Any:
        """Dates of a story are working days after dispatch; evidence is a file written for the occasion."""
        if isinstance(value, int) and name.endswith("_on"):
            return self.calendar.add_working_days(dispatched, value)
        if name in FILES:
            return (self._evidence(number, value),)
        return value

    def _evidence(self, number: str, title: str) -> Path:
        path = self.out / "evidence" / f"{number}-{title}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{title}\n\n{number} 的{title}（演示材料，内容为虚构）。\n", encoding="utf-8")
        return path

    def _of_unit(self, number: str, role: Role) -> str:
        with reading(self.office.engine) as tx:
            row = queries.case_by_number(tx, number)
            return queries.holder_of_unit(tx, role.value, row.lead_unit if row else "")

    def _decide_on_escalations(self, day: date) -> None:
        """The office's desk: decides the day after a proposal, serves the day after, registers replies."""
        received: set[str] = set()
        for row in escalations.list_all(self.office):
            if row.document_id in received:  # it was on a paper that was signed for a moment ago
                continue
            age = self.calendar.working_days_between(row.issued_on or row.raised_on, day)
            if row.state == "proposed" and age >= 1:
                self._approve(row, day)
            elif row.step == "reminder" and row.state == "issued" and age >= 1:
                self._on_escalation(row, "sign", self._liaison(row), day)
                received.add(row.document_id)
            elif row.step == "inquiry" and row.state == "issued" and age >= 1:
                receipt = [self._evidence(row.number, "函询通知书送达回执")]
                self._on_escalation(row, "serve", CLERK, day, evidence=receipt)
            elif row.step == "inquiry" and row.state == "served" and age >= 8 and self._answers(row):
                reply = {"judgement": "sufficient", "reply": "已书面说明原因并明确完成时间"}
                self._on_escalation(row, "answer", OFFICER, day, **reply)

    def _draft_questions(self, day: date) -> None:
        """An officer writes what the inquiries ask that wait for the director."""
        at = _moment(day, 10, 8)
        for row in escalations.list_all(self.office):
            if (row.step, row.state) == ("inquiry", "proposed"):
                by = _signature(OFFICER, at)
                escalations.act(self.office, row.id, "draft", by=by, at=at, question=QUESTION)

    def _approve(self, row: Any, day: date) -> None:
        if row.step == "inquiry":
            self._on_escalation(row, "approve", DIRECTOR, day, question=QUESTION)
        else:
            ground = {
                "clause": "《关于对党员领导干部进行诫勉谈话和函询的暂行办法》有关规定",
                "facts": "事项长期逾期，函询后未按期说明情况",
            }
            self._on_escalation(row, "approve", PRINCIPAL, day, ground=ground)

    def _on_escalation(self, row: Any, command: str, person: str, day: date, **details: Any) -> None:
        at = _moment(day, 9, 30)
        escalations.act(self.office, row.id, command, by=_signature(person, at), at=at, **details)

    def _liaison(self, row: Any) -> str:
        with reading(self.office.engine) as tx:
            return queries.holder_of_unit(tx, Role.LIAISON.value, row.unit)

    def _answers(self, row: Any) -> bool:
        with reading(self.office.engine) as tx:
            return queries.units_by_code(tx, [row.unit])[row.unit].name in ANSWERING

    def _copy_papers(self) -> int:
        """Every laid-out paper under its number, for people to open."""
        folder = self.out / "papers"
        folder.mkdir(exist_ok=True)
        with reading(self.office.engine) as tx:
            papers = [row for row in queries.all_documents(tx) if row.sha256]
        for row in papers:
            (folder / f"{row.number}.pdf").write_bytes(fetch(self.office.settings.files, row.sha256))
        return len(papers)


def settings_of(out: Path, smtp_url: str) -> Settings:
    """Settings of the demonstration alone; the working directory and environment have no say."""
    return Settings.model_construct(
        database_url=f"sqlite:///{out / 'duban.db'}",
        secret_file=out / "duban.secret",
        files=out / "files",
        fonts=None,
        smtp_url=smtp_url,
        mail_from="ducha@binhai.example",
        mail_allow=("binhai.example",),
        office_code="滨督",
        organization_code="滨组",
    )


def _check_own(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise FolderNotEmpty(
            f"“{out}”里已有其他内容，演示不会动它；请用--out另选一个空文件夹。", out=str(out)
        )


def _clear(out: Path) -> None:
    """Remove what an earlier demonstration left in the folder, and nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()
    for name in OWN_FILES:
        (out / name).unlink(missing_ok=True)
    for name in OWN_FOLDERS:
        shutil.rmtree(out / name, ignore_errors=True)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), OFFICE_ZONE)


def _signature(person: str | None, at: datetime) -> Signature:
    return Signature(person, "demo", at)
