"""One small world the tests share: street lights out in 望海街道, led by 市城市管理局, in the summer of 2026.

Builders play the real commands through the real services; nothing here writes a row by hand. People go by the
names the demo directory gives them.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Integer, func, select

from states.deadlines import Limit
from states.document_number import parse
from states.office_time import OFFICE_ZONE
from states.vocabulary import LimitUnit
from workflow.services import cases, escalations
from workflow.services.batch import OpenCase, opened
from workflow.services.cases import Order
from workflow.services.installation import install
from workflow.services.office import Office, Signature, open_office
from workflow.services.scheduled import scheduled_sweep
from workflow.services.sweep import SweepReport, sweep
from workflow.settings import Settings
from workflow.storage import queries, sweeps
from workflow.storage.models import Case, Document, Escalation, NumberSequence
from workflow.storage.session import reading
from workflow.watermark import Mark, mark_beside, read_mark

OFFICER, DIRECTOR, LEADER, PRINCIPAL = "吕喆", "卞知远", "舒景行", "顾砚清"
CLERK, ARCHIVIST, AUDITOR = "佟靖言", "柏乐山", "江惟一"
SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN = "易守拙", "米嘉树", "温克俭"
HANDLERS = ("yan.bingwen@binhai.example", "tong.xiaotang@binhai.example")

LEAD, LEAD_CODE = "市城市管理局", "BH212"
LIAISON, UNIT_HEAD = "盛宁远", "宋宁远"
LIAISON_MAIL = "sheng.ningyuan@binhai.example"
OTHER, OTHER_CODE = "市水务局", "BH214"
"""A unit that has nothing to do with the street lights, until it is given them."""

JOINT = 'joint = "unit"\n'
"""What makes one paper of the matters of a unit, as the default policy has it."""

TITLE = "望海街道路灯成片不亮"
REQUIREMENT = "9月底前修复全部312盏路灯，亮灯率不低于98%"
THREE_WEEKS = Limit(LimitUnit.WORKING_DAYS, 15)


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant in the office's zone."""
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_ZONE)


OPENED = at(2026, 7, 1)
"""A Wednesday; fifteen working days later is 2026-07-22."""


def signed(person: str | None, when: datetime = OPENED) -> Signature:
    """A signature given at the test's own door; None is the machine."""
    return Signature(person, "test", when)


def a_paper_of_proof(office: Office, text: str = "312盏路灯已全部修复，附验收单。") -> Path:
    """A file somebody hands in as evidence."""
    path = office.settings.files.parent / "路灯修复验收单.txt"
    path.write_text(text, encoding="utf-8")
    return path


def give(
    office: Office,
    case: OpenCase | str,
    command: str,
    by: str | None,
    when: datetime = OPENED,
    **details: Any,
) -> OpenCase:
    """Give a command on a case; returns the case as it is afterwards."""
    number = case if isinstance(case, str) else case.number
    return cases.perform(office, number, command, by=signed(by, when), at=when, **details)


def a_draft(office: Office, when: datetime = OPENED, **details: Any) -> OpenCase:
    """The matter as an officer proposes it."""
    matter = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT} | details
    return cases.open_matter(office, by=signed(OFFICER, when), at=when, **matter)


def a_case(office: Office, state: str = "handling", when: datetime = OPENED, **dispatch: Any) -> OpenCase:
    """A case that came to `state` by the plain road, every step at `when`; `dispatch` changes its 交办."""
    case = a_draft(office, when)
    proof = [a_paper_of_proof(office)]
    order = {"lead_unit": LEAD} | dispatch
    if not {"limit", "due_on", "open_ended"} & order.keys():
        order["limit"] = THREE_WEEKS
    road: list[tuple[str, str, str, Mapping[str, Any]]] = [
        ("assigned", "assign", DIRECTOR, order),
        ("registered", "acknowledge", LIAISON, {}),
        ("handling", "begin", LIAISON, {"plan": "分三批抢修，先主干道后背街小巷"}),
        ("verifying", "report_completion", LIAISON, {"result": "312盏全部复亮", "evidence": proof}),
        ("closed", "close_out", DIRECTOR, {"verification": "夜间抽查40盏均亮", "evidence": proof}),
        ("archived", "archive", ARCHIVIST, {}),
    ]
    for reached, command, person, details in road:
        if case.facts.state == state:
            break
        case = give(office, case, command, person, when, **details)
        assert case.facts.state == reached
    return case


def stored(office: Office, case: OpenCase | str) -> OpenCase:
    """The case as the database has it now."""
    number = case if isinstance(case, str) else case.number
    with reading(office.engine) as tx:
        return opened(queries.case_by_number(tx, number))


