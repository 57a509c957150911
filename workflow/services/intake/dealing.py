"""What an officer does with an item: opens a matter of it, lays it to one, sends it back, takes note.

Each stands in the journal; what becomes part of a matter stands in the matter's history too, with the files
that came. All of an act commits together.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor
from states.errors import FactInvalid, FactMissing
from states.intake import DESK, IntakeState, check_waits
from states.office_time import office_day
from workflow import particulars
from workflow.errors import EditConflict
from workflow.services.access import shown_case
from workflow.services.attaching import attach, check_room
from workflow.services.batch import OpenCase, opened
from workflow.services.cases import Order, next_number, perform_within
from workflow.services.entries import Act
from workflow.services.intake import calling_back
from workflow.services.intake.items import Item, Supplement, dealer, item_of, supplement_of, unknown
from workflow.services.office import Office, Signature
from workflow.services.seeing import viewer_of
from workflow.services.series import chosen_series
from workflow.services.work import Work, begin
from workflow.storage import intake, queries
from workflow.storage.session import transaction

OPENING = "open"


@dataclass(frozen=True, slots=True)
class Dealing:
    """An item somebody has in hand within one transaction, with all that was sent after it."""

    tx: Connection
    office: Office
    row: Row[Any]
    item: Item
    supplements: tuple[Supplement, ...]
    actor: Actor
    by: Signature
    at: datetime

    @property
    def called(self) -> dict[str, Any]:
        """The item as entries name it."""
        return {"intake": self.item.id, "source": self.item.source, "external_id": self.item.external_id}

    @property
    def unseen(self) -> tuple[Supplement, ...]:
        """What nobody has taken note of."""
        return tuple(one for one in self.supplements if one.seen_at is None)

    def act(self, kind: str, **details: Any) -> Act:
        """An act on it, by whoever has it in hand."""
        return Act(kind, self.at, self.actor.person, {**self.called, **details}, acting_for=self.acting_for)

    @property
    def acting_for(self) -> str | None:
        """Whom a deputy acts for."""
        return self.actor.acting_for(DESK)


def register(
    office: Office,
    item: str,
    *,
    by: Signature,
    at: datetime,
    seen: int | None = None,
    series: str | None = None,
    **details: Any,
) -> OpenCase:
    """Open a draft matter (拟办) of an item that waits; `details` are those of opening a matter.

    `seen` is how many supplements whoever decides had before him. Raises `NotFound` (`intake_unknown`),
    `NotPermitted` (`intake_not_permitted`), `FactInvalid` (`intake_settled`), `EditConflict`
    (`intake_supplemented`), and as `cases.create`.
    """
    with _in_hand(office, item, by=by, at=at, seen=seen) as deal:
        tx, year = deal.tx, office_day(at).year
        number = next_number(tx, chosen_series(tx, office, series, year=year), year)
        order = Order(OPENING, details=details, new_number=number)
        note = deal.act("intake_registered", case=number)
        made = perform_within(tx, office, [order], by=by, at=at, note=note)[0]
        case = opened(queries.case_by_id_for_update(tx, made.id))
        work = begin(tx, office, by=replace(by, form=None), at=at)
        _link(work, case, deal, (deal.item, *deal.supplements))
        _decide(work, deal, IntakeState.REGISTERED, case)
        work.batch.flush()
    return case


def join(
    office: Office, item: str, number: str, *, by: Signature, at: datetime, seen: int | None = None
) -> OpenCase:
    """Lay an item that waits to a matter there is, whose history tells of it.

    Raises as `register`, as `access.shown_case` for the matter, and `FactInvalid` (`intake_matter_over`) for
    one that is withdrawn, merged or filed away.
    """
    with _in_hand(office, item, by=by, at=at, seen=seen) as deal:
        number = particulars.read_name(number) or ""
        shown_case(deal.tx, office, number, viewer_of(by))
        case = opened(queries.cases_for_update(deal.tx, [number])[0])
        _check_goes_on(deal.tx, office, case)
        work = begin(deal.tx, office, by=by, at=at)
        _link(work, case, deal, (deal.item, *deal.supplements))
        work.batch.note(deal.act("intake_joined", case=number))
        _decide(work, deal, IntakeState.JOINED, case)
        calling_back.stands(work, deal.row, case)
        work.batch.flush()
    return case


def send_back(
    office: Office, item: str, reason: str, *, by: Signature, at: datetime, seen: int | None = None
) -> None:
    """Return an item to its source, which is told the reason; who turned to it is forgotten here.

    Raises as `register`, and `FactMissing` (`reason_missing`).
    """
    if not reason.strip():
        raise FactMissing("请写明退回的理由，来源将看到这一理由。", code="reason_missing", missing="reason")
    reason = particulars.read_text(reason)
    with _in_hand(office, item, by=by, at=at, seen=seen) as deal:
        work = begin(deal.tx, office, by=by, at=at)
        work.batch.note(deal.act("intake_returned", reason=reason))
        _decide(work, deal, IntakeState.RETURNED, reason=reason)
        intake.forget_applicant(deal.tx, item)
        work.batch.flush()


def take_note(office: Office, item: str, *, by: Signature, at: datetime, seen: int | None = None) -> None:
    """Take note of what was sent after an item was dealt with; it goes into the matter's history.

    Raises as `register`, and `FactInvalid` (`intake_nothing_new`).
    """
    with _in_hand(office, item, by=by, at=at, seen=seen, waits=False) as deal:
        if not deal.item.state.has_matter or not deal.unseen:
            raise FactInvalid("这个来件没有待阅的补充，请刷新后看现在的情况。", code="intake_nothing_new")
        case = opened(queries.case_by_id_for_update(deal.tx, int(deal.item.case_id or 0)))
        work = begin(deal.tx, office, by=by, at=at)
        _link(work, case, deal, deal.unseen)
        told = [one.number for one in deal.unseen]
        work.batch.note(deal.act("intake_noted", case=case.number, supplements=told))
        intake.see(deal.tx, item, deal.actor.person, at)
        work.batch.flush()


@contextmanager
def _in_hand(
    office: Office, item: str, *, by: Signature, at: datetime, seen: int | None, waits: bool = True
) -> Iterator[Dealing]:
    """An item nobody else deals with meanwhile, in the hands of an officer."""
    with transaction(office.engine) as tx:
        actor = dealer(tx, by, at)
        row = intake.held(tx, item)
        if row is None:
            raise unknown()
        found = item_of(row)
        if waits:
            check_waits(found.state, found.external_id)
        sent = tuple(supplement_of(one, found.external_id) for one in intake.supplements(tx, [item]))
        if seen is not None and seen != len(sent):
            message = "来源在您查看期间又送来补充，本次未办理；请看过补充以后再办。"
            raise EditConflict(message, code="intake_supplemented", count=len(sent))
        yield Dealing(tx, office, row, found, sent, actor, by, at)


def _link(work: Work, case: OpenCase, deal: Dealing, parts: Sequence[Item | Supplement]) -> None:
    """Enter in a matter's history where it, or more of it, came from, with the files."""
    files = {one["sha256"]: one for part in parts for one in part.files}
    told: Mapping[str, Any] = {"evidence": list(files.values())} if files else {}
    state = case.facts.state
    details = {**deal.called, **told}
    act = Act(
        "intake_linked", deal.at, deal.actor.person, details, before=state, after=state,
        acting_for=deal.acting_for,
    )  # fmt: skip
    seq = work.batch.enter(case, act)
    check_room(work.tx, {case.id: attach(work.batch, case.id, seq, details)})


def _decide(
    work: Work, deal: Dealing, state: IntakeState, case: OpenCase | None = None, *, reason: str | None = None
) -> None:
    """Keep what became of an item, and tell its source; all that was sent with it has been looked at."""
    values: dict[str, Any] = {"reason": reason}
    values |= {} if case is None else {"case_id": case.id, "follows": case.id}
    decided = {"decided_by": deal.actor.person, "decided_at": deal.at}
    intake.change(deal.tx, deal.item.id, state=state.value, **decided, **values)
    intake.see(deal.tx, deal.item.id, deal.actor.person, deal.at)
    calling_back.decided(work, deal.row, state, number=None if case is None else case.number, reason=reason)


def _check_goes_on(tx: Connection, office: Office, case: OpenCase) -> None:
    """Raises `FactInvalid` (`intake_matter_over`) for a matter nothing is laid to any more."""
    row = office.lifecycle(tx, case.facts.lifecycle).state_rows.get(case.facts.state)
    if row is not None and row.kind == "final":
        other = f"，请并入{case.facts.merged_into}" if case.facts.merged_into else "，请改为登记新事项"
        message = f"事项{case.number}已{row.label}，不能再并入来件{other}。"
        raise FactInvalid(message, code="intake_matter_over", number=case.number)
