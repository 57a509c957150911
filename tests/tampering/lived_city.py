"""A city whose office has worked for half a year: over 5,000 entries of every sort, most under checkpoints.

Until the end of August a few stories bring what only a story has: papers of every kind, mails sent, put off
and refused, deputies, a hold. Then a matter of every course and hundreds of plain ones go on side by side,
day by day in the order of the days, with sweeps and checkpoints between. The last days lie under none yet.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from states.errors import Refusal
from tests.acceptance.test_a_year_in_the_city import COURSES, UNITS
from tests.builders import (
    ARCHIVIST,
    AUDITOR,
    DIRECTOR,
    OFFICER,
    OPENED,
    THREE_WEEKS,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    rows,
    signed,
    sweep_on,
    under_policy,
)
from tests.city import City, Matter, act, working_days
from tests.postbox import open_postbox
from tests.registers import a_register, take_over
from tests.stories import a_whole_story
from tests.writing import CIRCULAR, FOR_LEADER, brought_to, drafted
from workflow.services import (
    cases,
    checkpoints,
    deputies,
    escalations,
    holds,
    lookbacks,
    readings,
    redacting,
    reforms,
    retention,
)
from workflow.services.batch import Batch
from workflow.services.cases import Order
from workflow.services.digests import send_digests
from workflow.services.documents import filing
from workflow.services.installation import install
from workflow.services.lookbacks import Wanted
from workflow.services.office import Office
from workflow.services.outbox.sending import send_due
from workflow.services.reforms import Decree
from workflow.services.scheduled import release
from workflow.storage import queries
from workflow.storage.models import Escalation, EventWords
from workflow.storage.session import reading, transaction

EARLIER = "earlier.db"
BEGUN = at(2026, 8, 31)
REVOKED, WRITTEN, LISTED = at(2026, 7, 9), at(2026, 7, 14), at(2026, 8, 25)
TOLD, MAILED = at(2026, 8, 27), at(2026, 8, 28)
COHORTS, FEWER, MATTERS = 15, 4, 24
SWEEPS, CHECKPOINTS = range(2, 80, 7), range(1, 80, 6)
ROUND, RENAMED, THE_END = at(2026, 11, 24), at(2026, 11, 25), at(2026, 11, 27)
WANTED = Wanted(
    name="秋季回头看",
    since=date(2026, 9, 1),
    until=date(2026, 11, 15),
    due_on=date(2026, 12, 15),
    sample=5,
    seed="2026",
)
TO_BE_REDACTED = "来电人住望海街道某号，请先核实"
ELSEWHERE = "市大数据局"
KEPT_LONG_ENOUGH = {
    "title": "早年的路灯改造",
    "source": "市长信箱",
    "origin": "旧台账",
    "state": "closed",
    "lead_unit": "市城市管理局",
    "due_on": date(2015, 6, 30),
    "closed_on": date(2015, 6, 29),
}
ANSWERS = ("451 4.3.0 later", "550 5.1.1 no such user")
MATTER = {"title": "背街小巷路灯改造", "source": "市长信箱", "requirement": "年底前全部复亮"}
PLAIN = (
    (0, "open", OFFICER, MATTER),
    (1, "assign", DIRECTOR, {}),
    (3, "acknowledge", "liaison", {}),
    (4, "begin", "liaison", {"plan": "先易后难，分三批推进"}),
    (10, "report_progress", "liaison", {"progress": "已完成三成", "completion_rate": 30}),
    (12, "comment", OFFICER, {"text": "请留意年底资金结算", "mentions": [DIRECTOR]}),
    (17, "report_progress", "liaison", {"progress": "已完成五成", "completion_rate": 50}),
    (20, "log_urge", OFFICER, {"means": "phone", "spoke_with": "综合科", "answer": "本周内报送"}),
    (24, "report_progress", "liaison", {"progress": "已完成七成", "completion_rate": 70}),
    (31, "report_progress", "liaison", {"progress": "已完成九成", "completion_rate": 90}),
    (38, "report_completion", "liaison", {"result": "各项任务已完成"}),
    (41, "close_out", DIRECTOR, {"verification": "现场抽查，均达标准"}),
)  # fmt: skip
UNFINISHED = (0, 3, 6)
"""Cohorts that still work when the autumn is over."""

WITH_PROOF = ("report_completion", "close_out")
Step = tuple[list[str], str, str]
"""Numbers of matters, a command, and by whose hand."""

Deed = tuple[datetime, Callable[[], object]]


def live(office: Office, folder: Path, cohorts: int = COHORTS) -> Office:
    """Live the half year in an empty office; the settings of what comes back name the checkpoints' folder."""
    (folder / "outside").mkdir()
    own = {"checkpoint_dir": folder / "outside", "auditor_mail": "jiang.weiyi@binhai.example"}
    office = replace(office, settings=office.settings.model_copy(update=own))
    told_in_stories(office)
    with sqlite3.connect(folder / EARLIER) as kept, office.engine.connect() as live:
        live.connection.driver_connection.backup(kept)
    kept.close()
    policy = under_policy(office, folder, "cosign = false", "cosign = true")
    install(policy, by=signed(None, MAILED)).engine.dispose()
    office = replace(office, settings=policy)
    for _, deed in sorted(agenda(office, cohorts), key=lambda one: one[0]):
        deed()
    the_last_days(office, folder)
    return office