def asking(office: Office, case: OpenCase, when: datetime, due_on: date) -> OpenCase:
    """A case whose unit asks for another date, with its head's consent and an officer's review."""
    give(office, case, "request_extension", LIAISON, when, due_on=due_on, reason="灯具到货推迟")
    give(office, case, "consent_extension", UNIT_HEAD, when)
    return give(office, case, "review_extension", OFFICER, when, opinion="属实，建议同意")


def suspended(office: Office, case: OpenCase | str, when: datetime, review_on: date) -> OpenCase:
    """A case set aside until a day, on a document."""
    order = {"reason": "道路改造", "review_on": review_on}
    proof = [a_paper_of_proof(office, "道路改造期间暂停施工的批示")]
    return give(office, case, "suspend", DIRECTOR, when, evidence=proof, **order)


def relapsed(office: Office, case: OpenCase | str, when: datetime) -> OpenCase:
    """A closed case whose 回头看 found that it relapsed."""
    found = {"method": "document", "finding": "relapsed", "verification": "又有11盏不亮"}
    return give(office, case, "follow_up", OFFICER, when, **found)


@contextmanager
def opened_again(office: Office, **changed: Any) -> Iterator[Office]:
    """The same installation as another process sees it."""
    again = open_office(office.settings.model_copy(update=changed))
    try:
        yield again
    finally:
        again.engine.dispose()


def history(office: Office, case: OpenCase) -> list[Any]:
    """The case's entries, oldest first."""
    with reading(office.engine) as tx:
        return queries.events_of(tx, case.id)


def kinds(office: Office, case: OpenCase) -> list[str]:
    """What the case's entries are, oldest first."""
    return [entry.kind for entry in history(office, case)]


def rows(office: Office, model: Any) -> list[Any]:
    """Every row of a table, in the order of the numbers in its key where it has any."""
    table = queries.table(model)
    numbers = [one for one in table.primary_key.columns if isinstance(one.type, Integer | BigInteger)]
    with reading(office.engine) as tx:
        return list(tx.execute(select(table).order_by(*numbers)))


def stored_files(office: Office) -> set[Path]:
    """Every file that lies in the office's folder, in the store or waiting for it."""
    return {one for one in office.settings.files.rglob("*") if one.is_file()}


def row_counts(office: Office) -> dict[str, int]:
    """How many rows each table holds."""
    with reading(office.engine) as tx:
        tables = Case.metadata.sorted_tables
        return {one.name: tx.execute(select(func.count()).select_from(one)).scalar_one() for one in tables}


def sweep_on(office: Office, when: datetime) -> SweepReport:
    """One sweep by the machine."""
    return sweep(office, as_of=when, by=signed(None, when))


def climb(office: Office, *days: datetime) -> None:
    """Sweep on each of these days; the unit signs for every 提醒 the day it goes out."""
    for day in days:
        sweep_on(office, day)
        issued = [row for row in rows(office, Escalation) if (row.step, row.state) == ("reminder", "issued")]
        for row in {row.document_id: row for row in issued}.values():
            escalations.act(office, row.id, "sign", by=signed(LIAISON, day), at=day)


def a_receipt(office: Office) -> list[Path]:
    """What proves that a paper was received."""
    return [a_paper_of_proof(office, "送达回执：本人已收到。")]


def scheduled_on(office: Office, when: datetime) -> SweepReport:
    """One sweep by the ticker, bound by caps and holds."""
    return scheduled_sweep(office, clock=lambda: when, by=signed(None, when))


def late_cases(
    office: Office, count: int, lead: str = LEAD, due_on: date = date(2026, 7, 22), mark: str = "续"
) -> list[OpenCase]:
    """As many matters taken over in one go, all due on a day."""
    stated = {"title": TITLE, "source": "来信", "origin": "台账", "state": "handling", "lead_unit": lead}
    orders = [
        Order("take_over", details=stated | {"due_on": due_on}, new_number=f"{mark}{lead}-{serial:05}")
        for serial in range(count)
    ]
    return cases.perform_all(office, orders, by=signed(OFFICER), at=OPENED)


def mark_of(office: Office) -> Mark | None:
    """The mark beside the key of this installation."""
    with reading(office.engine) as tx:
        return read_mark(mark_beside(office.settings.secret_file), sweeps.first_entry(tx))


def behind_its_mark(office: Office) -> None:
    """Make the database look, by the mark beside the key, as if an older backup had been put back."""
    with reading(office.engine) as tx:
        first = sweeps.first_entry(tx)
    mark = {"seq": 999, "head": "x", "event": 999, "event_hash": "x"}
    mark_beside(office.settings.secret_file).write_text(json.dumps({first: mark}), encoding="utf-8")


