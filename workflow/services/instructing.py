"""A leader's written instruction (批示): recorded on a matter at work, a new 交办 after its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactInvalid, FactMissing
from states.office_time import day_in_words, office_day
from workflow.services import cases
from workflow.services.attaching import received
from workflow.services.batch import OpenCase
from workflow.services.cases import Order
from workflow.services.office import Office, Signature
from workflow.services.replay import readable
from workflow.services.resolving import held
from workflow.services.series import chosen_series
from workflow.storage import queries
from workflow.storage.session import transaction

SOURCE = "领导批示"
RECORDED, FOLLOWED = "instruction_recorded", "instruction_followed"
ABOUT_THE_NEW = frozenset({"title", "requirement", "series", "new_series"})
"""Particulars of the matter a new instruction brings into being; a matter at work takes none of them."""
Said = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The matter the instruction is on, and the new one that came of it where that had ended."""

    case: OpenCase
    child: OpenCase | None = None


def record(office: Office, number: str, *, by: Signature, at: datetime, **details: Any) -> Recorded:
    """Record an instruction: `leader`, `instruction`, `instructed_on`, and `evidence` as paths.

    On a matter that is struck off or archived a new draft is linked to it, called `title` or as it was,
    numbered in `series` (`new_series`: one never used before); its history has the instruction, that of the
    old one its number. Raises a `Refusal` and leaves everything as it was; `matter_gone` for one that was
    withdrawn or merged, `instruction_followed_already` where the same words of that leader and day made one
    before, `instruction_recorded_already` where they stand on the matter.
    """
    stated = {name: value for name, value in details.items() if value is not None}
    with received(office, stated) as given, transaction(office.engine) as tx:
        row = held(tx, number)
        lifecycle = office.lifecycle(tx, row.lifecycle)
        here = {one.id for one in lifecycle.commands_from(row.state)}
        if "follow_instruction" in here:
            return _follow(tx, office, row, given, by=by, at=at)
        if lifecycle.state_rows[row.state].kind == "final":
            raise _gone(row, lifecycle.label(row.state))
        _check_nothing_new(given)
        _check_not_recorded(tx, row, given)
        (case,) = cases.perform_within(tx, office, [Order("record_instruction", number, given)], by=by, at=at)
    return Recorded(case)


def _follow(
    tx: Connection, office: Office, row: Row[Any], given: Mapping[str, Any], *, by: Signature, at: datetime
) -> Recorded:
    """The new matter, the instruction on it, and its number in the history of the old one."""
    _check_not_followed(tx, office, row, given)
    year = office_day(at).year
    series = chosen_series(tx, office, given.get("series"), year=year, is_new="new_series" in given)
    child = cases.next_number(tx, series, year)
    said = {name: value for name, value in given.items() if name not in ABOUT_THE_NEW}
    followed: dict[str, Any] = {name: said.get(name) for name in ("leader", "instructed_on")}
    orders = [
        Order("derive", details=_matter(row, given), new_number=child),
        Order("record_instruction", child, said),
        Order("follow_instruction", row.number, {**followed, "child": child}),
    ]
    new, _, old = cases.perform_within(tx, office, orders, by=by, at=at)
    return Recorded(old, new)


def _check_not_followed(tx: Connection, office: Office, row: Row[Any], given: Mapping[str, Any]) -> None:
    """The same words of the same leader and day are one instruction; what it made stands unless withdrawn."""
    said = _said(given)
    for entry in readable(queries.events_of_kind(tx, row.id, FOLLOWED)):
        child = entry.details.model_dump()["child"]
        made = queries.case_by_number(tx, child)
        if made and not _is_withdrawn(office, tx, made) and said in _instructions_on(tx, made.id):
            raise FactInvalid(
                f"这件批示已经另立{child}，不再重复立项，请在该事项上办理。",
                code="instruction_followed_already",
                child=child,
            )


def _check_not_recorded(tx: Connection, row: Row[Any], given: Mapping[str, Any]) -> None:
    if _said(given) in _instructions_on(tx, row.id):
        raise FactInvalid(
            f"这件批示已经登记在事项{row.number}上，不再重复登记；批示件等材料请以批注附上（comment）。",
            code="instruction_recorded_already",
            number=row.number,
        )


def _is_withdrawn(office: Office, tx: Connection, made: Row[Any]) -> bool:
    kind = office.lifecycle(tx, made.lifecycle).state_rows[made.state].kind
    return kind == "final" and made.merged_into is None


def _instructions_on(tx: Connection, case_id: int) -> Iterator[Said]:
    for entry in readable(queries.events_of_kind(tx, case_id, RECORDED)):
        yield _said(entry.details.model_dump(mode="json") | entry.words.get("details", {}))


def _said(told: Mapping[str, Any]) -> Said:
    """Who instructed, when, in which words."""
    leader, instructed_on, words = (told.get(name) for name in ("leader", "instructed_on", "instruction"))
    return str(leader).strip(), str(instructed_on), str(words).strip()


def _matter(row: Row[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    for name, called in (("leader", "批示领导"), ("instructed_on", "批示日期")):
        if name not in given:
            raise FactMissing(f"登记批示缺少{called}，请补充后再办。", code=f"{name}_missing", missing=name)
    day = given["instructed_on"]
    return {
        "title": given.get("title", row.title),
        "source": SOURCE,
        "basis": f"{given['leader']}{day_in_words(day)}批示",
        "requirement": given.get("requirement"),
        "parent": row.number,
        "link": "instruction",
    }


def _check_nothing_new(given: Mapping[str, Any]) -> None:
    if named := sorted(ABOUT_THE_NEW & given.keys()):
        raise FactInvalid(
            "该事项尚未结案，批示登记在本事项上，不另立新事项；请去掉新事项的名称、要求和编号系列。",
            code="matter_still_open",
            particulars=named,
        )


def _gone(row: Row[Any], state: str) -> FactInvalid:
    where = f"，已并入{row.merged_into}，请在该事项上登记批示" if row.merged_into else ""
    rest = where or "，不再登记批示；批示要求办理的，请另行提出拟办"
    return FactInvalid(
        f"事项{row.number}已{state}{rest}。",
        code="matter_gone",
        number=row.number,
        merged_into=row.merged_into,
    )