def told_in_stories(office: Office) -> None:
    """Until the end of August, with nothing sealed before its last day."""
    a_whole_story(office)
    days = {"valid_from": date(2026, 7, 6), "valid_to": date(2026, 7, 17)}
    for deputy in (OFFICER, "骆文渊"):
        made = deputies.appoint(office, DIRECTOR, deputy, "director", by=signed(DIRECTOR), at=OPENED, **days)
    order = {"lead_unit": "市城市管理局", "limit": THREE_WEEKS}
    give(office, a_draft(office, at(2026, 7, 8)), "assign", OFFICER, at(2026, 7, 8), **order)
    deputies.revoke(office, made["id"], by=signed(DIRECTOR, REVOKED), at=REVOKED)
    write_papers(office)
    send_digests(office, at=LISTED, by=signed(None, LISTED))
    hold_and_release(office)
    daily_work(office)
    with open_postbox(office, *ANSWERS) as (home, _):
        send_due(home, clock=lambda: MAILED, by=signed(None, MAILED))
    checkpoint(office, MAILED)


def write_papers(office: Office) -> None:
    """A paper in every state people bring it to, one that took another's place, and a circular of no case."""
    case = a_case(office, when=WRITTEN)
    for state in ("reviewed", "signed", "served", "archived"):
        brought_to(office, drafted(office, case, at=WRITTEN), state, at=WRITTEN)
    drafted(office, case, at=WRITTEN)
    drafts = drafted(office, case, at=WRITTEN), drafted(office, case, at=WRITTEN)
    filing.void(office, drafts[0], reason="不再需要", by=signed(OFFICER, WRITTEN), at=WRITTEN)
    brought_to(office, drafts[1], "issued", at=WRITTEN)
    again = drafted(office, case, at=WRITTEN, replaces=drafts[1])
    brought_to(office, again, "issued", at=WRITTEN)
    circular = drafted(office, None, "circular", CIRCULAR, at=WRITTEN, to=["市城市管理局"])
    brought_to(office, circular, "served", hands=FOR_LEADER, at=WRITTEN)


def daily_work(office: Office) -> None:
    """A comment that names somebody, a reading, a unit renamed, a round, a file that was kept long enough."""
    case = a_draft(office, LISTED)
    give(office, case, "comment", OFFICER, LISTED, text=TO_BE_REDACTED, mentions=[DIRECTOR])
    readings.note(office, [case.number], "show", by=signed(AUDITOR, TOLD))
    reforms.rename(
        office,
        ELSEWHERE,
        "市数据管理局",
        Decree(TOLD.date(), "滨编发〔2026〕6号", signed(OFFICER, TOLD), TOLD),
    )
    august = replace(WANTED, name="八月回头看", since=date(2026, 8, 1), until=date(2026, 8, 27), sample=1)
    lookbacks.open_round(office, august, by=signed(OFFICER, MAILED), at=MAILED)
    old = cases.create(office, "take_over", by=signed(OFFICER, TOLD), at=TOLD, **KEPT_LONG_ENOUGH)
    give(office, old, "archive", ARCHIVIST, TOLD)
    for deed, word in ((retention.classify, ("10y",)), (retention.seal, ())):
        deed(office, old.number, *word, reason="期满", by=signed(DIRECTOR, TOLD), at=TOLD)


def hold_and_release(office: Office) -> None:
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, TOLD))
        holds.hold(batch, holds.UNUSUAL, f"数量异常；{holds.NEXT}", usual=2)
        batch.flush()
    release(office, by=signed(OFFICER, TOLD), at=TOLD, reason="属实")


