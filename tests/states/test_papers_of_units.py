"""What a unit writes itself is in the hands of its own people, and its head signs it."""

from datetime import date

import pytest

from states.case import Actor
from states.errors import NotPermitted
from states.papers.deciding import decide
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS
from states.papers.life import COMMANDS, roles_for
from states.vocabulary import DESK_ROLES, UNIT_ROLES, Role

DAY = date(2026, 7, 1)
OF_UNITS = {"inquiry_reply", "handling_report"}


def test_the_papers_a_unit_writes_are_its_reply_and_its_report():
    assert {name for name, kind in PAPERS.items() if kind.is_of_unit} == OF_UNITS


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("command", ["draft", "revise", "review", "return", "issue", "serve"])
def test_its_own_people_draft_review_and_send_it_and_no_other_paper(name, command):
    row, kind = COMMANDS[command], PAPERS[name]
    roles = roles_for(row, kind, row.source[0] if row.source else None)
    assert (roles >= UNIT_ROLES) == (name in OF_UNITS)
    assert (roles >= DESK_ROLES) != kind.is_confidential


@pytest.mark.parametrize("name", sorted(OF_UNITS))
def test_its_head_signs_what_it_wrote_and_its_liaison_does_not(name):
    facts = PaperFacts(PAPERS[name], state="reviewed", of_unit=frozenset({"甲", "乙"}))
    head, liaison = Actor("甲", frozenset({Role.UNIT_HEAD})), Actor("乙", frozenset({Role.LIAISON}))
    assert decide(facts, "sign", head, DAY, opinion="同意。").changes["signed_by"] == "甲"
    with pytest.raises(NotPermitted):
        decide(facts, "sign", liaison, DAY, opinion="同意。")


def test_what_the_office_writes_to_a_unit_its_people_do_not_sign():
    facts = PaperFacts(PAPERS["supervision_order"], state="reviewed", of_unit=frozenset({"甲"}))
    with pytest.raises(NotPermitted) as refused:
        decide(facts, "sign", Actor("甲", frozenset({Role.DIRECTOR})), DAY, opinion="同意。")
    assert refused.value.code == "recusal"
