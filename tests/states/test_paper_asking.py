"""Whom a paper waits for: of those who may take its next step, those who are asked to."""

from itertools import pairwise

import pytest

from states.case import Actor
from states.papers.asking import NEXT, asked_of, is_asked
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS
from states.papers.life import COMMANDS, LIVING, roles_for
from states.vocabulary import Role

DRAFTED = {name: kind for name, kind in PAPERS.items() if kind.signers}


@pytest.mark.parametrize("kind", DRAFTED.values(), ids=DRAFTED)
@pytest.mark.parametrize("step", NEXT.values())
def test_every_step_of_every_paper_is_asked_of_somebody_who_may_take_it(kind, step):
    asked = asked_of(kind, step)
    assert asked and asked <= roles_for(COMMANDS[step], kind, None)


def test_the_road_leads_from_every_state_to_the_next():
    for before, after in pairwise(LIVING):
        assert before in COMMANDS[NEXT[before]].source and COMMANDS[NEXT[before]].to == after


@pytest.mark.parametrize("step", ["issue", "serve"])
def test_a_director_leaves_what_goes_out_to_officers_and_clerks(step):
    for kind in ("supervision_order", "circular"):
        assert asked_of(PAPERS[kind], step) == {Role.OFFICER, Role.CLERK}


def test_whoever_signs_a_kind_is_kept_free_of_its_review():
    facts = PaperFacts(PAPERS["supervision_order"], "drafted", drafters=frozenset({"甲"}))
    for roles, is_his in (
        ({Role.CLERK}, True),
        ({Role.DIRECTOR}, False),
        ({Role.CLERK, Role.DIRECTOR}, False),
    ):
        assert is_asked(facts, "review", Actor("乙", frozenset(roles))) is is_his


def test_a_paper_about_a_person_is_reviewed_and_sent_by_those_who_sign_it_as_well():
    kind, handler = PAPERS["personal_reminder"], Actor("乙", frozenset({Role.ORGANIZATION}))
    for state in ("drafted", "reviewed", "signed", "issued"):
        facts = PaperFacts(kind, state, drafters=frozenset({"甲"}))
        assert is_asked(facts, NEXT[state], handler)
        assert not is_asked(facts, NEXT[state], Actor("丙", frozenset({Role.CLERK, Role.OFFICER})))
