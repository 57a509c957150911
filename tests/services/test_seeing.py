"""What one person is shown of a case: the whole to the office, their part to its units, nothing to others."""

import json
from datetime import date

import pytest
from sqlalchemy import update

from states.corrections import EMPTY
from states.errors import NotPermitted
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    on_escalation,
    raised,
    rows,
    signed,
)
from tests.postbox import open_postbox
from tests.stories import ADMONITION, GROUND, a_case_to_admonish, a_case_to_ask, a_whole_story
from workflow.errors import NotFound
from workflow.services import coordinating, explaining, register, timeline
from workflow.services.coordinating import Child
from workflow.services.digests import send_digests
from workflow.services.outbox.sending import send_due
from workflow.services.rendering import render_pending, render_to
from workflow.services.seeing import Onlooker
from workflow.storage import queries
from workflow.storage.models import Document
from workflow.storage.session import transaction

LATER = at(2026, 9, 1)
OTHER_LIAISON, BYSTANDERS = "BH213-L", ("BH213-L", "易守拙", "娄照临")
OTHER = Child("箱变更新", "市水务局", date(2026, 8, 5))
SECRET = "疑似虚报，先不告知承办单位"


def looking(person, when=LATER):
    return None if person is None else Onlooker(person, when)


def shown(office, case, person, when=LATER, **options):
    return register.show(office, case.number, today=when, by=looking(person, when), **options)


def told(office, case, person, **options):
    return timeline.history(office, case.number, by=looking(person), **options)


def explained(office, case, person, when=LATER):
    return explaining.explain(office, case.number, today=when, by=looking(person, when))


def everything(office, case, person):
    """All that somebody is shown of a case, as one text."""
    views = (shown(office, case, person), told(office, case, person), explained(office, case, person))
    return json.dumps(views, ensure_ascii=False, default=str)


def commented(office, case, *mentions, when=at(2026, 7, 2)):
    return give(office, case, "comment", OFFICER, when, text=SECRET, mentions=mentions)


@pytest.fixture
def asked(office):
    """A late matter with a comment, whose inquiry waits for its approver, drafted by an officer."""
    case = a_case_to_ask(office)
    commented(office, case, "骆文渊")
    on_escalation(office, "inquiry", "draft", OFFICER, at(2026, 7, 30), question="为何仍未修复")
    return case


@pytest.fixture
def admonished(office):
    """The same one rung higher: a measure for a person waits for the principal."""
    return commented(office, a_case_to_admonish(office), DIRECTOR, when=ADMONITION)


@pytest.mark.parametrize("person", [None, OFFICER, DIRECTOR, PRINCIPAL, AUDITOR, "颜秉文"])
def test_the_office_and_the_auditor_see_everything(office, asked, person):
    whole = everything(office, asked, None)
    assert SECRET in whole
    assert everything(office, asked, person) == whole


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD])
def test_a_unit_s_people_see_no_comment_and_nobody_mentioned(office, asked, person):
    seen = everything(office, asked, person)
    assert SECRET not in seen and "批注" not in seen and "R013" not in seen
    assert shown(office, asked, person)["comments"] == []
    assert [entry["kind"] for entry in told(office, asked, person)][:3] == [
        "opened",
        "assigned",
        "document_issued",
    ]


def test_a_measure_is_not_there_for_its_unit_until_it_is_issued(office, asked):
    inquiry = raised(office, "inquiry").id
    assert inquiry in everything(office, asked, OFFICER)
    seen = everything(office, asked, LIAISON)
    assert inquiry not in seen and "提请审批" not in seen and "待审批" not in seen
    assert [one["step"] for one in shown(office, asked, LIAISON)["escalations"]] == ["reminder"]
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 31))
    assert inquiry in everything(office, asked, LIAISON)


def test_of_an_issued_measure_the_unit_is_not_told_how_it_was_proposed(office, asked):
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 31))
    (inquiry,) = [one for one in shown(office, asked, LIAISON)["escalations"] if one["step"] == "inquiry"]
    assert (inquiry["issued_on"], inquiry["drafted_by"], inquiry["decided_by"]) == ("2026-07-31", None, None)
    (whole,) = [one for one in explained(office, asked, LIAISON)["escalations"] if one["step"] == "inquiry"]
    assert whole["told"] == ["2026年7月31日发出", "待送达"]
    kinds = [entry["kind"] for entry in told(office, asked, LIAISON)]
    assert "escalation_issued" in kinds
    assert {"escalation_proposed", "escalation_drafted", "escalation_approved"}.isdisjoint(kinds)


