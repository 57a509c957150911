"""Papers that state what is being corrected: named, so that nothing is corrected under them, or issued anew.

Whether a fact stands on a paper is asked of the paper itself: its frozen facts hold the value the register
has now, and with the right one it would read otherwise. In force are the 督查通知单 of the unit that leads,
of a matter struck off its 销号通知, and the papers of measures that are not over.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from notifications.facts import kind_label
from notifications.plain import as_text
from notifications.stationery import Stationery
from notifications.wording import compose
from states.case import Decision
from states.corrections import field_of, same, value_of
from states.document_number import parse
from states.errors import FactInvalid
from states.escalation.table import PENDING
from states.papers.kinds import PAPERS
from workflow.services.batch import OpenCase
from workflow.services.entries import SYSTEM, Act
from workflow.services.paper_values import Paper, matters_of
from workflow.services.papers import Desk
from workflow.services.work import Work
from workflow.storage import queries

CALLED = {"progress": "result"}
"""Facts that papers call otherwise."""

OF_INSTRUCTIONS = {"leader": "leader", "instructed_on": "on", "instruction": "words"}
"""What may be corrected of a 批示, and what papers that cite it call that."""

OF_EVERY_PAPER = frozenset(
    {"office", "date", "link", "number", "addressee", "copies", "case", "clock", "late", "left"}
)
SHOWN_ID = 8


@dataclass(frozen=True, slots=True)
class Stating:
    """A paper in force that states what is being corrected, and what it would state by the right facts.

    `measure` is the escalation it went out with; None for a paper a command sends by itself.
    """

    document: Row[Any]
    corrected: dict[str, Any]
    measure: Row[Any] | None

    @property
    def remedy(self) -> str:
        """What to do about it, as a clause."""
        name, kind = self.document.number, kind_label(self.document.kind)
        if self.measure is None:
            return f"{name}（{kind}）载有此项，请由主任更正并选“重新印发文书”"
        short = self.measure.id[:SHOWN_ID]
        return f"{name}（{kind}）载有此项，请先撤回该措施（{short}）{self._others}"

    @property
    def _others(self) -> str:
        """What becomes of a paper of several matters when the measure is withdrawn on one."""
        others = len(matters_of(json.loads(self.document.facts))) - 1
        return f"（该文书对所列其余{others}项继续有效）" if others > 0 else ""


def stating(desk: Desk, case: OpenCase, decision: Decision, raised: Iterable[Row[Any]]) -> list[Stating]:
    """The papers in force that state what a correction changes. Asked before it is entered."""
    if decision.details.get("field") is None:
        return []
    right = replace(case.facts, co_units=decision.changes.get("co_units", case.facts.co_units))
    desk.know([case, OpenCase(case.id, right)])
    found = (_stating(desk, case, decision, *one) for one in _in_force(desk.work, case, raised))
    return [one for one in found if one is not None]


def check(found: list[Stating], decision: Decision) -> None:
    """Refuse a correction under a paper: one of a measure always, another unless it is to be issued anew.

    Raises `FactInvalid` (`correction_breaks_document`) naming the papers and what to do.
    """
    standing = [one for one in found if one.measure is not None or not decision.details.get("reissue")]
    if standing:
        label, told = field_of(decision.details).label, "；".join(one.remedy for one in standing)
        raise FactInvalid(
            f"“{label}”不能直接更正：{told}。",
            code="correction_breaks_document",
            documents=[one.document.number for one in standing],
            measures=[one.measure.id for one in standing if one.measure],
        )


def reissue(desk: Desk, case: OpenCase, found: Iterable[Stating]) -> None:
    """Issue papers anew, each under a new number and saying which one it replaces."""
    for one in found:
        desk.know([case])
        document, kind = one.document, one.document.kind
        replaced = {"number": document.number, "issued_on": json.loads(document.facts)["date"]}
        own = {name: value for name, value in one.corrected.items() if name not in OF_EVERY_PAPER}
        paper = Paper(
            kind=kind,
            series=PAPERS[kind].series,
            addressee=one.corrected["addressee"],
            recipients=desk.liaison(case.facts.lead_unit),
            particulars={**own, "replaces": replaced},
            copies=tuple(one.corrected["copies"]),
        )
        details = {"kind": kind, "replaces": document.number, **desk.issue(case, paper).as_details()}
        state = case.facts.state
        desk.work.batch.enter(case, Act("document_issued", desk.work.at, SYSTEM, details, {}, state, state))


def newest(documents: Iterable[Row[Any]]) -> Row[Any] | None:
    """The last of these papers that was issued; plain mails are none."""
    return max((row for row in documents if row.number), key=_age, default=None)


def _in_force(
    work: Work, case: OpenCase, raised: Iterable[Row[Any]]
) -> Iterator[tuple[Row[Any], Row[Any] | None]]:
    papers = [row for row in queries.documents_of(work.tx, case.id) if row.number]
    struck_off = work.lifecycle_of(case).state_rows[case.facts.state].kind == "closed"
    own = newest(row for row in papers if row.kind == ("close_out" if struck_off else "assignment"))
    if own is not None and case.facts.lead_unit is not None:
        yield own, None
    measures = {row.document_id: row for row in raised if row.state in PENDING}
    yield from ((row, measures[row.id]) for row in papers if row.id in measures)


def _age(document: Row[Any]) -> tuple[Any, int, int]:
    number = parse(document.number)
    return document.issued_at, number.year, number.serial


def _stating(
    desk: Desk, case: OpenCase, decision: Decision, document: Row[Any], measure: Row[Any] | None
) -> Stating | None:
    frozen = json.loads(document.facts)
    corrected = _corrected(desk, frozen, case, decision)
    wording = Stationery.from_json(queries.stationery(desk.work.tx, document.stationery))
    before, after = (as_text(compose(wording, one, draft=True)) for one in (frozen, corrected))
    return None if before == after else Stating(document, corrected, measure)


def _corrected(desk: Desk, frozen: Mapping[str, Any], case: OpenCase, decision: Decision) -> dict[str, Any]:
    """A paper's facts with those that have the register's former value set to the right one."""
    paper, matter = _opened(frozen, case.number)
    for called, former, right in _put_right(desk, case, decision):
        for place in (matter, paper):
            if former is not None and same(place.get(called), former):
                place[called] = right
        if called == "due_on" and former == matter.get("tentative_due_on") is not None:
            matter |= {"due_on": right, "due_within": None, "tentative_due_on": None}
    return paper | _instructed(desk, paper, case, decision)


def _instructed(desk: Desk, paper: Mapping[str, Any], case: OpenCase, decision: Decision) -> dict[str, Any]:
    """The 批示 a paper cites, the one whose entry is corrected as it should read; of none nothing."""
    said, cited = decision.details, paper.get("instructions")
    name = OF_INSTRUCTIONS.get(said["field"])
    if not cited or name is None or "entry" not in said:
        return {}
    right = {name: _as_stated(desk, case, said["field"], value_of(said["new"]))}
    return {"instructions": [one | right if one["entry"] == said["entry"] else one for one in cited]}


def _opened(frozen: Mapping[str, Any], number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A copy of a paper's facts, and in it what it tells of a matter: of several it is one of a list."""
    items = [dict(one) for one in matters_of(frozen)]
    if not items:
        paper = {**frozen, "case": dict(frozen["case"])}
        return paper, paper["case"]
    return {**frozen, "items": items}, next(one for one in items if one["number"] == number)


def _put_right(desk: Desk, case: OpenCase, decision: Decision) -> Iterator[tuple[str, Any, Any]]:
    """What a correction changes as papers call it, with the former value and the right one."""
    for name, value in decision.changes.items():
        former, right = (_as_stated(desk, case, name, one) for one in (getattr(case.facts, name), value))
        yield CALLED.get(name, name), former, right
    said = decision.details
    if "entry" in said:
        former, right = (_as_stated(desk, case, said["field"], value_of(said[one])) for one in ("old", "new"))
        yield said["field"], former, right


def _as_stated(desk: Desk, case: OpenCase, name: str, value: Any) -> Any:
    """A fact as papers freeze it: days as text, units and category by name; the unknown is on no paper."""
    if name == "complexity" and value is not None:
        return desk.work.policy_of(case).category_label(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return [str(desk.unit(code).name) for code in value] or None
    return value if isinstance(value, str) else None
