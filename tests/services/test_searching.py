"""Looking for entries over all cases and the journal: by case, person, time, kind and words, page by page."""

import json
import re

import pytest
from sqlalchemy import select

from states.errors import FactInvalid, NotPermitted
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    at,
    give,
    on_escalation,
    raised,
    signed,
    sweep_on,
)
from tests.reforming import renamed
from tests.stories import INQUIRY, QUESTION, a_case_to_ask, a_whole_story
from tests.unguarded import behind_the_application
from workflow.errors import NotFound
from workflow.services import cases, timeline
from workflow.services.calendars import load
from workflow.services.deputies import appoint
from workflow.services.searching import JOURNAL_ALONE, Clock, Wanted, search
from workflow.services.seeing import Onlooker
from workflow.storage import queries
from workflow.storage.session import reading

LATER = at(2026, 12, 1)
SECRET = "先不告知承办单位"


def looking(person):
    return person and Onlooker(person, LATER)


def found(office, person=None, *, limit=1_000, **wanted):
    return search(office, Wanted(**wanted), limit=limit, by=looking(person)).entries


def named(entries):
    return [(one["case"], one["seq"]) for one in entries]


def kinds(entries):
    return [one["kind"] for one in entries]


def stored_events(office, order):
    """Every entry by number and place, in the order of a time and then of writing."""
    events, cases = queries.EVENT, queries.CASE
    joined = select(events, cases.c.number).join(cases, cases.c.id == events.c.case_id, isouter=True)
    with reading(office.engine) as tx:
        return [(row.number, row.seq) for row in tx.execute(joined.order_by(events.c[order], events.c.id))]


def test_nothing_asked_for_is_everything_in_the_order_of_writing(office):
    a_whole_story(office)
    assert named(found(office)) == stored_events(office, "recorded_at")
    assert named(found(office, clock=Clock.OCCURRED)) == stored_events(office, "occurred_at")


def test_an_entry_is_told_as_in_the_timeline_of_its_case(office):
    case = a_whole_story(office)
    give_tasks(office)
    for number in (case.number, "滨督2026-002"):
        told = {one["seq"]: one for one in timeline.history(office, number)}
        for one in found(office, case=number):
            assert {name: told[one["seq"]][name] for name in one if name != "case"} == {
                name: value for name, value in one.items() if name != "case"
            }


def give_tasks(office):
    """A matter with two tasks of other units, one cancelled, and an instruction that was put right."""
    shared = a_case(office, when=at(2026, 7, 2))
    for unit in ("市水务局", "BH213"):
        order = {"unit": unit, "task_title": "配合断电作业", "due_on": at(2026, 7, 20).date()}
        give(office, shared, "add_task", OFFICER, at(2026, 7, 3), **order)
    give(office, shared, "cancel_task", OFFICER, at(2026, 7, 6), task=1, reason="不再需要")
    said = {"leader": "市长", "instructed_on": at(2026, 7, 6).date(), "instruction": "限月底前复亮"}
    case = give(office, shared, "record_instruction", OFFICER, at(2026, 7, 7), **said)
    wrong = {"field": "批示领导", "old": "市长", "new": "市委书记", "reason": "录入有误", "entry": case.seq}
    give(office, shared, "correct", DIRECTOR, at(2026, 7, 8), **wrong)
    return shared


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_come_one_after_the_other_without_gap_or_double(office, newest_first):
    a_whole_story(office)
    wanted = Wanted(newest_first=newest_first)
    whole, pages, after = named(found(office))[:: -1 if newest_first else 1], [], None
    while True:
        page = search(office, wanted, limit=7, after=after)
        pages += named(page.entries)
        assert len(page.entries) <= 7
        if page.next is None:
            break
        after = page.next
    assert pages == whole


def test_what_is_written_between_two_pages_shifts_neither(office):
    a_whole_story(office)
    whole = named(found(office))
    first = search(office, Wanted(), limit=5)
    a_case(office, "draft", at(2026, 9, 1))
    rest = search(office, Wanted(), limit=1_000, after=first.next)
    assert named(first.entries + rest.entries) == [*whole, ("滨督2026-002", 1)]


