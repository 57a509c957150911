"""The daily list: one a day to each, only when it is news, and never a word about a person."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from notifications.messages import build_message
from notifications.stationery import Stationery
from notifications.substitution import render
from tests.builders import (
    LEADER,
    LIAISON,
    LIAISON_MAIL,
    PRINCIPAL,
    TITLE,
    UNIT_HEAD,
    a_case,
    at,
    give,
    on_escalation,
    raised,
    rows,
    signed,
    sweep_on,
)
from tests.stories import a_case_to_admonish, a_case_to_ask
from workflow.services.digests import send_digests
from workflow.storage import queries
from workflow.storage.models import Document, OutboxMessage
from workflow.storage.scheduler_models import DigestSent
from workflow.storage.session import reading

REMINDED, INQUIRED, SERVED, LAPSED = at(2026, 7, 23), at(2026, 7, 30), at(2026, 7, 31), at(2026, 8, 24)
DIRECTOR_CODE, PRINCIPAL_CODE = "R010", "R001"


def send_on(office, when, **how):
    return send_digests(office, at=when, by=signed(None, when), **how)


def days_of(office, addressee):
    """The days on which somebody got a list."""
    return sorted(row.day for row in rows(office, DigestSent) if row.addressee == addressee)


def digest_of(office, address):
    """The newest list that went to an address: its facts and its wording."""
    found = [row for row in rows(office, OutboxMessage) if (row.kind, row.recipient) == ("digest", address)]
    newest = max(found, key=lambda row: row.dated)
    with reading(office.engine) as tx:
        document = queries.document(tx, newest.document_id)
        return json.loads(document.facts), Stationery.from_json(queries.stationery(tx, document.stationery))


def mail_of(office, address):
    """Subject, text and HTML as the recipient reads them."""
    facts, wording = digest_of(office, address)
    told = {**facts, "recipient_name": "收件人", "copy_code": "0A1B2C3D"}
    subject, text = (render(source, told, medium="text") for source in (wording.subject, wording.text))
    return subject, text, render(wording.html, told, medium="html")


def journal(office):
    with reading(office.engine) as tx:
        return [row for row in queries.events_of(tx, 0) if row.kind == "digest_queued"]


@pytest.fixture
def inquired(office):
    """A late matter whose inquiry waits for its approver."""
    return a_case_to_ask(office)


@pytest.fixture
def admonished(office):
    """One whose reply lapsed: a measure for a person waits for the principal."""
    return a_case_to_admonish(office)


def test_a_list_says_how_many_how_late_and_what(office):
    for due_on in (date(2026, 7, 20), date(2026, 7, 24)):
        a_case(office, due_on=due_on)
    assert send_on(office, REMINDED).sent == 1
    subject, text, html = mail_of(office, LIAISON_MAIL)
    assert subject == "督办待办2项，其中1项逾期（2026年7月23日）"
    for body in (text, html):
        assert all(said in body for said in (TITLE, "滨督2026-001", "2026年7月20日", "逾期3个工作日"))
        assert all(said in body for said in ("待办结", "请勿直接回复", "0A1B2C3D"))
    assert text.index("2026年7月20日") < text.index("2026年7月24日")


def test_one_list_a_day_however_often_it_is_asked_for(office):
    a_case(office, "assigned")
    first, again, operator = (send_on(office, at(2026, 7, 1, hour)) for hour in (9, 10, 11))
    assert (first.sent, again.sent, again.already) == (1, 0, 1)
    assert send_on(office, at(2026, 7, 1, 12), once=True).sent == operator.sent == 0


def test_mail_claim_and_entry_are_written_together(office):
    a_case(office, "assigned")
    send_on(office, at(2026, 7, 1))
    (sent,), (entry,) = rows(office, DigestSent), journal(office)
    (message,) = (row for row in rows(office, OutboxMessage) if row.kind == "digest")
    (document,) = (row for row in rows(office, Document) if row.kind == "digest")
    assert (document.number, document.case_id, message.case_id) == (None, 0, 0)
    assert sent.document_id == message.document_id == document.id
    told = json.loads(entry.payload)["details"]
    assert (told["addressee"], told["count"], told["content"]) == ("BH212-L", 1, sent.content)
    assert [one["id"] for one in told["messages"]] == [message.id]
    assert entry.actor == "system"


def test_two_senders_at_once_send_everybody_one_list(office, inquired):
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: send_on(office, INQUIRED), range(2)))
    lists = rows(office, DigestSent)
    assert len(lists) == len({row.addressee for row in lists}) > 3
    assert sum(report.sent for report in reports) == len(lists) == len(journal(office))
    assert len([row for row in rows(office, OutboxMessage) if row.kind == "digest"]) == len(lists)


def test_a_list_that_stays_the_same_comes_again_after_the_policy_s_working_days(office):
    a_case(office, due_on=date(2026, 7, 1))
    days = [at(2026, 7, day) for day in range(2, 18)]
    reports = {when.day: send_on(office, when) for when in days}
    assert [day.day for day in days_of(office, "BH212-L")] == [2, 9, 16]  # counting up is no news
    assert [day for day, report in reports.items() if report.closed] == [4, 5, 11, 12]
    assert reports[3].unchanged == 1


def test_a_list_with_something_new_comes_the_next_working_day(office):
    a_case(office, "assigned")
    send_on(office, at(2026, 7, 3))
    a_case(office, "assigned", at(2026, 7, 4))
    assert send_on(office, at(2026, 7, 4)).closed
    assert send_on(office, at(2026, 7, 6)).sent == 1


def test_becoming_late_is_news(office):
    a_case(office, due_on=date(2026, 7, 3))
    for day in (2, 3, 6, 7):
        send_on(office, at(2026, 7, day))
    assert [day.day for day in days_of(office, "BH212-L")] == [2, 6]


def test_nothing_leaves_before_the_office_opens_or_on_a_rest_day(office):
    a_case(office, "assigned")
    moments = [at(2026, 7, 1, 8, 29), at(2026, 7, 1, 17, 30), at(2026, 7, 4, 10)]
    assert all(send_on(office, when).closed for when in moments)
    assert rows(office, DigestSent) == []
    assert send_on(office, at(2026, 7, 4, 22), once=True).sent == 1
    assert send_on(office, at(2026, 7, 6, 8, 30)).unchanged == 1


def test_whoever_owes_nothing_gets_nothing(office):
    a_case(office, "closed")
    assert send_on(office, at(2026, 7, 2)).as_json() == {
        "day": "2026-07-02", "closed": False, "sent": 0, "unchanged": 0, "already": 0, "unaddressed": 0,
        "nobodys": 0, "unreadable": 0,
    }  # fmt: skip


def test_somebody_without_an_address_is_counted(office):
    case = a_case(office)
    give(office, case, "request_extension", LIAISON, due_on=date(2026, 8, 5), reason="推迟")
    report = send_on(office, at(2026, 7, 1))
    assert (report.sent, report.unaddressed) == (1, 1)  # the liaison is told for his head


def test_an_undecided_proposal_reminds_its_approver_again_and_never_promotes_itself(office, inquired):
    for day in range(30, 32):
        send_on(office, at(2026, 7, day))
    for day in range(1, 15):
        sweep_on(office, at(2026, 8, day, 1))
        send_on(office, at(2026, 8, day))
    assert days_of(office, DIRECTOR_CODE) == [date(2026, 7, 30), date(2026, 8, 6), date(2026, 8, 13)]
    inquiry = raised(office, "inquiry")
    assert (inquiry.state, inquiry.decided_on, inquiry.document_id) == ("proposed", None, None)


def test_a_snoozed_proposal_is_not_on_the_list_until_its_day(office, inquired):
    until = date(2026, 8, 5)
    on_escalation(office, "inquiry", "snooze", LEADER, INQUIRED, until=until, reason="先行面谈")
    for day in (3, 4, 5):
        send_on(office, at(2026, 8, day))
    assert days_of(office, DIRECTOR_CODE) == [until]


def test_a_list_never_says_whom_or_what_a_personal_measure_is_about(office, admonished):
    send_on(office, LAPSED)
    principal = "gu.yanqing@binhai.example"
    facts, _ = digest_of(office, principal)
    subject, text, html = mail_of(office, principal)
    assert (facts["items"], facts["count"]) == ([], {"all": 1, "overdue": 0, "private": 1})
    assert subject == "督办待办1项（2026年8月24日）"
    for body in (text, html):
        assert "您有1件待办的干部监督事项，请登录系统或到场办理" in body
        secrets = (UNIT_HEAD, TITLE, "滨督2026-001", "诫勉", "admonition", raised(office, "admonition").id)
        assert not any(said in body + json.dumps(facts, ensure_ascii=False) for said in secrets)


def test_a_personal_measure_is_on_nobody_else_s_list(office, admonished):
    send_on(office, LAPSED)
    told = [json.loads(row.facts) for row in rows(office, Document) if row.kind == "digest"]
    assert [facts["count"]["private"] for facts in told if facts["count"]["private"]] == [1, 1, 1]
    assert not any("诫勉" in json.dumps(facts["items"], ensure_ascii=False) for facts in told)
    (entry,) = (row for row in journal(office) if PRINCIPAL_CODE in row.payload)
    assert PRINCIPAL not in entry.payload
    assert "诫勉" not in entry.payload


def test_a_long_list_is_cut_and_says_so(office):
    for _ in range(3):
        a_case(office, "assigned")
    facts, wording = _of_many(office)
    assert (len(facts["items"]), facts["more"]) == (2, 1)
    told = {**facts, "recipient_name": LIAISON, "copy_code": "0A1B2C3D"}
    assert "另有1项未列出" in render(wording.text, told, medium="text")


def _of_many(office):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workflow.services.digests.MOST", 2)
        send_on(office, at(2026, 7, 1))
    return digest_of(office, LIAISON_MAIL)


def test_a_title_with_markup_is_words_in_the_mail(office):
    case = a_case(office, "assigned")
    send_on(office, at(2026, 7, 1))
    facts, wording = digest_of(office, LIAISON_MAIL)
    facts["items"][0]["title"] = "<b>路灯</b>\n\nBcc: x@y.example"
    data = build_message(
        wording, facts, sender="duban@binhai.example", recipient_name=LIAISON, recipient=LIAISON_MAIL,
        message_id="<1@binhai.example>", date=at(2026, 7, 1),
    )  # fmt: skip
    assert b"\nBcc:" not in data
    told = {**facts, "recipient_name": LIAISON, "copy_code": "0A1B2C3D"}
    assert "&lt;b&gt;路灯" in render(wording.html, told, medium="html")
    assert case.number in facts["items"][0]["number"]
