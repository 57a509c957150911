"""What the letters people draft read from the register, drafted of real matters."""

from datetime import date

import pytest

from states.errors import Refusal
from states.papers.kinds import PAPERS
from states.statistics import Period
from tests.builders import (
    LEAD,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    at,
    climb,
    give,
    kinds,
    rows,
    signed,
)
from tests.stories import a_case_admonished
from workflow.services.paper_facts import OF_KIND, OF_OFFICE, period_of
from workflow.services.paper_values import Paper
from workflow.services.papers import Desk
from workflow.services.rendering import render_to
from workflow.services.work import begin
from workflow.storage.models import Document
from workflow.storage.session import transaction

OVERDUE, LATER = at(2026, 7, 23), at(2026, 9, 1)
SECOND_HALF = {"period": {"since": "2026-07-01", "until": "2026-12-31"}}


def drafted(office, case, kind, tmp_path, when=LATER):
    """The draft as it reads."""
    target = tmp_path / f"{kind}.txt"
    render_to(office, case.number, kind, target, by=signed(None, when), at=when)
    return target.read_text(encoding="utf-8")


def told(office, case, kind, when=LATER):
    """What the register tells of a kind of paper."""
    with transaction(office.engine) as tx:
        desk = Desk(begin(tx, office, by=signed(None, when), at=when))
        desk.know([case])
        return OF_KIND[kind](desk, case)


def issued(office, case, kind, series, when=LATER):
    """A numbered paper of a kind, as the office would issue it."""
    with transaction(office.engine) as tx:
        desk = Desk(begin(tx, office, by=signed(None, when), at=when))
        desk.know([case])
        done = desk.issue(case, Paper(kind, series, LEAD, ()))
        desk.work.batch.flush()
        return done.number


def in_period(office, stated, when=LATER):
    with transaction(office.engine) as tx:
        desk = Desk(begin(tx, office, by=signed(None, when), at=when))
        return OF_OFFICE["circular"](desk, period_of(stated))


def test_an_order_tells_of_urges_papers_and_progress(office, tmp_path):
    case = a_case(office)
    climb(office, OVERDUE)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 24), progress="已修复200盏")
    case = give(
        office,
        case,
        "log_urge",
        OFFICER,
        at(2026, 7, 27),
        means="phone",
        spoke_with="盛宁远",
        answer="下周完成",
    )
    text = drafted(office, case, "supervision_order", tmp_path)
    assert "经1次催办仍未办结" in text
    assert "此前，我室已发出提醒函（滨督函〔2026〕1号，2026年7月23日）。" in text
    assert "你单位于2026年7月24日反馈：\n　　已修复200盏。" in text
    assert "现予〔待填〕督办。" in text


@pytest.mark.parametrize("kind", sorted(kind for kind, one in PAPERS.items() if not one.is_confidential))
def test_no_paper_to_a_unit_tells_of_one_about_a_person(office, tmp_path, kind):
    case = a_case_admonished(office)
    (admonished,) = (one.number for one in rows(office, Document) if one.kind == "admonition")
    target = tmp_path / f"{kind}.txt"
    render_to(office, case.number, kind, target, by=signed(None, LATER), at=LATER, anew=True)
    text = target.read_text(encoding="utf-8")
    assert admonished not in text and "诫勉书" not in text
    assert kind != "supervision_order" or "我室已发出提醒函（" in text


def test_an_order_of_a_silent_unit_says_so(office, tmp_path):
    text = drafted(office, a_case(office), "supervision_order", tmp_path)
    assert "你单位至今未反馈进展。" in text
    assert "次催办" not in text


def test_minutes_cite_the_notice_the_unit_was_called_by(office, tmp_path):
    case = a_case(office)
    assert told(office, case, "talk_minutes") == {"talk_notice": None}
    number = issued(office, case, "talk_notice", "约")
    assert told(office, case, "talk_minutes") == {
        "talk_notice": {"number": number, "issued_on": "2026-09-01"}
    }
    assert f"（约谈通知书：{number}，2026年9月1日）" in drafted(office, case, "talk_minutes", tmp_path)


