"""What is frozen when a paper is issued: everything it will ever say, and nothing rendered yet."""

import json

import pytest

from notifications.stationery import Stationery as Wording
from notifications.wording import compose
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON_MAIL,
    OFFICER,
    PRINCIPAL,
    TITLE,
    a_case,
    a_receipt,
    at,
    climb,
    give,
    on_escalation,
    papers,
    rows,
    sweep_on,
)
from tests.stories import OF_A_STORY
from workflow.storage.models import Document, OutboxMessage, Stationery

GROUND = {"clause": "《督查工作规定》第十二条", "facts": "三次催办后仍未整改"}


@pytest.fixture
def whole_ladder(office):
    """A case that met every rung, and another that was struck off: a paper of every kind."""
    late = a_case(office, co_units=["市财政局"])
    climb(office, at(2026, 7, 17), at(2026, 7, 23), at(2026, 7, 30))
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 30), question="为何逾期？")
    on_escalation(office, "inquiry", "serve", DIRECTOR, at(2026, 7, 31), evidence=a_receipt(office))
    sweep_on(office, at(2026, 8, 24))
    on_escalation(office, "admonition", "approve", PRINCIPAL, at(2026, 8, 25), ground=GROUND)
    give(office, late, "log_urge", OFFICER, at(2026, 8, 25), means="mail")
    a_case(office, "closed", at(2026, 8, 26))
    return late


def test_every_kind_of_paper_can_be_worded_from_what_was_frozen(office, whole_ladder):
    wordings = {row.digest: row.source for row in rows(office, Stationery)}
    issued = rows(office, Document)
    assert {row.kind for row in issued} == OF_A_STORY
    for row in issued:
        assert compose(Wording.from_json(wordings[row.stationery]), json.loads(row.facts)).title


def test_a_paper_knows_the_matter_as_it_stood(office, whole_ladder):
    (reminder,) = papers(office, "reminder")
    assert reminder["case"]["number"] == whole_ladder.number
    assert reminder["case"]["title"] == TITLE
    assert (reminder["case"]["lead_unit"], reminder["case"]["co_units"]) == (LEAD, ["市财政局"])
    assert (reminder["case"]["dispatched_on"], reminder["case"]["due_on"]) == ("2026-07-01", "2026-07-22")
    assert reminder["late"] == {"working_days": 1, "days": 1}


def test_a_reminder_cites_its_authority_and_what_went_before(office, whole_ladder):
    (reminder,), (inquiry,) = papers(office, "reminder"), papers(office, "inquiry")
    assert "《督办阶梯默认规则》第3版" in reminder["authority"]
    assert reminder["reply_by"] == "2026-07-30"
    assert [one["number"] for one in inquiry["prior"]] == ["滨督函〔2026〕1号"]
    assert (inquiry["reply_by"], inquiry["reply_working_days"], inquiry["authority"]) == (None, 15, None)


def test_a_notice_before_the_date_says_how_long_is_left(office, whole_ladder):
    (due_soon,) = papers(office, "due_soon")
    assert (due_soon["number"], due_soon["authority"]) == (None, None)
    assert (due_soon["left"], due_soon["late"]) == ({"working_days": 3, "days": 5}, None)


def test_a_close_out_notice_says_what_was_reported_and_what_was_seen(office, whole_ladder):
    (notice,) = papers(office, "close_out")
    assert notice["result"] == "312盏全部复亮"
    assert notice["verification"] == "夜间抽查40盏均亮"
    assert notice["closed_on"] == "2026-08-26"


def test_there_is_one_mail_for_each_recipient_of_each_paper(office, whole_ladder):
    mails = rows(office, OutboxMessage)
    by_paper = {row.id: row.kind for row in rows(office, Document)}
    to_handlers = [mail for mail in mails if by_paper[mail.document_id] == "admonition"]
    others = [mail for mail in mails if by_paper[mail.document_id] != "admonition"]
    assert len(to_handlers) == 2
    assert len(others) == len(by_paper) - 1
    assert {mail.recipient for mail in others} == {LIAISON_MAIL}
    assert len({mail.message_id for mail in mails}) == len(mails)
    assert all(mail.message_id.endswith("@binhai.example>") for mail in mails)


def test_nothing_is_laid_out_or_sent_within_the_command(office, whole_ladder):
    assert {row.sha256 for row in rows(office, Document)} == {None}
    assert {(row.state, row.attempts) for row in rows(office, OutboxMessage)} == {("queued", 0)}


def test_a_wording_is_kept_once_however_many_papers_use_it(office):
    for _ in range(3):
        a_case(office, "assigned")
    (kept,) = rows(office, Stationery)
    assert {row.stationery for row in rows(office, Document)} == {kept.digest}