def test_a_measure_for_a_person_is_his_alone_and_only_when_it_is_issued(office, admonished):
    measure = raised(office, "admonition").id
    assert all(measure not in everything(office, admonished, one) for one in (LIAISON, UNIT_HEAD))
    on_escalation(office, "admonition", "approve", PRINCIPAL, ADMONITION, ground=GROUND)
    paper = raised(office, "admonition").document_id
    assert all(id in everything(office, admonished, UNIT_HEAD) for id in (measure, paper))
    assert all(id not in everything(office, admonished, LIAISON) for id in (measure, paper))
    assert "admonition" not in everything(office, admonished, LIAISON)
    assert (shown(office, admonished, LIAISON)["case"]["level"]) == "inquiry"
    assert (shown(office, admonished, OFFICER)["case"]["level"]) == "admonition"


@pytest.mark.mail
def test_what_became_of_a_person_s_paper_is_kept_from_others_too(office):
    case = a_whole_story(office)
    render_pending(office, by=signed(None, LATER))
    with open_postbox(office) as (writing, _):
        send_due(writing, clock=lambda: LATER, by=signed(None, LATER))
    paper = raised(office, "admonition").document_id
    assert paper in everything(office, case, UNIT_HEAD)
    seen = everything(office, case, LIAISON)
    assert paper not in seen and raised(office, "inquiry").document_id in seen


def test_what_lies_ahead_is_told_to_a_unit_without_persons_and_without_approvers(office, asked):
    ahead = explained(office, asked, LIAISON)["next"]
    assert [(one["step"], one["to"]["approvers"], one["told"]) for one in ahead] == [
        ("inquiry", [], "已达到（2026年7月30日）")
    ]
    assert "admonition" in [one["step"] for one in explained(office, asked, OFFICER)["next"]]
    turns = explained(office, asked, LIAISON)["would_change"]
    assert {one["command"] for one in turns} == {"report_completion"}
    assert all("函询" not in one["effect"] for one in turns)


def test_why_the_sweep_stands_still_is_not_told_to_a_unit(office, asked, monkeypatch):
    stands = {"set_aside": {"message": "巡查出错"}, "held": [{"message": "暂缓"}]}
    monkeypatch.setattr("workflow.services.explaining.standstill", lambda tx, case: stands)
    assert explained(office, asked, OFFICER)["set_aside"] == stands["set_aside"]
    assert [explained(office, asked, LIAISON)[name] for name in stands] == [None, []]


@pytest.mark.parametrize("person", BYSTANDERS)
@pytest.mark.parametrize("view", [shown, told, explained])
def test_whoever_has_no_part_in_a_matter_is_shown_nothing(office, asked, view, person):
    with pytest.raises(NotPermitted) as refused:
        view(office, asked, person)
    assert refused.value.code == "not_yours"
    assert "督查室" in refused.value.message


@pytest.mark.parametrize("view", [shown, told, explained])
@pytest.mark.parametrize("person", ["", "查无此人"])
def test_somebody_nobody_knows_is_shown_nothing(office, asked, view, person):
    with pytest.raises(NotFound):
        view(office, asked, person)


def test_a_co_unit_s_people_and_the_accountable_leader_see_their_part(office):
    case = commented(office, a_case(office, co_units=("BH213",), accountable_leader="沈以恒"))
    for person in (OTHER_LIAISON, "沈以恒"):
        assert SECRET not in everything(office, case, person)
    with pytest.raises(NotPermitted):
        everything(office, case, "R007")


def test_a_leader_s_name_that_two_people_bear_shows_the_matter_to_neither_by_it(office):
    case, code = a_case(office, accountable_leader="沈以恒"), code_of(office, "沈以恒")
    named_alike(office, "BH213-L", "沈以恒")
    for person in (code, "BH213-L"):
        with pytest.raises(NotPermitted):
            shown(office, case, person)
        with pytest.raises(NotPermitted):
            told(office, case, person)
    by_code = a_case(office, accountable_leader=code)
    assert shown(office, by_code, code)
    with pytest.raises(NotPermitted):
        shown(office, by_code, "BH213-L")


def code_of(office, name):
    with transaction(office.engine) as tx:
        (person,) = queries.people_called(tx, name)
        return person.code


def named_alike(office, person, name):
    """Two people come to bear one name."""
    with transaction(office.engine) as tx:
        tx.execute(update(queries.PERSON).where(queries.PERSON.c.code == person).values(name=name))


def test_of_other_matters_a_unit_is_told_number_and_link_alone(office):
    names = (OTHER.title, OTHER.lead_unit, "另一家单位的事项")
    case, merged = a_case(office), a_draft(office, title="另一家单位的事项")
    give(office, merged, "merge", DIRECTOR, at(2026, 7, 6), reason="同一问题", surviving=case.number)
    ask = {"level": "office", "blocker": "变压器迁改跨两个部门", "wanted": "明确迁改主体"}
    give(office, case, "request_coordination", LIAISON, at(2026, 7, 6), **ask)
    agreed = {"minutes": "另行迁改", "evidence": [a_paper_of_proof(office, "纪要")], "children": [OTHER]}
    by, when = signed(DIRECTOR, at(2026, 7, 7)), at(2026, 7, 7)
    child = coordinating.decide(office, case.number, by=by, at=when, **agreed).children[0]
    assert all(name in everything(office, case, OFFICER) for name in names)
    seen = everything(office, case, LIAISON)
    assert all(name not in seen for name in names)
    (told_child,) = shown(office, case, LIAISON)["children"]
    assert (told_child["number"], told_child["link_label"]) == (child.number, "协调议定")
    assert shown(office, child, "BH214-L")["parent"]["title"] is None


