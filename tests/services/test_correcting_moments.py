"""When an act was, as it was stated with it: corrected in its order, its clocks counted anew, in sight."""

import json
from datetime import date, datetime

import pytest

from states.errors import FactInvalid, NotPermitted, Refusal
from states.vocabulary import ClockName
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    at,
    give,
    history,
    papers,
    signed,
    stored,
    suspended,
)
from workflow.services import cases
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify

NOW = at(2026, 8, 24)


def seq_of(office, case, kind):
    return [one.seq for one in history(office, case) if one.kind == kind][-1]


def correct(office, case, kind, old, new, *, by=DIRECTOR, when=NOW, **more):
    """Correct when the last act of a kind was; times are of nine o'clock but for the minute."""
    said = {"field": "发生时间", "old": told(old), "new": told(new), "reason": "补录时写错"} | more
    return give(office, case, "correct", by, when, entry=seq_of(office, case, kind), **said)


def told(moment):
    return f"{moment:%Y-%m-%dT%H:%M}"


def refused(office, *given, **more):
    with pytest.raises(Refusal) as found:
        correct(office, *given, **more)
    return found.value


def clock(case, name):
    return next(one for one in case.facts.clocks if one.name is name)


@pytest.fixture
def reported(office):
    """Dispatched on 2026-07-06, due on 07-27; signed for on 07-08, begun on 07-09, reported on 07-30."""
    case = a_case(office, "assigned", at(2026, 7, 6))
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 8))
    give(office, case, "begin", LIAISON, at(2026, 7, 9), plan="分三批抢修，先主干道后背街小巷")
    proof = [a_paper_of_proof(office)]
    return give(office, case, "report_completion", LIAISON, at(2026, 7, 30), result="复亮", evidence=proof)


def test_receipt_entered_for_the_wrong_day_stops_its_clock_on_the_right_one(office, reported):
    before = [one.payload for one in history(office, reported)]
    correct(office, reported, "acknowledged", at(2026, 7, 8), at(2026, 7, 7))
    assert clock(stored(office, reported), ClockName.ACKNOWLEDGE).stopped_at == at(2026, 7, 7)
    assert stored(office, reported).facts.due_on == reported.facts.due_on
    assert [one.payload for one in history(office, reported)][: len(before)] == before
    assert verify(office).findings == []


def test_the_timeline_shows_the_right_time_and_by_which_entry(office, reported):
    correct(office, reported, "acknowledged", at(2026, 7, 8), at(2026, 7, 7))
    seq, last = seq_of(office, reported, "acknowledged"), history(office, reported)[-1].seq
    shown = {one["seq"]: one for one in timeline(office, reported.number)}
    assert datetime.fromisoformat(shown[seq]["occurred_at"]) == at(2026, 7, 7)
    assert shown[seq]["sentence"].endswith(f"（已更正，见第{last}条）")
    assert shown[last]["sentence"] == f"更正（第{seq}条的发生时间由2026-07-08 09:00改为2026-07-07 09:00）"
    assert json.loads(history(office, reported)[-1].payload)["details"]["new"] == at(2026, 7, 7).isoformat()


def test_a_report_entered_for_the_wrong_day_moves_its_day_and_the_pause(office, reported):
    done = correct(office, reported, "completion_reported", at(2026, 7, 30), at(2026, 7, 24))
    assert (done.facts.reported_on, done.facts.paused_on) == (date(2026, 7, 24),) * 2
    assert done.decision.moved == {"reported_on": ["2026-07-30", "2026-07-24"]}
    back = give(office, done, "return_for_rework", OFFICER, NOW, reason="仍有3盏不亮", missing=("3盏",))
    assert back.facts.due_on == date(2026, 8, 25)  # one day left of the limit, and the day it is returned on
    assert verify(office).findings == []