def test_entries_are_found_by_who_wrote_them(office):
    a_whole_story(office)
    assert {one["actor_name"] for one in found(office, actor=DIRECTOR)} == {DIRECTOR}
    machine = found(office, actor="system")
    assert {one["actor_kind"] for one in machine} == {"system"}
    assert len(machine) == len(found(office, actor="系统"))


def test_entries_are_found_by_the_time_they_were_written_or_happened(office):
    case = a_case(office, "assigned")
    give_late(office, case)
    day = {"since": at(2026, 7, 3, 0), "until": at(2026, 7, 3, 23)}
    assert kinds(found(office, case=case.number, **day)) == []
    assert kinds(found(office, case=case.number, clock=Clock.OCCURRED, **day)) == ["acknowledged"]
    written = {"since": at(2026, 7, 6, 0), "until": at(2026, 7, 6, 23)}
    assert kinds(found(office, case=case.number, **written)) == ["acknowledged"]


def give_late(office, case):
    """Signed for on Friday, and entered on Monday."""
    by = signed(LIAISON, at(2026, 7, 6))
    cases.perform(office, case.number, "acknowledge", by=by, at=at(2026, 7, 3))


@pytest.mark.parametrize("word", ["acknowledged", "acknowledge", "签收"])
def test_a_kind_goes_by_its_id_or_its_chinese_word(office, word):
    a_case(office)
    assert kinds(found(office, kinds=(word,))) == ["acknowledged"]


def test_several_kinds_are_found_together(office):
    a_case(office)
    assert kinds(found(office, kinds=("签收", "交办", "导入单位名录"))) == [
        "directory_imported",
        "assigned",
        "acknowledged",
    ]


def test_a_kind_there_is_not_is_refused_with_those_there_are(office):
    with pytest.raises(FactInvalid) as refused:
        found(office, kinds=("签发",))
    assert refused.value.code == "kind_unknown"
    assert {"acknowledged", "swept", "mail_sent"} <= refused.value.facts["known"].keys()
    assert "签收" in refused.value.message and "巡查并办理到期事项" in refused.value.message


def test_entries_are_found_by_people_s_words_and_by_values(office):
    case = a_case(office)
    give(office, case, "comment", OFFICER, at(2026, 7, 2), text=SECRET)
    assert kinds(found(office, text="不告知")) == ["commented"]
    assert kinds(found(office, text="分三批抢修")) == ["begun"]
    assert kinds(found(office, text="滨督交〔2026〕1号")) == ["document_issued"]
    assert found(office, text="lead_unit") == []
    assert found(office, text="%") == found(office, text="98%")


def test_a_quotation_mark_is_only_a_character(office):
    case = a_case(office)
    give(office, case, "comment", OFFICER, at(2026, 7, 2), text='所谓"已修复"\\不实')
    assert kinds(found(office, text='"已修复"\\')) == ["commented"]


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, AUDITOR])
def test_the_office_and_the_auditor_find_everything(office, person):
    a_whole_story(office)
    hashes = [[one["hash"] for one in found(office, who)] for who in (person, None)]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD])
def test_a_unit_finds_what_the_timelines_of_its_cases_show_it(office, person):
    own = a_whole_story(office)
    give(office, own, "comment", OFFICER, at(2026, 9, 1), text=SECRET)
    a_case(office, "assigned", at(2026, 7, 2), lead_unit="市水务局")
    shown = [(own.number, one["seq"]) for one in timeline.history(office, own.number, by=looking(person))]
    assert named(found(office, person)) == shown
    assert found(office, person, text=SECRET) == found(office, person, kinds=("内部批注",)) == []


def test_a_unit_finds_no_measure_until_it_is_issued(office):
    a_case_to_ask(office)
    inquiry = raised(office, "inquiry").id
    assert kinds(found(office, text=inquiry)) == ["escalation_proposed"]
    assert found(office, LIAISON, text=inquiry) == []
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    assert kinds(found(office, LIAISON, text=inquiry)) == ["escalation_issued"]


