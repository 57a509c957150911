"""Whatever people do with papers, in whatever order: the table holds, and the rows are their history."""

from random import Random

from states.errors import Refusal
from states.papers.life import COMMANDS
from tests.auditing import report_of
from tests.builders import (
    ARCHIVIST,
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    PRINCIPAL,
    a_case,
    a_receipt,
    give,
    rows,
    signed,
)
from tests.writing import CIRCULAR, HANDLER, ORDER, OTHER_HANDLER, TO_PERSON
from workflow.services.documents import drafting, filing, issuing, judging
from workflow.services.verification import verify
from workflow.storage.paper_models import PaperLife

ORGANS = (HANDLER, OTHER_HANDLER, PRINCIPAL)
PEOPLE = (OFFICER, CLERK, DIRECTOR, LEADER, ARCHIVIST, LIAISON, *ORGANS)
LIKELY = {"supervision_order": (OFFICER, CLERK, DIRECTOR, DIRECTOR, ARCHIVIST),
          "circular": (OFFICER, CLERK, LEADER, LEADER, ARCHIVIST)}  # fmt: skip
"""Whose hands a paper of a kind is in most of the time."""

KINDS = {"supervision_order": ORDER, "circular": CIRCULAR, "personal_reminder": TO_PERSON}
STEPS = 70
WEIGHTS = {"draft": 3, "revise": 2, "review": 20, "return": 5, "sign": 20, "issue": 20, "serve": 12,
           "archive": 10, "void": 1}  # fmt: skip
"""How often a command is tried; most are refused for whose they are."""

SEEDS = range(8)
"""So many desks at most, until every command was given."""


class Desk:
    """Papers of every kind, and people who do with them what the dice say."""

    def __init__(self, office, dice):
        self.office, self.dice, self.case = office, dice, a_case(office)
        self.papers, self.done = {}, set()

    def step(self):
        if not self.papers or self.dice.random() < 0.1:
            return self.draft()
        paper = self.dice.choice(list(self.papers))
        before = state_of(self.office, paper)
        command = self.command(before)
        try:
            done = self.give(command, paper, self.hand(self.papers[paper]))
        except Refusal:
            assert state_of(self.office, paper) == before
            return None
        assert before in COMMANDS[command].source
        assert done["state"] == COMMANDS[command].to == state_of(self.office, paper)
        self.done.add(command)
        return done

    def command(self, state):
        """Mostly one the paper's state allows."""
        allowed = [name for name in WEIGHTS if state in COMMANDS[name].source]
        names = allowed if allowed and self.dice.random() < 0.8 else list(WEIGHTS)[1:]
        return self.dice.choices(names, [WEIGHTS[name] for name in names])[0]

    def hand(self, kind):
        return self.dice.choice(LIKELY.get(kind, ORGANS) if self.dice.random() < 0.8 else PEOPLE)

    def draft(self):
        kind = self.dice.choice(list(KINDS))
        number = None if kind == "circular" else self.case.number
        by = signed(self.hand(kind))
        try:
            made = drafting.draft(self.office, kind, number, stated=KINDS[kind], by=by, at=OPENED)
        except Refusal:
            return
        self.papers[made["document"]] = kind
        self.done.add("draft")

    def give(self, command, paper, person):
        by = {"by": signed(person), "at": OPENED}
        calls = {
            "revise": lambda: drafting.revise(self.office, paper, stated={"copies": ["存档"]}, **by),
            "review": lambda: judging.review(self.office, paper, **by),
            "return": lambda: judging.send_back(self.office, paper, reason="再核", **by),
            "sign": lambda: judging.sign(self.office, paper, opinion="同意。", **by),
            "issue": lambda: issuing.issue(self.office, paper, **by),
            "serve": lambda: filing.serve(self.office, paper, evidence=a_receipt(self.office), **by),
            "archive": lambda: filing.archive(self.office, paper, **by),
            "void": lambda: filing.void(self.office, paper, reason="有误", **by),
        }
        return calls[command]()


def state_of(office, paper):
    return next(row.state for row in rows(office, PaperLife) if row.id == paper)


def test_after_any_life_of_papers_the_rows_are_their_history_and_that_conforms(office):
    done = set()
    for seed in SEEDS:
        desk = Desk(office, Random(seed))
        for _ in range(STEPS):
            desk.step()
        give(office, desk.case, "withdraw", DIRECTOR, reason="已由上级办理")
        done |= desk.done
        if done == WEIGHTS.keys():
            break
    assert done == WEIGHTS.keys() == {name for name, row in COMMANDS.items() if row.by != "machine"}
    assert verify(office).findings == []
    assert report_of(office).sections["deviations"] == []