def bound_by(office: Office, folder: Path, *, joint: bool = False, **rule: Any) -> Office:
    """The office with these bounds on its scheduled sweep, in a policy of its own.

    Without `joint` each matter gets a paper of its own.
    """
    usual = office_policy_section("sweep")
    bounds = tomllib.loads(usual)["sweep"] | rule
    section = "[sweep]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in bounds.items())
    settings = under_policy(office, folder, usual, section)
    if not joint:
        written = (folder / "own_policy.toml").read_text(encoding="utf-8")
        (folder / "own_policy.toml").write_text(written.replace(JOINT, ""), encoding="utf-8")
    install(settings, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return office


def with_letters_alone(office: Office, folder: Path) -> Office:
    """The office under the default policy, but each matter with a paper of its own."""
    settings = under_policy(office, folder, JOINT, "")
    install(settings, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return office


def with_reminders_approved(office: Office, folder: Path) -> Office:
    """The office under the default policy, but 提醒 waits for the director, too."""
    automatic = 'series = "函"\nmode = "automatic"'
    approved = 'series = "函"\nmode = "on_approval"\napprovers = ["director"]'
    install(under_policy(office, folder, automatic, approved), by=signed(None)).engine.dispose()
    return office


def bound_by_section(office: Office, folder: Path, section: str) -> Office:
    """The office under the default policy with one more section."""
    settings = under_policy(office, folder, "[unclocked]\n", f"{section}\n[unclocked]\n")
    install(settings, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return office


def office_policy_section(name: str) -> str:
    """A section of the default policy as it is written there."""
    default = Path(__file__).parents[1] / "states" / "tables" / "default_policy.toml"
    (found,) = re.findall(rf"^\[{name}\]\n(?:[^\[\n].*\n)+", default.read_text(encoding="utf-8"), re.M)
    return str(found)


def raised(office: Office, step: str) -> Any:
    """The one escalation of this step."""
    (found,) = (row for row in rows(office, Escalation) if row.step == step)
    return found


def on_escalation(office: Office, step: str, command: str, by: str, when: datetime, **details: Any) -> Any:
    """Give a command on the one escalation of this step; returns it as it is afterwards."""
    escalations.act(office, raised(office, step).id, command, by=signed(by, when), at=when, **details)
    return raised(office, step)


def papers(office: Office, kind: str | None = None) -> list[dict[str, Any]]:
    """The frozen facts of every paper (of a kind), in the order of their numbers; plain mails come last."""
    issued = [row for row in rows(office, Document) if kind in (None, row.kind)]
    plain = [row for row in issued if row.number is None]
    numbered = sorted((row for row in issued if row.number), key=lambda row: parse(row.number))
    return [json.loads(row.facts) for row in (*numbered, *plain)]


def given_out(office: Office, series: str) -> int:
    """How many numbers of a series were given out."""
    return sum(row.last for row in rows(office, NumberSequence) if row.series.endswith(series))


def under_policy(office: Office, folder: Path, right: str, wrong: str) -> Settings:
    """The office's settings with a policy of its own: the default one with one thing written otherwise."""
    default = Path(__file__).parents[1] / "states" / "tables" / "default_policy.toml"
    text = default.read_text(encoding="utf-8")
    assert right in text
    own = folder / "own_policy.toml"
    own.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return office.settings.model_copy(update={"policy": own})


def with_approval_stage() -> str:
    """An office's own table: the standard one, with 立项审批 between 拟办 and 交办."""
    standard = Path(__file__).parents[1] / "states" / "tables" / "standard.toml"
    table = standard.read_text(encoding="utf-8").replace('name = "standard"', 'name = "with_approval"')
    dispatch = 'event = "assigned"\nsentence = "交办"\nfrom = ["draft"]'
    assert dispatch in table
    return table.replace(dispatch, dispatch.replace("draft", "approved")) + APPROVAL_STAGE


APPROVAL_STAGE = """
[[states]]
id = "proposed"
label = "立项审批"
kind = "open"
clock = "none"

[[states]]
id = "approved"
label = "已立项"
kind = "open"
clock = "none"

[[commands]]
id = "propose"
label = "报批立项"
event = "proposed"
sentence = "报请批准立项"
from = ["draft"]
to = "proposed"
roles = ["officer"]
needs = ["reason"]

[[commands]]
id = "approve_project"
label = "批准立项"
event = "project_approved"
sentence = "批准立项"
from = ["proposed"]
to = "approved"
roles = ["leader"]
accepts = ["opinion"]
"""
