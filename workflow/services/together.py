"""One act on many matters: each on its own road and in its own transaction, each with its own result.

Only acts that are light and of the unit; what concerns a person, ends or moves a matter is done one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import DBAPIError

from states.errors import FactInvalid, FactMissing, Refusal
from states.lifecycle import CommandRow
from states.office_time import office_day
from states.vocabulary import Role
from workflow.errors import AlreadyDone, NotFound
from workflow.services import cases, forms, offering
from workflow.services.batch import facts_shown
from workflow.services.breaking_off import broken_off
from workflow.services.cases import Order
from workflow.services.offering import Offer
from workflow.services.office import Office, Signature
from workflow.services.people import Actors
from workflow.services.register import command_called
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage.case_reads import cases_called
from workflow.storage.session import reading

ACTS_CALLED = {"log_urge": "催办", "comment": "内部批注", "acknowledge": "签收"}
MOST = 100
KEY_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Ticked:
    """A matter that was ticked, and the last entry of its history when it was shown."""

    number: str
    seen: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it on one matter; why it was refused, `wrong` where what was filled in is."""

    number: str
    title: str | None
    refused: str = ""
    is_again: bool = False
    wrong: Refusal | None = None


def wrong_on_all(results: Sequence[Result]) -> Refusal | None:
    """What is wrong with what was filled in, where that kept every matter from being done."""
    told = {one.refused for one in results if one.wrong}
    is_all = len(told) == 1 and all(one.wrong for one in results)
    return results[0].wrong if is_all else None


def among(rows: Iterable[CommandRow]) -> dict[str, str]:
    """Those of these acts that may be done on many: what each is called there, by its name."""
    here = {row.id for row in rows}
    return {id: label for id, label in ACTS_CALLED.items() if id in here}


def act_called(office: Office, name: str, *, by: Onlooker | None = None) -> CommandRow:
    """The act of this name, if it may be done on many, and by somebody of his roles.

    Raises `NotFound` (`act_unknown`).
    """
    row = command_called(office, name) if name in ACTS_CALLED else None
    if row is None or (by is not None and _held(office, by).isdisjoint(row.roles)):
        raise NotFound("这件事不能对几个事项一起办理，请逐项办理。", code="act_unknown")
    return row


def check_ticked(ticked: Sequence[Ticked]) -> tuple[Ticked, ...]:
    """The matters meant, each once. Raises `FactMissing` (`none_ticked`), `FactInvalid` (`too_many`)."""
    chosen = tuple({one.number: one for one in ticked}.values())
    if not chosen:
        raise FactMissing("没有勾选事项，请回到台账勾选后再办理。", code="none_ticked", missing="number")
    if len(chosen) > MOST:
        raise FactInvalid(f"一次最多办理{MOST}项，请分批办理。", code="too_many", most=MOST)
    return chosen


def titles(office: Office, ticked: Sequence[Ticked], *, by: Onlooker) -> dict[str, str]:
    """What those of these matters are called that he sees, by number."""
    with reading(office.engine) as tx:
        eyes, rows = Eyes(tx, by), cases_called(tx, [one.number for one in ticked])
        seen = (row for row in rows if eyes.see_everything or eyes.see(facts_shown(tx, row)))
        return {row.number: row.title or "" for row in seen}


def give_all(
    office: Office,
    row: CommandRow,
    ticked: Sequence[Ticked],
    details: Mapping[str, Any],
    *,
    by: Signature,
    at: datetime,
) -> list[Result]:
    """Give one act on each of these matters, but on those somebody acted on since they were shown.

    Sent a second time, the form does nothing more on those it was carried out on. Raises as `check_ticked`.
    """
    return [_give(office, row, one, details, by=by, at=at) for one in check_ticked(ticked)]


def _give(
    office: Office, row: CommandRow, one: Ticked, details: Mapping[str, Any], *, by: Signature, at: datetime
) -> Result:
    title, line = None, _on_form(by, one.number)
    try:
        _check_not_done(office, line)
        offer = offering.offered(office, one.number, by=Onlooker(str(by.person), at))
        title = offer.title or ""
        _check_offered(offer, row, one)
        cases.perform_all(office, [Order(row.id, one.number, details, seen=one.seen)], by=line, at=at)
    except AlreadyDone as again:
        return Result(one.number, title, again.message, is_again=True)
    except Refusal as refusal:
        if title is None:
            return Result(one.number, title, "没有这个事项。")
        wrong = refusal if isinstance(refusal, FactMissing | FactInvalid) else None
        return Result(one.number, title, refusal.message, wrong=wrong)
    except DBAPIError as error:
        return Result(one.number, title, broken_off(error, one.number))
    return Result(one.number, title)


def _check_not_done(office: Office, line: Signature) -> None:
    done = forms.carried_out_before(office, str(line.form), person=str(line.person))
    if done is not None:
        raise done


def _check_offered(offer: Offer, row: CommandRow, one: Ticked) -> None:
    """Raises `NotFound` for what is not his, `FormRefused` for a tick no page of ours showed."""
    if offer.command(row.id) is None:
        raise NotFound(f"现在不能{row.label}，或者不由您办理。", code="command_not_offered")
    if one.seen > offer.seq:
        raise forms.incomplete()


def _held(office: Office, by: Onlooker) -> frozenset[Role]:
    with reading(office.engine) as tx:
        return Actors(tx, by.person, office_day(by.at)).anywhere


def _on_form(by: Signature, number: str) -> Signature:
    """The same hand on the form's line for one matter."""
    line = sha256(f"{by.form}/{number}".encode()).hexdigest()[:KEY_DIGITS]
    return replace(by, form=line)