def test_a_report_corrected_after_the_end_is_judged_anew(office, reported):
    shown = {"verification": "夜间抽查40盏均亮", "evidence": [a_paper_of_proof(office)]}
    closed = give(office, reported, "close_out", DIRECTOR, at(2026, 8, 3), **shown)
    assert closed.facts.outcome == "late"
    right = correct(office, closed, "completion_reported", at(2026, 7, 30), at(2026, 7, 24))
    assert right.facts.outcome == "on_time"
    assert timeline(office, closed.number)[-1]["sentence"].endswith(
        "（办结情况由逾期办结改为按期办结，报结日期由2026-07-30改为2026-07-24）"
    )
    assert verify(office).findings == []


def test_a_time_corrected_twice_is_counted_from_the_last(office, reported):
    correct(office, reported, "completion_reported", at(2026, 7, 30), at(2026, 7, 24))
    again = correct(office, reported, "completion_reported", at(2026, 7, 24), at(2026, 7, 27, 15))
    assert (again.facts.reported_on, again.facts.paused_on) == (date(2026, 7, 27),) * 2
    assert clock(again, ClockName.HANDLE).pauses[-1].start == at(2026, 7, 27, 15)
    assert verify(office).findings == []


def test_time_resumed_on_another_day_moves_the_date_and_says_so(office):
    case = suspended(office, a_case(office), at(2026, 7, 6), date(2026, 7, 20))
    give(office, case, "resume", DIRECTOR, at(2026, 7, 10), reason="道路改造完成")
    right = correct(office, case, "resumed", at(2026, 7, 10), at(2026, 7, 8), when=at(2026, 7, 13))
    assert right.decision.moved["handle"] == ["2026-07-28", "2026-07-24"]
    assert right.facts.due_on == date(2026, 7, 24)
    assert verify(office).findings == []


def test_acts_of_one_instant_are_told_apart(office):
    case = a_case(office)
    right = correct(office, case, "begun", at(2026, 7, 1), at(2026, 7, 1, 15), when=at(2026, 7, 9))
    assert clock(right, ClockName.HANDLE).started_at == at(2026, 7, 1)
    assert clock(right, ClockName.ACKNOWLEDGE).stopped_at == at(2026, 7, 1)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (("acknowledged", at(2026, 7, 8), at(2026, 7, 3)), "date_against_history"),
        (("acknowledged", at(2026, 7, 8), at(2026, 7, 9, 10)), "date_against_history"),
        (("begun", at(2026, 7, 9), at(2026, 7, 7)), "date_against_history"),
        (("completion_reported", at(2026, 7, 30), at(2026, 7, 8)), "date_against_history"),
        (("completion_reported", at(2026, 7, 30), at(2026, 8, 25)), "date_in_the_future"),
        (("completion_reported", at(2026, 7, 29), at(2026, 7, 28)), "correction_stale"),
        (("completion_reported", at(2026, 7, 30), at(2026, 7, 30)), "correction_unchanged"),
        (("document_issued", at(2026, 7, 6), at(2026, 7, 7)), "entry_states_no_such"),
    ],
)
def test_an_act_keeps_its_place_among_those_around_it(office, reported, act, code):
    broken = refused(office, reported, *act)
    assert (type(broken), broken.code) == (FactInvalid, code)


def test_a_time_that_is_no_time_is_refused(office, reported):
    said = {"field": "occurred_at", "old": "2026-07-09", "new": "下周", "reason": "写错"}
    with pytest.raises(FactInvalid) as broken:
        give(office, reported, "correct", DIRECTOR, NOW, entry=seq_of(office, reported, "begun"), **said)
    assert broken.value.code == "instant_invalid"


def test_only_the_director_corrects_when_it_was(office, reported):
    broken = refused(office, reported, "acknowledged", at(2026, 7, 8), at(2026, 7, 7), by=OFFICER)
    assert (type(broken), broken.code) == (NotPermitted, "moment_correction_not_permitted")


def test_the_time_of_the_dispatch_is_corrected_with_its_notice(office):
    case = a_case(office, "assigned", at(2026, 7, 6))
    given = ("assigned", at(2026, 7, 6), at(2026, 7, 3))
    assert refused(office, case, *given).code == "correction_breaks_document"
    right = correct(office, case, *given, reissue=True)
    assert (right.facts.dispatched_on, right.facts.due_on) == (date(2026, 7, 3), date(2026, 7, 24))
    assert papers(office, "assignment")[-1]["case"]["due_on"] == "2026-07-24"


