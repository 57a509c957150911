"""The commands people give on an escalation, each with its particulars. Those of the machine have no door."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from states.escalation.table import COMMANDS, CommandRow, roles_for
from states.policy import Rung
from states.vocabulary import Role

NEXT = ("approve", "draft", "sign", "reply", "serve", "answer", "judge", "review")
"""Which of the commands somebody may give is the next one: what his desk asks of him."""

WRITTEN: Mapping[str, tuple[str, ...]] = {"question": ("question",), "ground": ("ground", "facts")}
"""What a rung asks a person to write, by the particulars it is written in."""


OF_PAPERS = frozenset({"serve", "sign", "answer", "reply", "judge"})
"""Commands about a paper that is received and replied to."""


@dataclass(frozen=True, slots=True)
class Given:
    """One command as people give it: the states it is given in, what must come with it and what may."""

    id: str
    label: str
    row: CommandRow
    needs: tuple[str, ...]
    accepts: tuple[str, ...]

    def roles(self, rung: Rung) -> frozenset[Role]:
        """The roles that may give it on an escalation of this rung."""
        return roles_for(self.row, rung)

    def accepted(self, rung: Rung) -> tuple[str, ...]:
        """What may come with it on this rung: nothing that no paper of it has a place for."""
        written = {name for names in WRITTEN.values() for name in names}
        return tuple(name for name in self.accepts if name not in written - {*written_for(rung)})

    def owed(self, rung: Rung, *, is_drafted: bool) -> tuple[str, ...]:
        """What must come with it on this rung: whoever approves what nobody drafted writes it himself."""
        is_unwritten = self.id == "approve" and not is_drafted
        return (*self.needs, *(written_for(rung) if is_unwritten else ()))


def written_for(rung: Rung) -> tuple[str, ...]:
    """The particulars a person has to write for the paper of this rung."""
    return tuple(name for one in rung.needs for name in WRITTEN[one])


def _given(id: str, *accepts: str) -> Given:
    row = COMMANDS[id]
    return Given(id, row.label, row, row.needs, accepts)


JUDGE = Given("judge", "审核回复", COMMANDS["accept"], ("judgement",), ("judgement", "reason", "question"))
"""Stands for the three judgements of a reply."""

GIVEN: Mapping[str, Given] = {
    one.id: one
    for one in (
        _given("draft", "question", "ground", "facts"),
        _given("approve", "question", "ground", "facts", "opinion"),
        _given("reject", "reason"),
        _given("snooze", "until", "reason"),
        _given("recuse", "reason"),
        _given("serve", "service", "served_on", "evidence", "reason"),
        _given("sign", "opinion"),
        _given("answer", "reply", "evidence", "answered_on", "judgement", "reason", "question"),
        _given("reply", "reply", "evidence"),
        JUDGE,
        _given("review", "finding", "reason"),
        _given("conclude", "reason"),
        _given("withdraw", "reason"),
    )
}


def given_in(state: str, rung: Rung, besides: Collection[str] = ()) -> Iterator[Given]:
    """The commands that make sense on an escalation of this rung in a state, without those in `besides`."""
    for one in GIVEN.values():
        if state in one.row.source and one.id not in besides and fits_rung(one, rung):
            yield one


def next_of(commands: Collection[Given], *, is_drafted: bool) -> str | None:
    """The id of the command whoever looks gives next, of those he may give; None where none is asked of him.

    What was drafted waits for its approver.
    """
    his = {one.id for one in commands} - ({"draft"} if is_drafted else set())
    return next((one for one in NEXT if one in his), None)


def fits_rung(given: Given, rung: Rung) -> bool:
    """Whether a command makes sense on any escalation of this rung.

    A plain mail is neither received nor answered, a measure that has no effect over months is not reviewed,
    and nothing is drafted where a person writes nothing.
    """
    if given.id == "reply" and rung.addressee == "person":
        return False
    if given.id in OF_PAPERS:
        return rung.is_numbered
    if given.id == "review":
        return rung.effect_months is not None
    return given.id != "draft" or bool(rung.needs)
