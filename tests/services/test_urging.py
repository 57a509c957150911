"""Urging through the real services: who may, what is kept, and the 催办单 that goes out by mail."""

import json
from datetime import date

import pytest
from sqlalchemy import update

from states.errors import FactInvalid, FactMissing, NotPermitted, TransitionRefused
from states.vocabulary import Light
from tests.builders import (
    DIRECTOR,
    LEAD_CODE,
    LEADER,
    LIAISON,
    LIAISON_MAIL,
    OFFICER,
    TITLE,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    history,
    kinds,
    papers,
    rows,
    signed,
    stored,
)
from tests.postbox import open_postbox
from workflow.services import duties, register, timeline
from workflow.services.outbox.sending import send_due
from workflow.services.rendering import render_to
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.directory_models import Unit
from workflow.storage.models import Document, OutboxMessage
from workflow.storage.session import transaction

RUNG, PROMISED, LATER = at(2026, 7, 15), date(2026, 7, 17), at(2026, 7, 20)
SAID = {"means": "phone", "spoke_with": "办公室值班员小周", "answer": "灯具已到货，周五前装完"}


def urged(office, case, by=OFFICER, when=RUNG, **details):
    return give(office, case, "log_urge", by, when, **{**SAID, **details})


def mailed(office, case, when=RUNG, **details):
    return give(office, case, "log_urge", OFFICER, when, means="mail", **details)


def shown(office, case, when=LATER, as_of=None):
    return register.show(office, case.number, today=when, as_of=as_of)


@pytest.mark.parametrize("state", ["assigned", "registered", "handling"])
@pytest.mark.parametrize("by", [OFFICER, DIRECTOR])
def test_a_unit_is_urged_wherever_its_time_runs(office, state, by):
    case = urged(office, a_case(office, state), by, promised_on=PROMISED)
    assert (case.facts.urges, case.facts.promised_on, case.facts.state) == (1, PROMISED, state)
    assert verify(office).findings == []


@pytest.mark.parametrize("by", [LIAISON, UNIT_HEAD, LEADER])
def test_nobody_but_the_office_enters_an_urge(office, by):
    case = a_case(office)
    with pytest.raises(NotPermitted):
        urged(office, case, by)
    assert kinds(office, case)[-1] == "begun"


@pytest.mark.parametrize("state", ["draft", "verifying", "closed"])
def test_nobody_is_urged_while_nothing_is_owed(office, state):
    with pytest.raises(TransitionRefused):
        urged(office, a_case(office, state))


def test_who_was_spoken_to_and_what_he_said_stay_out_of_the_hashed_payload(office):
    last = history(office, urged(office, a_case(office)))[-1]
    assert "小周" not in last.payload
    assert {"spoke_with", "answer"} == json.loads(last.personal)["details"].keys()


def test_attempts_and_the_promise_are_shown_with_the_case(office):
    case = a_case(office)
    urged(office, case, promised_on=PROMISED, evidence=[a_paper_of_proof(office, "通话记录")])
    urged(office, case, DIRECTOR, at(2026, 7, 16), means="visit")
    told = shown(office, case)["urging"]
    assert (told["count"], told["promised_on"]) == (2, "2026-07-17")
    first, last = told["log"]
    assert (first["on"], first["by"], first["means_label"]) == ("2026-07-15", OFFICER, "电话")
    assert (first["spoke_with"], first["promised_on"]) == (SAID["spoke_with"], "2026-07-17")
    assert (first["evidence"][0]["name"], last["means_label"]) == ("路灯修复验收单.txt", "上门")


def test_the_past_shows_only_what_was_entered_by_then(office):
    case = urged(office, a_case(office), promised_on=PROMISED)
    before = shown(office, case, as_of=at(2026, 7, 14))["urging"]
    assert before == {"count": 0, "promised_on": None, "log": []}


def test_a_broken_promise_is_lit_and_followed_until_the_unit_reports(office):
    case = urged(office, a_case(office), promised_on=PROMISED)
    assert shown(office, case, at(2026, 7, 17))["case"]["light_reasons"] == []
    lit = shown(office, case)["case"]
    assert lit["light_reasons"] == ["催办时承诺的日期2026-07-17已过，承诺未兑现"]
    assert lit["light"] != Light.GREEN.value
    assert "待跟进催办承诺" in todo(office, OFFICER, date(2026, 7, 20))
    give(office, case, "report_progress", LIAISON, LATER, progress="已修复120盏")
    assert shown(office, case)["case"]["light_reasons"] == []
    assert "待跟进催办承诺" not in todo(office, OFFICER, date(2026, 7, 20))


def todo(office, person, day):
    lists = duties.owed(office, day=day, person=person).lists
    return [duty.label for one in lists for duty in one.duties]