def test_a_review_cites_the_last_conclusion(office, tmp_path):
    case = a_case(office)
    assert "的《督查结论》（〔待填〕，〔待填〕）提出复核申请" in drafted(
        office, case, "review_decision", tmp_path
    )
    issued(office, case, "conclusion", "结", at(2026, 8, 28))
    second = issued(office, case, "conclusion", "结", at(2026, 8, 31))
    assert f"的《督查结论》（{second}，2026年8月31日）" in drafted(office, case, "review_decision", tmp_path)


def verified(office, case, when, finding):
    proof = a_paper_of_proof(office, "照片")
    seen = {"method": "on_site", "verification": "夜间抽查40盏", "evidence_after": [proof]}
    return give(office, case, "record_verification", OFFICER, when, finding=finding, **seen)


def test_a_conclusion_lists_the_verifications_that_still_count(office, tmp_path):
    case = a_case(office, "verifying")
    verified(office, case, at(2026, 7, 14), "failed")
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 15), reason="仍有6盏不亮")
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, at(2026, 7, 20), result="全部复亮", evidence=proof)
    case = verified(office, case, at(2026, 7, 21), "passed")
    assert told(office, case, "conclusion")["checks"] == [
        {"on": "2026-07-21", "method": "现场核查", "verdict": "属实"}
    ]
    assert "2026年7月21日，现场核查，核查结论为属实。" in drafted(office, case, "close_out", tmp_path)


def test_an_inquiry_of_a_person_counts_fifteen_working_days_and_names_no_unknown_one(office):
    case = a_case(office)
    assert told(office, case, "personal_inquiry") == {"reply_working_days": 15, "reply_by": "2026-09-21"}
    assert told(office, case, "personal_inquiry", at(2026, 12, 21))["reply_by"] is None


@pytest.mark.parametrize("kind", ["personal_reminder", "personal_inquiry"])
def test_a_draft_to_a_person_names_nobody_by_itself_and_leaves_no_trace(office, tmp_path, kind):
    case = a_case(office)
    before = kinds(office, case), rows(office, Document)
    text = drafted(office, case, kind, tmp_path)
    assert "〔待填〕同志：" in text
    assert "滨海市委组织部" in text
    assert (kinds(office, case), rows(office, Document)) == before


def test_a_circular_counts_its_period_and_ranks_the_units(office, tmp_path):
    late, done = a_case(office), a_case(office, "closed", at(2026, 7, 8))
    assert done.facts.lead_unit == late.facts.lead_unit
    a_case(office, when=at(2026, 6, 1))
    found = in_period(office, SECOND_HALF)
    assert found["period"]["label"] == "2026年下半年"
    totals = found["totals"]
    assert (totals["dispatched"], totals["closed"], totals["closed_percent"]) == (2, 1, "50.0")
    assert (totals["due"], totals["on_time"], totals["overdue"]) == (2, 1, 1)
    (line,) = found["ranking"]
    assert (line["place"], line["unit"], line["on_time_percent"]) == (1, LEAD, "50.0%")
    assert found["case"] is None


def test_a_circular_of_a_period_in_which_nothing_was_due_has_no_shares(office):
    a_case(office)
    found = in_period(office, {"period": {"since": "2025-01-01", "until": "2025-03-31"}})
    assert (found["totals"]["dispatched"], found["totals"]["closed_percent"], found["ranking"]) == (
        0,
        None,
        [],
    )


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({}, "period_missing"),
        ({"period": {"since": "2026-07-01"}}, "period_missing"),
        ({"period": {"since": "七月", "until": "2026-09-30"}}, "period_invalid"),
        ({"period": {"since": "2026-09-30", "until": "2026-07-01"}}, "period_reversed"),
    ],
)
def test_a_period_that_is_none_is_refused(stated, code):
    with pytest.raises(Refusal) as refused:
        period_of(stated)
    assert refused.value.code == code


def test_a_stated_period_is_read():
    assert period_of(SECOND_HALF) == Period(date(2026, 7, 1), date(2026, 12, 31))
