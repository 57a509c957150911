"""延期: asked in time, agreed by the unit's head, reviewed, decided, bounded; both dates are kept."""

import json
from datetime import date

import pytest

from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import (
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    asking,
    at,
    give,
    history,
    kinds,
    rows,
    signed,
    under_policy,
)
from workflow.services.installation import install
from workflow.storage.models import TimeLimit

ASKED, DUE = at(2026, 7, 15), date(2026, 7, 22)
LATER = date(2026, 8, 7)


@pytest.fixture
def case(office):
    return a_case(office)


def test_the_way_to_more_time_is_four_acts_by_four_hands(office, case):
    asking(office, case, ASKED, LATER)
    granted = give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 16))
    assert kinds(office, case)[-4:] == [
        "extension_requested",
        "extension_consented",
        "extension_reviewed",
        "extension_granted",
    ]
    assert (granted.facts.due_on, granted.facts.original_due_on) == (LATER, DUE)
    assert (granted.facts.extension_consented_by, granted.facts.extension_reviewed_by) == (None, None)


def test_a_request_by_the_head_himself_needs_no_second_consent(office, case):
    give(office, case, "request_extension", UNIT_HEAD, ASKED, due_on=LATER, reason="到货推迟")
    reviewed = give(office, case, "review_extension", OFFICER, ASKED, opinion="属实")
    assert reviewed.facts.extension_consented_by == "BH212-H"


@pytest.mark.parametrize(
    ("command", "by", "code"),
    [("review_extension", OFFICER, "consent_missing"), ("grant_extension", DIRECTOR, "consent_missing")],
)
def test_nobody_looks_at_a_request_its_unit_s_head_did_not_agree_to(office, case, command, by, code):
    give(office, case, "request_extension", LIAISON, ASKED, due_on=LATER, reason="到货推迟")
    details = {"opinion": "属实"} if command == "review_extension" else {}
    with pytest.raises(FactMissing) as refused:
        give(office, case, command, by, ASKED, **details)
    assert refused.value.code == code


def test_the_same_request_once_more_is_refused_and_undoes_nothing(office, case):
    asking(office, case, ASKED, LATER)
    said = json.loads(history_of_request(office, case).personal)["details"]
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "request_extension", LIAISON, ASKED, due_on=LATER, **said)
    assert refused.value.code == "extension_already_requested"
    assert give(office, case, "grant_extension", DIRECTOR, ASKED).facts.due_on == LATER


@pytest.mark.parametrize(
    "other", [{"due_on": LATER, "reason": "另有理由"}, {"due_on": date(2026, 8, 14), "reason": "到货推迟"}]
)
def test_another_request_says_that_what_was_agreed_to_the_former_counts_no_more(office, case, other):
    asking(office, case, ASKED, LATER)
    asked = give(office, case, "request_extension", LIAISON, ASKED, **other)
    assert asked.decision.warnings == (
        "原申请（延至2026-08-07）已由本次申请代替，原同意作废，须重新同意。",
        "原审核作废，须重新审核。",
    )


def history_of_request(office, case):
    return next(one for one in history(office, case) if one.kind == "extension_requested")


def test_nobody_decides_what_no_officer_has_reviewed(office, case):
    give(office, case, "request_extension", UNIT_HEAD, ASKED, due_on=LATER, reason="到货推迟")
    with pytest.raises(FactMissing) as refused:
        give(office, case, "grant_extension", DIRECTOR, ASKED)
    assert refused.value.code == "review_missing"


def test_a_request_the_day_after_the_date_is_refused_with_the_rule(office, case):
    asked_on_time = asking(office, case, at(2026, 7, 22), LATER)
    assert asked_on_time.facts.extension_to == LATER
    give(office, case, "refuse_extension", DIRECTOR, at(2026, 7, 22), reason="理由不足")
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "request_extension", LIAISON, at(2026, 7, 23), due_on=LATER, reason="到货推迟")
    assert refused.value.code == "extension_too_late"
    assert "《督办阶梯默认规则》第3版" in refused.value.message


def test_a_third_extension_is_refused(office, case):
    for month, day in ((8, 7), (8, 14)):
        asking(office, case, ASKED, date(2026, month, day))
        give(office, case, "grant_extension", DIRECTOR, ASKED)
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "request_extension", LIAISON, ASKED, due_on=date(2026, 8, 21), reason="再等")
    assert refused.value.code == "extension_times"


def test_no_extension_reaches_further_than_the_ceiling_from_the_original_date(office, case):
    with pytest.raises(FactInvalid) as refused:
        give(office, case, "request_extension", LIAISON, ASKED, due_on=date(2026, 10, 23), reason="再等")
    assert (refused.value.code, refused.value.facts["last_day"]) == ("extension_ceiling", "2026-10-22")


def test_every_date_a_matter_ever_had_is_kept(office, case):
    asking(office, case, ASKED, LATER)
    give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 16))
    kept = [(row.epoch, row.due_on) for row in rows(office, TimeLimit) if row.clock == "handle"]
    assert kept == [(1, DUE), (2, LATER)]
    assert '"moved":{"handle":["2026-07-22","2026-08-07"]}' in history(office, case)[-1].payload


def test_where_the_policy_says_so_only_the_leader_decides(office, tmp_path):
    own = under_policy(office, tmp_path, 'decider = "director"', 'decider = "leader"')
    install(own, by=signed(None, at(2026, 7, 2))).engine.dispose()
    case = a_case(office)
    asking(office, case, ASKED, LATER)
    with pytest.raises(NotPermitted) as refused:
        give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 16))
    assert refused.value.code == "decider_is_leader"
    assert give(office, case, "grant_extension", LEADER, at(2026, 7, 16)).facts.due_on == LATER