@pytest.mark.parametrize(
    ("refused_with", "code"),
    [
        ({"promised_on": date(2026, 7, 14)}, "promise_in_the_past"),
        ({"reply_by": date(2026, 7, 14)}, "date_in_the_past"),
        ({"means": "fax"}, "means_invalid"),
        ({"spoke_with": "某" * 201}, "text_too_long"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(office, refused_with, code):
    case = a_case(office)
    before = kinds(office, case)
    with pytest.raises(FactInvalid) as refused:
        urged(office, case, **refused_with)
    assert (refused.value.code, kinds(office, case)) == (code, before)
    assert stored(office, case).facts.urges == 0


def test_a_call_entered_later_is_judged_by_the_day_it_was_made(office):
    case = a_case(office, when=at(2026, 7, 1))
    backdated = give(
        office, case, "log_urge", OFFICER, at(2026, 7, 13), **SAID, promised_on=date(2026, 7, 14)
    )
    assert backdated.facts.promised_on == date(2026, 7, 14)


def test_an_urge_in_writing_sends_the_paper_in_the_same_transaction(office):
    case = mailed(office, a_case(office), reply_by=PROMISED)
    assert kinds(office, case)[-2:] == ["urged", "urge_mailed"]
    (paper,) = papers(office, "urge")
    assert (paper["number"], paper["reply_by"]) == (None, "2026-07-17")
    assert (paper["urge"]["attempt"], paper["left"]["working_days"]) == (1, 5)
    (mail,) = (one for one in rows(office, OutboxMessage) if one.kind == "urge")
    assert (mail.recipient, mail.state) == (LIAISON_MAIL, "queued")
    assert verify(office).findings == []


def test_what_is_said_on_the_telephone_is_not_mailed(office):
    urged(office, a_case(office))
    assert {one.kind for one in rows(office, Document)} == {"assignment"}


@pytest.mark.mail
def test_the_mail_says_everything_itself(office):
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 8), progress="已修复120盏")
    urged(office, case)
    mailed(office, case, at(2026, 7, 27))
    with open_postbox(office) as (home, postbox):
        send_due(home, clock=lambda: at(2026, 7, 27, 10), by=signed(None, LATER))
    (mail,) = (one for one in postbox.mails if one["Subject"].startswith("催办"))
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == f"催办（第2次）：{TITLE}，请于2026年7月30日前答复"
    assert [*mail.iter_attachments()] == []
    assert "应于2026年7月22日办结，至今已逾期3个工作日（5天），尚未办结" in text
    assert "最近进展：已修复120盏" in text
    assert "请于2026年7月30日前说明原因、当前进展和预计完成时间" in text


def test_a_unit_without_an_address_is_not_urged_in_writing(office):
    case = a_case(office)
    with transaction(office.engine) as tx:
        unit = queries.table(Unit)
        tx.execute(update(unit).where(unit.c.code == LEAD_CODE).values(email=None))
    with pytest.raises(FactMissing) as refused:
        mailed(office, case)
    assert (refused.value.code, "电话" in refused.value.message) == ("liaison_mail_missing", True)
    assert stored(office, case).facts.urges == 0


def test_the_history_tells_how_and_what_was_promised(office):
    case = urged(office, a_case(office), promised_on=PROMISED)
    mailed(office, case)
    told = [one["sentence"] for one in timeline.history(office, case.number)][-3:]
    assert told == ["催办（电话，承诺2026-07-17）", "催办（书面）", "催办单随邮件送交承办单位"]


def test_the_paper_is_drafted_for_the_attempt_to_come(office, tmp_path):
    case = urged(office, a_case(office))
    mailed(office, case, at(2026, 7, 16))
    for anew, attempt in ((False, "第2次"), (True, "第3次")):
        out = tmp_path / "催办单.txt"
        told = render_to(office, case.number, "urge", out, by=signed(None), at=LATER, anew=anew)
        assert (told["draft"], told["number"]) == (anew, None)
        assert f"催办次数：{attempt}\n" in out.read_text(encoding="utf-8")


def test_a_matter_nobody_leads_has_no_paper_to_draft(office, tmp_path):
    with pytest.raises(FactMissing) as refused:
        render_to(office, a_draft(office).number, "urge", tmp_path / "催办单.txt", by=signed(None), at=LATER)
    assert refused.value.code == "lead_unit_missing"


@pytest.mark.parametrize(
    ("dispatch", "said"),
    [
        ({"open_ended": True, "cadence": "每季度"}, "办理期限：长期坚持，每季度反馈一次进展情况\n"),
        ({"due_on": date(2026, 7, 20)}, "时限状况：今日到期，尚未办结\n"),
        ({"due_on": date(2026, 7, 31)}, "时限状况：距到期还有9个工作日（11天）\n"),
    ],
)
def test_the_paper_says_how_the_matter_stands(office, tmp_path, dispatch, said):
    case = a_case(office, **dispatch)
    out = tmp_path / "催办单.txt"
    render_to(office, case.number, "urge", out, by=signed(None), at=LATER)
    assert said in out.read_text(encoding="utf-8")