def test_when_somebody_was_urged_moves_no_clock(office):
    said = {"means": "phone", "spoke_with": "值班员", "answer": "灯具已到货"}
    case = give(office, a_case(office), "log_urge", OFFICER, at(2026, 7, 8), **said)
    clocks = case.facts.clocks
    right = correct(office, case, "urged", at(2026, 7, 8), at(2026, 7, 7), when=at(2026, 7, 9))
    assert right.facts.clocks == clocks
    assert verify(office).findings == []


def test_as_of_an_earlier_instant_it_was_when_it_was_first_said(office, reported):
    seq = seq_of(office, reported, "acknowledged")
    said = {"field": "occurred_at", "old": "2026-07-08T09:00", "new": "2026-07-07T09:00", "reason": "写错"}
    cases.perform(office, reported.number, "correct", by=signed(DIRECTOR, NOW), at=NOW, entry=seq, **said)
    then = {one["seq"]: one for one in timeline(office, reported.number, as_of=at(2026, 8, 1))}
    assert datetime.fromisoformat(then[seq]["occurred_at"]) == at(2026, 7, 8)


def test_words_of_a_plan_are_corrected_in_their_entry(office, reported):
    seq, old, new = seq_of(office, reported, "begun"), "分三批抢修，先主干道后背街小巷", "分两批抢修"
    said = {"field": "办理方案", "old": old, "new": new, "reason": "抄错", "entry": seq}
    give(office, reported, "correct", OFFICER, NOW, **said)
    assert new not in history(office, reported)[-1].payload
    shown = {one["seq"]: one for one in timeline(office, reported.number)}[seq]
    assert shown["sentence"].endswith(f"（已更正，见第{history(office, reported)[-1].seq}条）")


# Files


def withdraw_file(office, case, name, new="空"):
    said = {"field": "佐证材料", "old": name, "new": new, "reason": "误附了别的事项的材料"}
    seq = seq_of(office, case, "completion_reported")
    return give(office, case, "correct", OFFICER, NOW, entry=seq, **said)


def test_a_file_given_by_mistake_is_withdrawn_in_sight_and_stays_in_the_store(office, reported):
    seq = seq_of(office, reported, "completion_reported")
    shown = {one["seq"]: one for one in timeline(office, reported.number)}[seq]
    (file,) = shown["details"]["evidence"]
    withdraw_file(office, reported, file["name"])
    told = {one["seq"]: one for one in timeline(office, reported.number)}
    last = max(told)
    assert told[seq]["sentence"].endswith(f"（已更正，见第{last}条）")
    assert told[last]["sentence"] == f"更正（第{seq}条的佐证材料由{file['name']}改为（空））"
    assert told[seq]["details"]["evidence"] == [file]
    assert verify(office).findings == []


def test_another_file_does_not_take_its_place_and_one_withdrawn_is_not_withdrawn_again(office, reported):
    name = a_paper_of_proof(office).name
    with pytest.raises(FactInvalid) as replaced:
        withdraw_file(office, reported, name, "现场照片.jpg")
    assert replaced.value.code == "file_not_replaced"
    withdraw_file(office, reported, name)
    with pytest.raises(Refusal) as again:
        withdraw_file(office, reported, name)
    assert again.value.code == "correction_stale"


def test_the_time_of_an_act_on_a_task_is_explained_in_a_comment(office):
    case, when = a_case(office), at(2026, 7, 6)
    given = {"unit": "市水务局", "task_title": "排查沿线井盖24处", "due_on": date(2026, 7, 15)}
    give(office, case, "add_task", OFFICER, when, **given)
    give(office, case, "cancel_task", OFFICER, when, task=1, reason="由牵头单位一并办理")
    found = refused(office, case, "task_cancelled", when, at(2026, 7, 3))
    assert found.code == "moment_not_corrected"
    assert "内部批注" in found.message
