"""How much a scheduled sweep may still send out: by the run, and by the unit and day."""

from datetime import date

from sqlalchemy import Connection

from states.errors import Refusal
from states.ladder import Step
from states.policy.operation import SweepRule
from workflow.storage import sweeps

OF_A_SWEEP, OF_A_UNIT = "cap_sweep", "cap_unit"


def is_paper(step: Step) -> bool:
    """Whether a step sends a numbered paper by itself; a plain mail is none."""
    return step.automatic and step.rung.is_numbered


def full_units(tx: Connection, rule: SweepRule, day: date) -> tuple[str, ...]:
    """The units that have had their papers of a day: their cases stay due until the next."""
    issued = sweeps.issued_by_unit(tx, day)
    return tuple(sorted(unit for unit, count in issued.items() if count >= rule.most_per_unit))


class Caps:
    """The room left in one transaction: what the run has issued, and what each unit got this day."""

    def __init__(self, tx: Connection, rule: SweepRule, day: date, papers: int) -> None:
        self._rule = rule
        self._issued = papers
        self._by_unit = sweeps.issued_by_unit(tx, day)

    def refusal(self, unit: str | None, papers: int) -> Refusal | None:
        """Why so many more papers for a unit are too many; None when they are not, and then they count.

        What is more than a cap allows by itself goes out when nothing else has, or it never would.
        """
        name = unit or ""
        if papers and self._issued and self._issued + papers > self._rule.most_per_sweep:
            return left_for_later()
        got = self._by_unit.get(name, 0)
        if papers and got and got + papers > self._rule.most_per_unit:
            return _over(f"该单位今日已发{got}件，达到每日上限，留待次日。", OF_A_UNIT)
        self._issued += papers
        self._by_unit[name] = got + papers
        return None


def left_for_later() -> Refusal:
    """What is said of a case whose turn did not come because the run had issued enough."""
    return _over("本轮发文已达上限，留待下一轮。", OF_A_SWEEP)


def _over(message: str, code: str) -> Refusal:
    return Refusal(message, code=code)
