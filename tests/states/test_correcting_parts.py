"""What may be corrected of one task, and of what an earlier entry noted: as it could have been stated."""

from dataclasses import replace
from datetime import date

import pytest

from states.corrections import EMPTY
from states.earlier import EarlierEntry
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.tasks import TaskState
from states.vocabulary import Role
from tests.states.matters import COMPLETE, TASK_DUE, a_task, decided, facts_in, holding

TITLE, NEXT = "迁移占压灯杆的站牌12处", date(2026, 7, 21)
A_TITLE = {"task": 1, "field": "task_title", "old": TITLE, "new": "迁移占压灯杆的站牌21处"}
A_DATE = {"task": 1, "field": "due_on", "old": TASK_DUE, "new": NEXT}
URGED = EarlierEntry(
    "urged",
    "R011",
    date(2026, 7, 10),
    {**COMPLETE["log_urge"], "promised_on": "2026-07-14"},
    frozenset({"promised_on"}),
)
INSTRUCTED = EarlierEntry(
    "instruction_recorded",
    "R011",
    date(2026, 7, 14),
    {**COMPLETE["record_instruction"], "instructed_on": "2026-07-13"},
)
SUSPENDED = EarlierEntry("suspended", "R010", date(2026, 7, 10), COMPLETE["suspend"])
A_DAY = {"old": date(2026, 7, 13)}
A_PROMISE = {"field": "promised_on", "old": date(2026, 7, 14)}
A_LEADER = {"field": "leader", "old": "市长", "new": "市委书记"}
VERIFIED = EarlierEntry("verification_recorded", "R010", date(2026, 7, 14), COMPLETE["record_verification"])


@pytest.fixture
def correct(lifecycle, calendar):
    """Correct something of a matter in hand with one task."""

    def given(details, *, earlier=None, known=None, **more):
        facts = replace(
            facts_in("handling", witnessed=True), **{"tasks": (a_task(TaskState.WORKING),), **(known or {})}
        )
        entry = {} if earlier is None else {"entry": 7, "earlier": earlier}
        return decided(lifecycle, calendar, facts, "correct", **details, **entry, **more)

    return given


def test_a_task_is_called_otherwise_and_its_clock_goes_on(correct):
    (task,) = correct(A_TITLE).changes["tasks"]
    assert task == a_task(TaskState.WORKING, title="迁移占压灯杆的站牌21处")


def test_a_task_due_on_the_right_day_enters_a_new_epoch_and_says_what_moved(correct):
    decision = correct(A_DATE)
    (task,) = decision.changes["tasks"]
    assert (task.clock.due_on, task.clock.epoch, decision.moved) == (
        NEXT, 2, {"task:1": ["2026-07-20", "2026-07-21"]},
    )  # fmt: skip
    assert not {"due_on", "epoch"} & decision.changes.keys()


def test_a_rate_of_a_task_is_corrected(correct):
    known = {"tasks": (a_task(TaskState.WORKING, completion_rate=40),)}
    rate = {"task": 1, "field": "completion_rate", "old": 40, "new": 14}
    assert correct(rate, known=known).changes["tasks"][0].completion_rate == 14


REFUSED = [
    (A_TITLE | {"new": "迁移"}, None, "task_vague"),
    (A_TITLE | {"new": EMPTY}, None, "correction_empty"),
    (A_TITLE | {"task": 2}, None, "task_unknown"),
    (A_TITLE | {"old": "迁移站牌"}, None, "correction_stale"),
    (A_TITLE | {"field": "remark"}, None, "field_unknown"),
    (A_TITLE | {"field": "协办单位"}, None, "field_not_stated"),
    (A_TITLE | {"entry": 7}, None, "correction_of_two_things"),
    (A_DATE | {"new": date(2026, 7, 5)}, None, "dates_out_of_order"),
    (A_DATE | {"new": date(2026, 7, 23)}, None, "task_after_matter"),
    (A_LEADER | {"entry": 7}, None, "entry_unknown"),
    (A_LEADER, URGED, "entry_states_no_such"),
    (A_DAY | {"field": "instructed_on", "new": date(2026, 7, 15)}, INSTRUCTED, "instruction_in_the_future"),
    ({"field": "means", "old": "phone", "new": "mail"}, URGED, "means_mailed"),
    ({"field": "means", "old": "phone", "new": "鸽子"}, URGED, "means_invalid"),
    (A_PROMISE | {"new": date(2026, 7, 9)}, URGED, "promise_in_the_past"),
    ({"field": "method", "old": "document", "new": "third_party"}, VERIFIED, "verified_by_name_missing"),
    ({"field": "answer", "old": "灯具已到货，下周装完", "new": EMPTY}, URGED, "answer_missing"),
    ({"field": "reply_by", "old": EMPTY, "new": NEXT}, URGED, "nothing_to_correct"),
]  # fmt: skip


@pytest.mark.parametrize(("details", "earlier", "code"), REFUSED)
def test_what_could_not_have_been_stated_is_refused_by_name(correct, details, earlier, code):
    with pytest.raises(Refusal) as refused:
        correct(details, earlier=earlier)
    assert refused.value.code == code
    assert type(refused.value) in (FactInvalid, FactMissing)


def test_what_an_entry_noted_changes_no_fact(correct):
    assert dict(correct(A_LEADER, earlier=INSTRUCTED).changes) == {}


@pytest.mark.parametrize(("new", "promised_on"), [(date(2026, 7, 12), date(2026, 7, 12)), (EMPTY, None)])
def test_a_promise_that_still_stands_is_what_the_urge_should_have_said(correct, new, promised_on):
    known = {"promised_on": date(2026, 7, 14)}
    promise = A_PROMISE | {"new": new}
    assert correct(promise, earlier=URGED, known=known).changes == {"promised_on": promised_on}
    overtaken = replace(URGED, standing=frozenset())
    assert dict(correct(promise, earlier=overtaken, known=known).changes) == {}


def test_nobody_corrects_the_words_of_another(correct):
    reason = {"field": "reason", "old": COMPLETE["suspend"]["reason"], "new": "管道改造，暂停施工"}
    assert correct(reason, earlier=SUSPENDED, actor=holding(Role.DIRECTOR, person="R010"))
    with pytest.raises(NotPermitted) as refused:
        correct(reason, earlier=SUSPENDED, actor=holding(Role.OFFICER, person="R011"))
    assert refused.value.code == "words_of_another"
    assert "comment" in refused.value.message


def test_words_of_a_unit_name_the_road_by_which_it_says_them_again(correct):
    asked = EarlierEntry("extension_requested", "BH212-L", date(2026, 7, 10), COMPLETE["request_extension"])
    with pytest.raises(NotPermitted) as refused:
        correct({"field": "reason", "old": "灯具到货推迟", "new": "灯杆到货推迟"}, earlier=asked)
    assert "request-extension" in refused.value.message


def test_a_comment_is_said_again_and_not_corrected(correct):
    said = EarlierEntry("commented", "R010", date(2026, 7, 10), COMPLETE["comment"])
    with pytest.raises(FactInvalid) as refused:
        correct({"field": "text", "old": COMPLETE["comment"]["text"], "new": "请核查完成率"}, earlier=said)
    assert "comment" in refused.value.message
