"""The level of a case: the highest step that went out and stands, whatever has become of it since."""

import pytest

from states.escalation import COMMANDS
from tests.builders import (
    DIRECTOR,
    OFFICER,
    a_case,
    a_paper_of_proof,
    at,
    on_escalation,
    raised,
    sweep_on,
)
from workflow.services.register import list_cases
from workflow.services.timeline import SENTENCES, history

LATE, NEXT_DAY, INQUIRY_DAY, AFTER = at(2026, 7, 23), at(2026, 7, 24), at(2026, 7, 31), at(2026, 8, 3)


@pytest.fixture
def reminded(office):
    case = a_case(office)
    sweep_on(office, LATE)
    proof = [a_paper_of_proof(office, "送达回执")]
    on_escalation(office, "reminder", "serve", OFFICER, NEXT_DAY, served_on=NEXT_DAY.date(), evidence=proof)
    return case


def level(office, when=AFTER):
    (line,) = list_cases(office, today=when)
    return line.level


def test_a_reminder_whose_reply_lapsed_still_counts(office, reminded):
    sweep_on(office, at(2026, 8, 31))
    assert (raised(office, "reminder").state, level(office)) == ("lapsed", "reminder")


def test_a_measure_that_is_over_still_counts(office, reminded):
    on_escalation(office, "reminder", "conclude", OFFICER, AFTER, reason="已当面说明")
    assert (raised(office, "reminder").state, level(office)) == ("concluded", "reminder")


def test_a_paper_taken_back_counts_no_more(office, reminded):
    on_escalation(office, "reminder", "withdraw", DIRECTOR, AFTER, reason="发错单位")
    assert level(office) is None


def test_a_proposal_is_no_level_before_it_goes_out(office, reminded):
    sweep_on(office, INQUIRY_DAY)
    assert (raised(office, "inquiry").state, level(office)) == ("proposed", "reminder")


def test_every_event_of_a_measure_has_its_sentence(office, reminded):
    assert {f"escalation_{row.event}" for row in COMMANDS.values()} <= SENTENCES.keys()
    told = [entry["sentence"] for entry in history(office, reminded.number)]
    assert told[-2:] == ["发出督办文书（提醒，滨督函〔2026〕1号）", "督办文书送达（提醒）"]
