"""Plain mails: no number, no paper, no attachment; of a case, or of none and then in the office journal."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import text

from notifications import facts as vocabulary
from states.errors import Refusal
from tests.builders import LIAISON_MAIL, TITLE, a_case, at, kinds, papers, rows, signed, sweep_on
from tests.postbox import open_postbox
from workflow.services.batch import opened
from workflow.services.entries import Act
from workflow.services.outbox.sending import send_due
from workflow.services.outbox.viewing import list_outbox
from workflow.services.paper_values import Recipient
from workflow.services.plain_mails import post
from workflow.services.rendering import render_pending, render_to
from workflow.services.replay import read
from workflow.services.verification import verify
from workflow.services.work import begin
from workflow.storage import queries
from workflow.storage.models import Document, Escalation, NumberSequence, OutboxMessage, Stationery
from workflow.storage.session import reading, transaction

pytestmark = pytest.mark.mail

DUE_SOON, NOW = at(2026, 7, 17), at(2026, 7, 17, 10)
READER = Recipient("盛宁远", LIAISON_MAIL)
OWED = {
    "day": "2026-07-17",
    "count": 1,
    "items": [{"what": "办结", "matter": TITLE, "number": "滨督2026-001", "due_on": "2026-07-22"}],
}
WORDING = {
    "subject.txt.j2": "待办{{ count }}项",
    "body.txt.j2": "{{ recipient_name }}：{% for one in items %}{{ one.matter }}"
    "{% if one.late %}！{% endif %}{% endfor %}{% if more %}+{{ more }}{% endif %}{{ link }}{{ copy_code }}",
    "body.html.j2": "<p>{{ day|cndate }}</p>{% for one in items %}<p>{{ one.due_on|cndate }}</p>{% endfor %}",
}


def send(office, when=NOW):
    return send_due(office, clock=lambda: when, by=signed(None, when))


def journal(office):
    with reading(office.engine) as tx:
        return [read(event) for event in queries.events_of(tx, 0)]


@pytest.fixture
def lists(office, tmp_path, monkeypatch):
    """The office with a kind that is only a mail, and an address of its own on the web."""
    monkeypatch.setitem(vocabulary.MAIL_KINDS, "todo", "待办清单")
    folder = tmp_path / "wording" / "mail" / "todo"
    folder.mkdir(parents=True)
    for name, source in WORDING.items():
        (folder / name).write_text(source, encoding="utf-8")
    own = {"templates": tmp_path / "wording", "public_url": "https://duban.binhai.example/"}
    return replace(office, settings=office.settings.model_copy(update=own))


def post_list(office, *recipients, facts=OWED, case=None):
    """What the desk does: post, and enter what was posted."""
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None, NOW), at=NOW)
        of = opened(queries.case_by_number(tx, case.number)) if case else None
        issued = post(work, "todo", facts, recipients or [READER], of)
        act = Act("list_sent", NOW, details=issued.as_details())
        work.batch.enter(of, act) if of else work.batch.note(act)
        work.batch.flush()
    return issued


def test_a_notice_before_the_date_takes_no_number_and_says_so_in_its_entry(office):
    case = a_case(office)
    sweep_on(office, DUE_SOON)
    (mail,) = papers(office, "due_soon")
    (row,) = (one for one in rows(office, Document) if one.kind == "due_soon")
    assert (mail["number"], row.number) == (None, None)
    with reading(office.engine) as tx:
        entry = read(queries.events_of(tx, case.id)[-1])
    assert (entry.kind, entry.details.document) == ("escalation_issued", row.id)
    assert {"document_number"} <= entry.details.model_fields_set
    assert entry.details.document_number is None
    assert {one.series for one in rows(office, NumberSequence) if one.year} == {"事项/滨督", "滨督交"}


def test_it_leaves_without_waiting_for_a_paper_and_carries_none(office):
    a_case(office)
    sweep_on(office, DUE_SOON)
    with open_postbox(office) as (home, postbox):
        report = send(home)
    assert (report.sent, report.rendering.rendered, report.waiting, report.undelivered) == (2, 1, 0, 0)
    (mail,) = (one for one in postbox.mails if one["Subject"].startswith("期限提示"))
    assert (list(mail.iter_attachments()), TITLE in mail["Subject"]) == ([], True)
    assert "还有3个工作日" in mail.get_body(("plain",)).get_content()
    assert {one.kind: one.sha256 is None for one in rows(office, Document)} == {
        "assignment": False,
        "due_soon": True,
    }
    assert verify(office).findings == []


def test_it_is_never_laid_out_and_never_set_aside(office):
    case = a_case(office)
    sweep_on(office, DUE_SOON)
    first, second = (render_pending(office, by=signed(None, NOW)) for _ in range(2))
    assert (first.rendered, second.rendered, first.failed) == (1, 0, [])
    assert Counter(kinds(office, case))["document_rendered"] == 1


def test_a_plain_mail_can_still_be_written_to_a_file(office, tmp_path):
    case = a_case(office)
    sweep_on(office, DUE_SOON)
    for form in (".pdf", ".html", ".txt"):
        told = render_to(office, case.number, "due_soon", tmp_path / f"提示{form}", by=signed(None), at=NOW)
        assert (told["number"], told["draft"]) == (None, False)
    assert TITLE in (tmp_path / "提示.txt").read_text(encoding="utf-8")
    with pytest.raises(Refusal, match="期限提示已经发出，不能再加附件"):
        render_to(office, case.number, "due_soon", tmp_path / "提示.pdf", by=signed(None), at=NOW, annex=True)


def test_many_notices_before_the_date_and_papers_in_one_sweep_leave_no_gap(office):
    for when in (at(2026, 7, 1), at(2026, 6, 23), at(2026, 7, 1)):
        a_case(office, when=when)
    sweep_on(office, DUE_SOON)
    assert Counter(row.step for row in rows(office, Escalation)) == {"due_soon": 2, "reminder": 1}
    assert [one["number"] for one in papers(office, "reminder")] == ["滨督函〔2026〕1号"]
    assert verify(office).findings == []


def test_a_mail_of_no_case_is_sent_and_answered_for_in_the_journal(lists):
    issued = post_list(lists)
    with open_postbox(lists, "451 4.3.0 later") as (home, postbox):
        assert send(home).deferred == 1
        assert send(home, at(2026, 7, 17, 11)).sent == 1
    assert [entry.kind for entry in journal(lists)][-3:] == ["list_sent", "mail_deferred", "mail_sent"]
    assert journal(lists)[-1].details.message == issued.messages[0]["id"]
    assert (issued.number, postbox.mails[0]["Subject"]) == (None, "待办1项")
    assert len(set(postbox.taken)) == 1
    assert verify(lists).findings == []


def test_what_its_facts_say_is_frozen_with_the_office_the_day_and_the_way_in(lists):
    post_list(lists)
    (frozen,) = papers(lists, "todo")
    assert frozen.items() >= OWED.items()
    assert (frozen["date"], frozen["number"]) == ("2026-07-17", None)
    assert (frozen["link"], "督查" in frozen["office"]["name"]) == ("https://duban.binhai.example", True)


def test_a_mail_of_a_case_leads_to_its_case_and_stands_in_its_history(lists):
    case = a_case(lists)
    post_list(lists, case=case)
    (frozen,) = papers(lists, "todo")
    assert frozen["link"] == f"https://duban.binhai.example/cases/{case.number}"
    with open_postbox(lists) as (home, _):
        assert send(home).sent == 2
    assert kinds(lists, case)[-1] == "mail_sent"
    assert verify(lists).findings == []


def test_each_address_gets_one_mail(lists):
    post_list(lists, READER, Recipient("同一地址", LIAISON_MAIL), Recipient("另一人", "a@binhai.example"))
    assert sorted(one.recipient for one in rows(lists, OutboxMessage)) == ["a@binhai.example", LIAISON_MAIL]


def test_the_longest_address_there_may_be_fits(lists):
    longest = f"{'a' * 64}@{'b' * 182}.example"[:254]
    post_list(lists, Recipient("远方", longest))
    assert rows(lists, OutboxMessage)[0].recipient == longest


def test_the_outbox_shows_mails_of_no_case_and_without_number(lists):
    case = a_case(lists)
    sweep_on(lists, DUE_SOON)
    post_list(lists)
    listed = {one["kind"]: one for one in list_outbox(lists)}
    assert (listed["todo"]["case"], listed["todo"]["document"]) == (None, None)
    assert (listed["due_soon"]["case"], listed["due_soon"]["document"]) == (case.number, None)
    assert [listed[kind]["kind_label"] for kind in ("todo", "due_soon")] == ["待办清单", "期限提示"]


def test_a_fact_missing_from_a_list_refuses_that_mail_by_name_and_no_other(lists):
    with pytest.raises(Refusal, match=r"缺少“清单中的期限”（items\.due_on）"):
        post_list(lists, facts=OWED | {"items": [{"matter": TITLE}]})
    post_list(lists)
    with open_postbox(lists) as (home, _):
        report = send(home)
    assert (report.failed, report.sent) == (0, 1)


def test_its_wording_is_kept_so_that_it_reads_the_same_later(lists):
    post_list(lists)
    (lists.settings.templates / "mail" / "todo" / "subject.txt.j2").write_text("改写", encoding="utf-8")
    with open_postbox(lists) as (home, postbox):
        send(home)
    assert (postbox.mails[0]["Subject"], len(rows(lists, Stationery))) == ("待办1项", 1)


TAMPERED = [
    ("UPDATE documents SET facts = replace(facts, '路灯', '井盖') WHERE case_id = 0", "paper_changed"),
    ("UPDATE documents SET number = '滨督函〔2026〕1号' WHERE case_id = 0", "paper_changed"),
    ("DELETE FROM documents WHERE case_id = 0", "paper_missing"),
    ("UPDATE documents SET id = 'another' WHERE case_id = 0", "paper_unrecorded"),
    ("UPDATE outbox SET recipient = 'x@elsewhere.example' WHERE case_id = 0", "mail_changed"),
    ("UPDATE outbox SET state = 'failed' WHERE case_id = 0", "mail_changed"),
    ("DELETE FROM outbox WHERE case_id = 0", "mail_missing"),
    ("UPDATE outbox SET id = 'another' WHERE case_id = 0", "mail_unrecorded"),
    ("UPDATE documents SET sha256 = 'another' WHERE kind = 'due_soon'", "paper_changed"),
    ("DELETE FROM documents WHERE kind = 'due_soon'", "paper_missing"),
    ("UPDATE documents SET number = NULL WHERE kind = 'assignment'", "paper_changed"),
]


@pytest.mark.parametrize(("statement", "code"), TAMPERED)
def test_what_was_done_to_plain_mails_is_found_and_named(lists, statement, code):
    a_case(lists)
    sweep_on(lists, DUE_SOON)
    post_list(lists)
    assert verify(lists).findings == []
    with transaction(lists.engine) as tx:
        tx.execute(text(statement))
    found = verify(lists).findings
    assert code in {finding["code"] for finding in found}
    assert "None" not in "".join(finding["message"] for finding in found)