def test_a_unit_pages_through_what_it_sees_alone(office):
    for day in (1, 2, 3):
        a_case(office, "assigned", at(2026, 7, day), lead_unit="市水务局")
        a_case(office, when=at(2026, 7, day))
    whole, pages, after = named(found(office, LIAISON)), [], None
    for _ in range(len(whole) // 4 + 1):
        page = search(office, Wanted(), limit=4, after=after, by=looking(LIAISON))
        pages, after = pages + named(page.entries), page.next
    assert (pages, after) == (whole, None)


def test_who_has_no_share_in_a_case_or_in_the_office_is_refused(office):
    case = a_case(office)
    for wanted in (Wanted(case=case.number), Wanted(case=JOURNAL_ALONE)):
        with pytest.raises(NotPermitted) as refused:
            search(office, wanted, by=looking("BH213-L"))
        assert refused.value.code == "not_yours"
    assert found(office, "BH213-L") == []


@pytest.mark.parametrize(
    ("wanted", "after", "code"),
    [
        (Wanted(), "昨天", "cursor_invalid"),
        (Wanted(clock=Clock.OCCURRED), "recorded/2026-07-01T01:00:00.000000Z/3", "cursor_invalid"),
        (Wanted(), "recorded/2026-13-01T01:00:00.000000Z/3", "cursor_invalid"),
        (Wanted(since=LATER, until=INQUIRY), None, "period_reversed"),
    ],
)
def test_what_cannot_be_searched_is_refused(office, wanted, after, code):
    with pytest.raises(FactInvalid) as refused:
        search(office, wanted, after=after)
    assert refused.value.code == code


def test_a_case_or_person_there_is_not_is_refused(office):
    for wanted in (Wanted(case="滨督2026-999"), Wanted(actor="无此人")):
        with pytest.raises(NotFound):
            search(office, wanted)


def test_the_journal_tells_in_sentences_what_belongs_to_no_case(office, tmp_path):
    a_case(office)
    days = {"valid_from": at(2026, 7, 6).date(), "valid_to": at(2026, 7, 20).date()}
    appoint(office, DIRECTOR, OFFICER, "director", **days, by=signed(DIRECTOR), at=at(2026, 7, 2))
    sweep_on(office, at(2026, 7, 23))
    notice = tmp_path / "通知.json"
    notice.write_text(json.dumps({"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": True}]}))
    load(office, notice, by=signed(OFFICER), at=at(2026, 7, 24), source="国办发明电〔2026〕9号")
    renamed(office, "市城管执法局", on=at(2026, 7, 27).date(), when=at(2026, 7, 27))
    journal = found(office, case=JOURNAL_ALONE)
    told = {one["kind"]: one["sentence"] for one in journal}
    assert {one["case"] for one in journal} == {None}
    assert all(re.search("[一-鿿]", sentence) for sentence in told.values())
    assert told["rule_activated"].startswith("规则启用（")
    assert told["directory_imported"].startswith("导入单位名录（")
    assert told["deputy_appointed"] == (
        "指定代理人（吕喆代卞知远行使督查室主任职责，2026-07-06至2026-07-20）"
    )
    assert told["swept"] == "巡查并办理到期事项（1项到期，发出1件）"
    assert "依据国办发明电〔2026〕9号" in told["calendar_loaded"]
    assert (
        told["unit_renamed"] == "单位更名（市城市管理局→市城管执法局，依据滨编发〔2026〕3号，自2026-07-27起）"
    )


@pytest.mark.parametrize("payload", ["{", "[]", "{}"])
def test_an_entry_past_reading_keeps_none_of_the_others_back(office, payload):
    case = a_case(office)
    stored = found(office)
    broken = "UPDATE events SET payload = :payload WHERE case_id = :id AND seq = 2"
    behind_the_application(office, broken, payload=payload, id=case.id)
    (told,) = [one for one in found(office) if "无法读出" in one["sentence"]]
    assert (told["case"], told["seq"]) == (case.number, 2)
    assert len(found(office)) == len(stored)
    assert 2 not in {one["seq"] for one in found(office, text="路灯")}