def agenda(office: Office, cohorts: int) -> Iterator[Deed]:
    """Every deed of the autumn with its instant."""
    city = City(office)
    for place, course in enumerate(COURSES):
        yield from course_of(city, place, course)
    for place in range(cohorts):
        yield from cohort(office, place)
    for days in SWEEPS:
        when = BEGUN + timedelta(days=days, hours=7)
        yield when, lambda when=when: swept(office, when)
    for days in CHECKPOINTS:
        when = BEGUN + timedelta(days=days, hours=9)
        yield when, lambda when=when: checkpoint(office, when)


def course_of(city: City, place: int, course: Any) -> Iterator[Deed]:
    """A matter of one course."""
    lead, helper, begun = UNITS[place], UNITS[(place + 5) % 12], BEGUN + timedelta(days=place % 5)
    matters: list[Matter] = []
    facts = {"complexity": "ordinary", "accountable_leader": "苗立言"}
    yield begun, lambda: matters.append(city.propose(lead, helper, begun, **facts))
    for one in (act(1, "assign", "director", lead_unit=lead, limit=working_days(25)), *course):
        yield begun + timedelta(days=one.days), lambda one=one: city.give(matters[0], one)


def cohort(office: Office, place: int) -> Iterator[Deed]:
    """Plain matters of one unit that go the same way together, a transaction for every step."""
    unit, begun = UNITS[place % 12], BEGUN + timedelta(days=2 * place, minutes=1 + place)
    numbers = [f"滨街2026-{place * MATTERS + one + 1:03}" for one in range(MATTERS)]
    unfinished = place in UNFINISHED
    for days, command, hand, words in PLAIN[: -2 if unfinished else None]:
        step = numbers, command, f"{unit}-L" if hand == "liaison" else hand
        limit = working_days(70 if unfinished else 30)
        told = {"lead_unit": unit, "limit": limit} if command == "assign" else words
        when = begun + timedelta(days=days)
        yield when, lambda step=step, when=when, told=told: in_one_go(office, step, when, told)


def in_one_go(office: Office, step: Step, when: datetime, told: Mapping[str, Any]) -> None:
    numbers, command, person = step
    if command in WITH_PROOF:
        told = {**told, "evidence": [a_paper_of_proof(office)]}
    named = "new_number" if command == "open" else "number"
    orders = [Order(command=command, details=told, **{named: one}) for one in numbers]
    cases.perform_all(office, orders, by=signed(person, when), at=when)


def swept(office: Office, when: datetime) -> None:
    """A sweep; units sign for what was sent to them, and one approver stands back."""
    sweep_on(office, when)
    reminders = [row for row in rows(office, Escalation) if (row.step, row.state) == ("reminder", "issued")]
    for row in {row.document_id: row for row in reminders}.values():  # several may stand on one paper
        escalations.act(office, row.id, "sign", by=signed(f"{row.unit}-L", when), at=when)
    inquiries = [row for row in rows(office, Escalation) if (row.step, row.state) == ("inquiry", "proposed")]
    for row in inquiries[:1]:
        with suppress(Refusal):
            escalations.act(office, row.id, "recuse", by=signed(DIRECTOR, when), at=when, reason="亲属")


def checkpoint(office: Office, when: datetime) -> None:
    checkpoints.checkpoint(office, at=when, by=signed(None, when))


def the_last_days(office: Office, folder: Path) -> None:
    """A register taken over, a round of 回头看, a unit renamed; what comes last is not sealed."""
    take_over(office, a_register(folder / "旧台账.xlsx", {}), ROUND)
    lookbacks.open_round(office, WANTED, by=signed(OFFICER, ROUND), at=ROUND)
    redact_what_was_said(office)
    checkpoint(office, ROUND)
    decree = Decree(RENAMED.date(), "滨编发〔2026〕8号", signed(OFFICER, RENAMED), RENAMED)
    reforms.rename(office, UNITS[8], "市发展改革促进委员会", decree)
    checkpoint(office, RENAMED)
    for number in ("滨街2026-001", "滨街2026-002"):
        give(office, number, "comment", OFFICER, THE_END, text="尚未封存的批注")


def redact_what_was_said(office: Office) -> None:
    """The words of August that should not have been written: in the older copy they still stand."""
    with reading(office.engine) as tx:
        words = queries.table(EventWords)
        where = words.c.case_id == queries.CASE.c.id, words.c.text.contains(TO_BE_REDACTED)
        number, seq = tx.execute(select(queries.CASE.c.number, words.c.seq).where(*where)).one()
    redacting.redact(office, number, seq, reason="当事人申请", by=signed(DIRECTOR, ROUND), at=ROUND)