def test_a_unit_whose_task_was_cancelled_sees_no_more_of_the_matter(office):
    case, task = a_case(office), {"unit": "BH213", "task_title": "迁移占压灯杆的站牌12处"}
    give(office, case, "add_task", OFFICER, at(2026, 7, 6), due_on=date(2026, 7, 16), **task)
    assert everything(office, case, OTHER_LIAISON)
    give(office, case, "cancel_task", OFFICER, at(2026, 7, 7), task=1, reason="站牌已迁走")
    no_co_unit = {"field": "co_units", "old": ("BH213",), "new": EMPTY, "reason": "不再需要配合"}
    give(office, case, "correct", OFFICER, at(2026, 7, 7), **no_co_unit)
    with pytest.raises(NotPermitted):
        everything(office, case, OTHER_LIAISON)


def test_who_objected_to_what_a_unit_reported_is_withheld_from_it(office):
    case, resident = a_case(office, "verifying", at(2026, 7, 13)), "望海街道某居民"
    checked = {"method": "document", "finding": "passed", "verification": "用电记录正常"}
    give(office, case, "record_verification", OFFICER, at(2026, 7, 14), **checked)
    notice = {"channel": "政府网站", "public_until": date(2026, 7, 22)}
    give(office, case, "publish_result", OFFICER, at(2026, 7, 15), **notice)
    objected = {"objection": "三号路口仍不亮", "objector": resident}
    give(office, case, "record_objection", OFFICER, at(2026, 7, 16), **objected)
    assert resident in everything(office, case, OFFICER)
    seen = everything(office, case, LIAISON)
    assert resident not in seen and "三号路口仍不亮" in seen


def test_an_officer_who_is_of_the_unit_too_sees_as_the_office(office, asked):
    """He cannot unsee it; what he may not be is drawn into it by a mention."""
    with transaction(office.engine) as tx:
        tx.execute(queries.GRANT.insert().values(person="R013", role="liaison", unit="BH212"))
    assert SECRET in everything(office, asked, "R013")


def test_a_view_of_the_past_keeps_back_the_same(office, asked):
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 31))
    then = {"as_of": at(2026, 7, 30, 23)}
    steps = [one["step"] for one in shown(office, asked, LIAISON, **then)["escalations"]]
    assert steps == ["reminder"]
    kinds = {entry["kind"] for entry in told(office, asked, LIAISON, **then)}
    assert {"commented", "escalation_proposed"}.isdisjoint(kinds)


def test_roles_are_asked_for_on_the_day_somebody_looks(office, asked):
    with transaction(office.engine) as tx:
        tx.execute(
            queries.GRANT.update().where(queries.GRANT.c.person == "R011").values(valid_to=LATER.date())
        )
    assert shown(office, asked, OFFICER)["comments"]
    with pytest.raises(NotPermitted):
        shown(office, asked, OFFICER, at(2026, 9, 2))


@pytest.mark.mail
def test_no_paper_no_mail_and_no_list_carries_a_comment(office, tmp_path):
    case = a_case_to_admonish(office)
    commented(office, case, DIRECTOR, PRINCIPAL, when=ADMONITION)
    render_pending(office, by=signed(None, LATER))
    sent = send_everything(office)
    assert sent
    texts = [json.dumps(row.facts, ensure_ascii=False) for row in rows(office, Document)]
    texts += [part for mail in sent for part in bodies(mail)]
    for kind in ("assignment", "reminder", "inquiry", "admonition", "close_out"):
        out = tmp_path / f"{kind}.txt"
        render_to(office, case.number, kind, out, by=signed(None, LATER), at=LATER)
        texts.append(out.read_text(encoding="utf-8"))
    assert any("提及我" in one for one in texts)
    assert all(SECRET not in one and "批注" not in one for one in texts)


def send_everything(office):
    """Every mail that leaves, the daily lists among them."""
    with open_postbox(office) as (writing, postbox):
        send_digests(writing, at=LATER, by=signed(None, LATER), once=True)
        send_due(writing, clock=lambda: LATER, by=signed(None, LATER))
        return postbox.mails


def bodies(mail):
    return [part.get_content() for part in mail.walk() if part.get_content_type().startswith("text/")]
