"""回头看 one by one and in rounds: drawn, done, taken up again, and drawn once more by whoever doubts it."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update

from states.errors import NotPermitted, Refusal
from states.lookbacks import Candidate, Drawing
from states.vocabulary import ClockName
from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    history,
    relapsed,
    row_counts,
    rows,
    signed,
    stored,
)
from workflow.errors import NotFound
from workflow.services import lookbacks, timeline
from workflow.services.duties import owed
from workflow.services.lookbacks import Wanted, open_round, preview
from workflow.services.register import show
from workflow.services.verification import verify
from workflow.storage.lookbacks import CAMPAIGN
from workflow.storage.session import transaction
from workflow.storage.work_models import Campaign

CLOSED, OPENING, LOOKED = at(2026, 7, 1), at(2026, 8, 3), at(2026, 8, 10)
DUE = date(2026, 8, 31)
OTHER_LEAD, STRANGER = "市交通局", "祝启明"
HALF_YEAR = Wanted(
    name="2026年上半年回头看", since=date(2026, 6, 1), until=date(2026, 7, 31), due_on=DUE, everything=True
)
HELD = {"method": "document", "finding": "held", "verification": "用电记录正常"}


def sampled(count, **more):
    return replace(HALF_YEAR, **{"everything": False, "sample": count, "seed": "2026", **more})


@pytest.fixture
def three(office):
    """Three matters struck off in July, led by two units."""
    return [closed_one(office, lead) for lead in (LEAD, LEAD, OTHER_LEAD)]


def closed_one(office, lead=LEAD, when=CLOSED):
    """A matter of a unit, reported and struck off on a day."""
    case, liaison = a_draft(office, when), STRANGER if lead == OTHER_LEAD else LIAISON
    proof = {"evidence": [a_paper_of_proof(office)]}
    give(office, case, "assign", DIRECTOR, when, lead_unit=lead, due_on=DUE)
    give(office, case, "acknowledge", liaison, when)
    give(office, case, "begin", liaison, when, plan="分两批")
    give(office, case, "report_completion", liaison, when, result="完成", **proof)
    return give(office, case, "close_out", DIRECTOR, when, verification="属实", **proof)


def opened_by(office, wanted=HALF_YEAR, person=OFFICER, when=OPENING):
    return open_round(office, wanted, by=signed(person, when), at=when)


def codes(office):
    return {one["code"] for one in verify(office).findings}


def test_one_matter_is_put_on_the_list_looked_at_and_let_go(office):
    case = a_case(office, "closed")
    give(office, case, "schedule_lookback", OFFICER, OPENING, due_on=DUE)
    (mine,) = owed(office, day=OPENING.date(), person=OFFICER).lists
    assert [(one.label, one.due_on) for one in mine.duties] == [("待回头看", DUE)]
    with pytest.raises(Refusal) as refused:
        give(office, case, "archive", ARCHIVIST, OPENING)
    assert refused.value.code == "lookback_due"
    give(office, case, "follow_up", OFFICER, LOOKED, **HELD)
    assert owed(office, day=LOOKED.date(), person=OFFICER).lists[0].count == 0
    assert give(office, case, "archive", ARCHIVIST, LOOKED).facts.state == "archived"
    assert verify(office).findings == []


def test_a_relapse_is_taken_up_again_under_a_new_limit_and_is_told(office):
    case = a_case(office, "closed")
    relapsed(office, case, LOOKED)
    (director,) = owed(office, day=LOOKED.date(), person=DIRECTOR).lists
    assert [one.label for one in director.duties] == ["待重启"]
    again = give(office, case, "reopen", DIRECTOR, LOOKED, reason="反弹", due_on=DUE)
    handle = next(clock for clock in again.facts.clocks if clock.name is ClockName.HANDLE)
    assert (again.facts.relapses, again.facts.due_on, handle.epoch) == (1, DUE, 2)
    assert json.loads(history(office, case)[-1].payload)["details"]["relapsed_on"] == "2026-08-10"
    sentences = [one["sentence"] for one in timeline.history(office, case.number)]
    assert sentences[-2] == "回头看（书面核查，反弹）"
    (check,) = show(office, case.number, today=LOOKED)["checks"]
    assert (check["finding_label"], check["verification"]) == ("反弹", "又有11盏不亮")


def test_without_a_relapse_nothing_is_taken_up_again(office):
    case = a_case(office, "closed")
    give(office, case, "follow_up", OFFICER, LOOKED, **HELD)
    with pytest.raises(Refusal) as refused:
        give(office, case, "reopen", DIRECTOR, LOOKED, reason="领导要求", due_on=DUE)
    assert refused.value.code == "relapse_missing"


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD, DIRECTOR, STRANGER])
@pytest.mark.parametrize(("command", "words"), [("follow_up", HELD), ("schedule_lookback", {"due_on": DUE})])
def test_only_officers_look_back(office, person, command, words):
    with pytest.raises(NotPermitted):
        give(office, a_case(office, "closed"), command, person, LOOKED, **words)


def test_a_round_puts_every_matter_of_the_period_on_the_list_in_one_go(office, three):
    drawing = opened_by(office)
    assert drawing.drawn == tuple(sorted(case.number for case in three))
    for case in three:
        facts = stored(office, case).facts
        assert (facts.lookback_due_on, facts.lookback_campaign) == (DUE, HALF_YEAR.name)
    (row,) = rows(office, Campaign)
    assert (row.id, row.opened_by, row.opened_on) == (HALF_YEAR.name, "R011", date(2026, 8, 3))
    assert Drawing.from_json(json.loads(row.drawing)) == drawing
    assert verify(office).findings == []


def test_what_is_previewed_is_what_is_drawn_and_nothing_is_written(office, three):
    counts = row_counts(office)
    seen = preview(office, sampled(2, per=("unit",)), at=OPENING)
    assert row_counts(office) == counts
    assert opened_by(office, sampled(2, per=("unit",))) == seen
    units = {stored(office, number).facts.lead_unit for number in seen.drawn}
    assert units == {"BH212", "BH213"}
    assert verify(office).findings == []


REFUSED = [
    (HALF_YEAR, LIAISON, "not_permitted"),
    (HALF_YEAR, DIRECTOR, "not_permitted"),
    (HALF_YEAR, "无此人", "person_unknown"),
    (sampled(9), OFFICER, "sample_too_large"),
    (sampled(1, per=("unit",)), OFFICER, "sample_too_small"),
    (sampled(2, seed=None), OFFICER, "seed_missing"),
    (sampled(2, per=("colour",)), OFFICER, "per_invalid"),
    (sampled(2, unit="火星办事处"), OFFICER, "unit_unknown"),
    (sampled(1, category="复杂"), OFFICER, "population_empty"),
    (sampled(2, everything=True), OFFICER, "all_or_sample"),
    (replace(HALF_YEAR, due_on=date(2026, 8, 1)), OFFICER, "date_in_the_past"),
    (replace(HALF_YEAR, until=date(2026, 5, 1)), OFFICER, "period_reversed"),
    (replace(HALF_YEAR, name=""), OFFICER, "title_missing"),
    (replace(HALF_YEAR, name="长" * 65), OFFICER, "text_too_long"),
]


@pytest.mark.parametrize("example", REFUSED, ids=lambda one: f"{one[1]}-{one[2]}")
def test_a_round_refused_leaves_nothing_behind(office, three, example):
    wanted, person, code = example
    counts, before = row_counts(office), [stored(office, case) for case in three]
    with pytest.raises(Refusal) as refused:
        opened_by(office, wanted, person)
    assert refused.value.code == code
    assert row_counts(office) == counts
    assert [stored(office, case) for case in three] == before


def test_a_round_s_name_is_given_once(office, three):
    opened_by(office, sampled(1))
    with pytest.raises(Refusal) as refused:
        opened_by(office, sampled(1))
    assert refused.value.code == "campaign_exists"


def test_a_second_round_draws_from_those_not_on_a_list_already(office, three):
    first = opened_by(office, sampled(1))
    second = opened_by(office, replace(HALF_YEAR, name="补看"))
    assert set(first.drawn).isdisjoint(second.drawn)
    assert len(second.drawn) == 2
    assert verify(office).findings == []


def test_a_unit_stands_for_everything_under_it(office, three):
    below = closed_one(office, "市容环卫科")
    drawing = opened_by(office, replace(HALF_YEAR, unit="市城管局"))
    assert below.number in drawing.drawn
    assert len(drawing.drawn) == 3


def test_what_is_archived_is_in_question_no_more(office, three):
    give(office, three[0], "archive", ARCHIVIST, CLOSED)
    drawing = opened_by(office)
    assert three[0].number not in drawing.drawn
    assert drawing.left_out == {"archived": 1}
    assert lookbacks.show(office, HALF_YEAR.name, at=OPENING)["left_out"] == {"archived": 1}
    assert verify(office).findings == []


def test_a_round_tells_how_far_it_has_come_also_after_its_matters_went_on(office, three):
    opened_by(office)
    first, second, third = three
    relapsed(office, first, LOOKED)
    give(office, first, "reopen", DIRECTOR, LOOKED, reason="反弹", due_on=DUE)
    give(office, second, "follow_up", OFFICER, LOOKED, **HELD)
    give(office, second, "schedule_lookback", OFFICER, LOOKED, due_on=date(2027, 1, 8))
    give(office, third, "schedule_lookback", OFFICER, LOOKED, due_on=date(2026, 9, 15))
    told = lookbacks.show(office, HALF_YEAR.name, at=at(2026, 9, 16))
    assert told["progress"] == {
        "listed": 3, "reviewed": 2, "held": 1, "relapsed": 1, "due": 1, "overdue": 1,
        "relapse_rate": {"numerator": 1, "denominator": 2, "percent": "50.0"},
    }  # fmt: skip
    assert [one["finding_label"] for one in told["matters"]] == [None, "反弹", "保持"]
    assert told["matters"][0]["lead_unit"] == "市交通运输局"
    assert [one.row.id for one in lookbacks.rounds(office, at=LOOKED)] == [HALF_YEAR.name]


def test_a_matter_put_on_a_round_s_list_by_hand_is_counted_apart_from_those_drawn(office, three):
    drawn = set(opened_by(office, sampled(2)).drawn)
    (left,) = {case.number for case in three} - drawn
    give(office, left, "schedule_lookback", OFFICER, LOOKED, due_on=DUE, campaign=HALF_YEAR.name)
    told = lookbacks.show(office, HALF_YEAR.name, at=LOOKED)
    assert (told["drawn"], told["added"], told["progress"]["listed"]) == (2, 1, 3)
    assert verify(office).findings == []


def test_a_round_nobody_opened_is_unknown(office, three):
    with pytest.raises(NotFound) as refused:
        lookbacks.show(office, "无此批次", at=LOOKED)
    assert refused.value.code == "campaign_unknown"
    with pytest.raises(NotFound) as refused:
        give(office, three[0], "schedule_lookback", OFFICER, LOOKED, due_on=DUE, campaign="无此批次")
    assert refused.value.code == "campaign_unknown"


def write(office, statement):
    with transaction(office.engine) as tx:
        tx.execute(statement)


def test_a_round_changed_taken_away_or_slipped_in_is_found(office, three):
    opened_by(office, sampled(2))
    (row,) = rows(office, Campaign)
    forged = json.loads(row.drawing)
    forged["drawn"] = [case.number for case in three][:2]
    write(office, update(CAMPAIGN).values(drawing=json.dumps(forged, ensure_ascii=False)))
    assert codes(office) == {"campaign_changed"}
    write(office, delete(CAMPAIGN))
    assert codes(office) == {"campaign_missing"}
    write(office, CAMPAIGN.insert().values({**row._asdict(), "id": "另一批次"}))
    assert codes(office) == {"campaign_missing", "campaign_unrecorded"}


@pytest.fixture
def dishonest(monkeypatch):
    """A program that draws otherwise than it says."""

    def drawing(change):
        honest = lookbacks.draw
        monkeypatch.setattr(lookbacks, "draw", lambda *asked: change(honest(*asked)))

    return drawing


def test_a_drawing_that_was_not_drawn_is_found_by_drawing_again(office, three, dishonest):
    others = {case.number for case in three}
    dishonest(lambda made: replace(made, drawn=tuple(sorted(others - set(made.drawn)))))
    opened_by(office, sampled(1))
    assert codes(office) == {"drawing_not_reproduced"}


def test_a_matter_left_out_of_the_population_is_found_in_its_own_history(office, three, dishonest):
    dishonest(lambda made: replace(made, population=made.population[1:], drawn=made.drawn[1:]))
    opened_by(office)
    (found,) = verify(office).findings
    assert (found["code"], found["case"]) == ("population_untrue", three[0].number)


def test_a_matter_that_was_no_candidate_is_found_in_its_own_history(office, three, dishonest):
    late = closed_one(office, when=at(2026, 8, 1))
    dishonest(lambda made: replace(made, population=(*made.population, Candidate(late.number, "BH212"))))
    opened_by(office, sampled(2))
    assert {one["case"] for one in verify(office).findings if "case" in one} == {late.number}


def test_a_matter_drawn_and_not_put_on_the_list_is_found(office, three, monkeypatch):
    honest = lookbacks.perform_within
    monkeypatch.setattr(
        lookbacks, "perform_within", lambda tx, office, orders, **more: honest(tx, office, orders[1:], **more)
    )
    opened_by(office)
    (found,) = verify(office).findings
    assert (found["code"], found["case"]) == ("drawn_not_listed", three[0].number)


def test_what_was_written_shortly_before_a_round_is_given_the_benefit_of_the_doubt(office, three, dishonest):
    """Its transaction may not have been seen by the round's."""
    fresh = closed_one(office, when=at(2026, 7, 31, 9)).number
    dishonest(lambda made: without(made, fresh))
    opened_by(office, when=at(2026, 7, 31, 9, 30))
    assert codes(office) == set()


def without(made, number):
    """A drawing that knows nothing of a matter."""
    population = tuple(one for one in made.population if one.number != number)
    return replace(made, population=population, drawn=tuple(one for one in made.drawn if one != number))
