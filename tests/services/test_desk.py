"""A desk: what lies on it, and what its owner may do about it."""

from datetime import date

from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    OTHER,
    UNIT_HEAD,
    a_case,
    at,
    give,
    on_escalation,
    signed,
)
from tests.stories import INQUIRY, QUESTION, SERVED, a_case_to_ask
from tests.web.playing import CO_UNIT
from workflow.services import cases
from workflow.services.desk import desk
from workflow.services.duties import owed
from workflow.services.seeing import Onlooker
from workflow.services.signing_room import room
from workflow.storage import queries
from workflow.storage.session import reading

MONDAY = at(2026, 7, 20)


def ways(office, person, when=MONDAY):
    """The commands on somebody's desk, by what they answer."""
    found = desk(office, by=Onlooker(person, when))
    return {
        duty.kind.value: [row.id for row in duty.answers] for some in found.duties.values() for duty in some
    }


def test_a_desk_tells_what_everybody_s_lists_tell(office):
    """Whoever works for units alone is asked only about theirs: nothing may be lost by that."""
    a_case_to_ask(office)
    for state in ("assigned", "handling", "verifying"):
        a_case(office, state)
    foreign = a_case(office, "assigned", lead_unit=OTHER)
    give(office, foreign, "add_task", OFFICER, unit=CO_UNIT, task_title="迁移站牌12处", due_on=MONDAY.date())
    day = at(2026, 8, 3).date()
    everybodys = {one.addressee.code: one.content for one in owed(office, day=day).lists}
    with reading(office.engine) as tx:
        people = queries.names_of_people(tx)
    for code in people:
        (mine,) = owed(office, day=day, person=code).lists
        assert everybodys.get(code) == (mine.content if mine.count else None), people[code]


def test_what_can_be_done_is_offered_with_what_is_owed(office):
    a_case(office, "assigned")
    a_case(office, "verifying")
    assert ways(office, LIAISON)["acknowledge"] == ["acknowledge", "object"]
    assert ways(office, OFFICER)["verify"] == ["record_verification", "return_for_rework"]


def test_whoever_is_told_of_what_another_must_do_is_offered_nothing(office):
    case = a_case(office, "handling")
    give(office, case, "request_extension", LIAISON, due_on=at(2026, 8, 5).date(), reason="汛期停工")
    assert ways(office, UNIT_HEAD)["consent"] == ["consent_extension"]
    assert ways(office, LIAISON) == {"handle": ["report_completion"], "consent": []}


def since_of(office, person, kind, when=MONDAY):
    """Since when it waits, on a desk and in the signing room alike."""
    by = Onlooker(person, when)
    (duty,) = (one for some in desk(office, by=by).duties.values() for one in some if one.kind.value == kind)
    (waiting,) = (one for one in room(office, by=by).waiting if one.kind == kind)
    assert waiting.since == duty.since
    return duty.since


def test_a_matter_waits_to_be_handed_out_from_the_day_it_was_opened_or_sent_back(office):
    case = a_case(office, "draft", at(2026, 7, 6))
    assert since_of(office, DIRECTOR, "advance") == at(2026, 7, 6).date()
    give(office, case, "comment", OFFICER, at(2026, 7, 8), text="已与牵头单位沟通")
    assert since_of(office, DIRECTOR, "advance") == at(2026, 7, 6).date()


def test_a_request_for_time_waits_from_the_day_it_came_to_the_hand_it_lies_in(office):
    case, asked = a_case(office, "handling"), at(2026, 7, 14)
    give(office, case, "request_extension", LIAISON, asked, due_on=at(2026, 8, 5).date(), reason="汛期停工")
    assert since_of(office, UNIT_HEAD, "consent") == asked.date()
    give(office, case, "consent_extension", UNIT_HEAD, at(2026, 7, 15))
    assert since_of(office, OFFICER, "review_extension") == at(2026, 7, 15).date()


def test_a_result_an_old_register_states_waits_from_the_day_it_was_taken_over_however_often_it_comes(office):
    stated = {"title": "旧事项", "source": "来信", "origin": "台账第5行", "state": "verifying"}
    case = cases.create(office, "take_over", by=signed(OFFICER), at=at(2026, 7, 1), lead_unit=LEAD, **stated)
    give(office, case, "restate", OFFICER, at(2026, 7, 15), state="verifying", origin="台账第6行")
    (duty,) = (one for some in desk(office, by=Onlooker(OFFICER, MONDAY)).duties.values() for one in some)
    assert (duty.kind.value, duty.since) == ("verify", date(2026, 7, 1))


def on_measures(office, person, when):
    found = desk(office, by=Onlooker(person, when))
    acts = (duty.on_measure for some in found.duties.values() for duty in some)
    return [one.id for one in acts if one]


def test_a_paper_asks_its_command_of_whoever_may_give_it(office):
    a_case_to_ask(office)
    assert on_measures(office, OFFICER, INQUIRY) == ["draft"]
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    assert "sign" in on_measures(office, LIAISON, SERVED)
    on_escalation(office, "inquiry", "sign", LIAISON, SERVED)
    assert on_measures(office, LIAISON, SERVED) == ["reply", "reply"]
    assert on_measures(office, OFFICER, SERVED) == []


def test_the_worst_are_shown_and_the_rest_is_counted(office):
    for _ in range(3):
        a_case(office, "assigned")
    found = desk(office, by=Onlooker(LIAISON, MONDAY), most=2)
    assert sum(map(len, found.duties.values())) == 2
    assert found.owed.more == found.owed.count - 2 > 0
