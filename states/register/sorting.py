"""Which rows of a register go in, which change a case, and which wait for a person.

The step between reading a register and writing it: rows as read and what the office holds in, every row with
its fate out. A row is known again by its fingerprint where its number is not the sheet's own, else by its
number. What a person accepted once goes in again; anything new about the row waits.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from states.errors import Refusal
from states.facts import NOTHING_KNOWN, CaseFacts
from states.register.matter import MatterRecord, is_of
from states.register.numbers import settle_taken
from states.register.problems import Problem, Verdict
from states.register.rows import RegisterReading, RowReading
from states.register.statement import Statement, statement
from states.swift import made_swiftly

Answer = tuple[str, str]
"""A problem's code and the suggestion taken for it."""

ENDED = frozenset({"closed", "archived", "cancelled"})


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the office holds. `cases` are those the rows may speak of, by number; `answers` what was accepted
    of them; `by_print` is fingerprint to number; `numbers` are all that were ever given out."""

    cases: Mapping[str, CaseFacts]
    answers: Mapping[str, frozenset[Answer]]
    by_print: Mapping[str, str]
    numbers: frozenset[str]

    def by_its_print(self, row: RowReading, otherwise: str | None = None) -> str | None:
        """The number of the case a row is known by its fingerprint as, or else another."""
        return self.by_print.get(row.fingerprint, otherwise) if self.by_print else otherwise


@made_swiftly
@dataclass(frozen=True, slots=True, kw_only=True)
class SortedRow:
    """A row with its fate: the matter that goes in and what it states, or the problems it waits for.

    `case` are the facts of the case it is known by, blank for a new one; `accepted` are the problems whose
    suggestions a person has taken.
    """

    row: RowReading
    fate: Fate
    matter: MatterRecord
    stated: Statement
    case: CaseFacts = NOTHING_KNOWN
    accepted: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def fingerprint(self) -> str | None:
        """What a new case will be known by, where the sheet's own number does not do."""
        own_number = self.matter.number is not None and not self.accepted
        return None if own_number else self.row.fingerprint


@dataclass(frozen=True)
class Sorting:
    """All rows of a register with their fates."""

    rows: tuple[SortedRow, ...] = field(default=())

    def of(self, fate: Fate) -> tuple[SortedRow, ...]:
        return self._by_fate.get(fate, ())

    def problems(self, fate: Fate) -> tuple[Problem, ...]:
        """Every problem of every row with this fate."""
        return tuple(problem for one in self.of(fate) for problem in one.problems)

    @cached_property
    def _by_fate(self) -> Mapping[Fate, tuple[SortedRow, ...]]:
        return {fate: tuple(one for one in self.rows if one.fate is fate) for fate in Fate}


def sorted_rows(reading: RegisterReading, known: Known, accept: Collection[int]) -> Sorting:
    """The rows of a register, sorted. `accept` are Excel rows whose suggestions a person takes now.

    Raises a `Refusal` (`row_unknown`) when one of those is no matter of the sheet.
    """
    _refuse_rows_unknown(reading.rows, accept)
    strangers = {row.row for row in reading.rows if _is_stranger(row, known)}
    rows = settle_taken(reading.rows, reading.columns, strangers, known.numbers)
    return Sorting(tuple(_sorted(_as_read(row, reading), known, row.row in accept) for row in rows))


def answers(problems: Iterable[Problem]) -> frozenset[Answer]:
    """What is remembered of accepted problems. Which number was free that day is the case's own."""
    return frozenset(
        (problem.code, "" if _offers_number(problem) else problem.suggestion) for problem in problems
    )


def _as_read(row: RowReading, reading: RegisterReading) -> SortedRow:
    """A row as one that nobody knows and nothing is wrong with."""
    matter = row.accepted().matter if row.is_acceptable else row.matter
    stated = statement(matter, reading.columns)
    return SortedRow(row=row, fate=Fate.NEW, matter=matter, stated=stated, notes=row.notes)


def _sorted(one: SortedRow, known: Known, is_accepted: bool) -> SortedRow:
    row = one.row
    if not row.problems:
        return _compared(one, known, is_news=False)
    if row.verdict is Verdict.REJECTED:
        return replace(one, fate=Fate.REJECTED, problems=row.problems)
    answered = _answered(row, known)
    news = tuple(problem for problem in row.problems if not answers([problem]) <= answered)
    if news and not is_accepted:
        return replace(one, fate=Fate.WAITING, problems=news)
    if not row.is_acceptable:
        return replace(one, fate=Fate.WAITING, problems=_unanswered(row))
    return _compared(replace(one, accepted=row.problems), known, is_news=bool(news))


def _unanswered(row: RowReading) -> tuple[Problem, ...]:
    """The problems, those without an answer of their own saying that the row cannot be accepted."""
    return tuple(
        problem if problem.remedy is not None else _not_acceptable(problem) for problem in row.problems
    )


def _not_acceptable(problem: Problem) -> Problem:
    reason = f"{problem.message}（{problem.suggestion}）"
    return replace(problem, message=f"第{problem.row}行不能按建议导入：{reason}")


def _compared(one: SortedRow, known: Known, *, is_news: bool) -> SortedRow:
    """The row beside the case it is known by; `is_news` says that a person has just accepted something."""
    number = known.by_its_print(one.row, one.matter.number)
    case = known.cases.get(number or "")
    if case is None:
        return one
    found = replace(one, fate=Fate.UNCHANGED, case=case)
    if not (is_news or one.stated.differs_from(case)):
        return found
    if case.witnessed or case.state in ENDED:
        return replace(found, notes=(*found.notes, _managed(one.row, case)))
    return replace(found, fate=Fate.CHANGED)


def _answered(row: RowReading, known: Known) -> frozenset[Answer]:
    """What a person accepted of the row before. A number in doubt says nothing about whose row it is."""
    in_doubt = any(_offers_number(problem) for problem in row.problems)
    number = known.by_its_print(row, None if in_doubt else row.matter.number)
    return known.answers.get(number or "", frozenset())


def _offers_number(problem: Problem) -> bool:
    return problem.remedy is not None and "number" in problem.remedy


def _is_stranger(row: RowReading, known: Known) -> bool:
    """Whether the number of a row stands for another matter's case."""
    facts = known.cases.get(row.matter.number or "")
    return facts is not None and known.by_its_print(row) is None and not is_of(row.matter, facts)


def _managed(row: RowReading, facts: CaseFacts) -> Problem:
    why = "已在系统中办理" if facts.witnessed else "已销号"
    message = f"第{row.row}行：事项“{facts.number}”{why}，以系统记载为准，未按台账更新"
    return Problem(
        sheet=row.sheet, row=row.row, column="", code="managed_in_system", message=message, suggestion=""
    )


def _refuse_rows_unknown(rows: Iterable[RowReading], accept: Collection[int]) -> None:
    unknown = sorted(set(accept) - {row.row for row in rows})
    if unknown:
        named = "、".join(str(row) for row in unknown)
        raise Refusal(f"第{named}行不是事项行，请核对要采纳建议的行号。", code="row_unknown", rows=unknown)
