"""Every number of the statistics counted once more from the history alone, however matters are told apart."""

from collections import Counter
from datetime import date
from itertools import product

import pytest

from states.deadlines import Limit
from states.statistics import By
from states.vocabulary import LimitUnit
from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    give,
    relapsed,
    signed,
    suspended,
)
from tests.recount import recount
from tests.registers import TAKEN_OVER, WAITING_ROWS, take_over
from workflow.services.cases import Order, perform_all
from workflow.services.statistics import statistics
from workflow.storage import queries
from workflow.storage.session import reading

PERIODS = [(None, None), (date(2026, 7, 2), date(2026, 7, 31)), (date(2026, 9, 1), None)]
INSTANTS = [at(2026, 7, 22, 10), at(2026, 7, 22, 12), at(2026, 8, 20), at(2026, 11, 20)]
OTHER = {"lead_unit": "BH213", "complexity": "complex", "accountable_leader": "苗立言"}
OTHER_LIAISON = "BH213-L"


def exported(office):
    """The history as it is stored: one payload a line."""
    with reading(office.engine) as tx:
        return [event.payload for event in queries.all_events(tx)]


def comparable(answer):
    """The office's answer in the shape of a recount."""
    lines = {line["group"]: told(line) for line in answer["lines"]}
    return told(answer["total"]), lines, +Counter(answer["left_out"])


def told(line):
    marks = {name: count for name, count in line.items() if isinstance(count, int)}
    shares = {
        (name, part): rate[part]
        for name, rate in line["rates"].items()
        for part in ("numerator", "denominator", "stated")
    }
    took = tuple(line["duration"][name] for name in ("matters", "stated", "days", "working_days"))
    return +Counter(marks), +Counter(shares), took


def assert_counts_the_same(office, instants=INSTANTS, periods=PERIODS):
    lines = exported(office)
    for when, (since, until), by in product(instants, periods, By):
        found = statistics(office, today=when, since=since, until=until, by=by).as_json()
        assert comparable(found) == recount(lines, at=when, since=since, until=until, by=by.value)


def report(office, case, when, by=LIAISON):
    proof = [a_paper_of_proof(office)]
    return give(office, case, "report_completion", by, when, result="312盏全部复亮", evidence=proof)


def close(office, case, when, by=LIAISON):
    report(office, case, when, by)
    proof = [a_paper_of_proof(office)]
    return give(office, case, "close_out", DIRECTOR, when, verification="夜间抽查40盏均亮", evidence=proof)


def of_another(office, when, **order):
    """A matter in the hands of another unit, of another category, under an accountable leader."""
    case = give(office, a_draft(office, when), "assign", DIRECTOR, when, **{**OTHER, **order})
    give(office, case, "acknowledge", OTHER_LIAISON, when)
    return give(office, case, "begin", OTHER_LIAISON, when, plan="分两批")


def in_time_and_late(office):
    close(office, a_case(office), at(2026, 7, 20))
    late = close(office, a_case(office, complexity="ordinary"), at(2026, 8, 3))
    give(office, late, "archive", ARCHIVIST, at(2026, 8, 10))
    close(office, of_another(office, at(2026, 7, 6)), at(2026, 9, 28), OTHER_LIAISON)
    of_another(office, at(2026, 10, 9), due_on=date(2026, 12, 30))
    a_case(office, limit=Limit(LimitUnit.WORKING_HOURS, 8), when=at(2026, 7, 21, 11))
    a_case(office, "assigned", open_ended=True, cadence="每季度")


def more_time(office):
    for granted, done in (("grant_extension", at(2026, 7, 30)), ("refuse_extension", at(2026, 7, 30))):
        case = asking(office, a_case(office), at(2026, 7, 10), date(2026, 8, 5))
        words = {"reason": "到货不影响主干道"} if granted == "refuse_extension" else {}
        give(office, case, granted, DIRECTOR, at(2026, 7, 13), **words)
        close(office, case, done)


def sent_back(office):
    case = report(office, a_case(office), at(2026, 7, 10))
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 14), reason="抽查仍有9盏不亮")
    close(office, case, at(2026, 7, 24))
    waiting = report(office, of_another(office, at(2026, 7, 6)), at(2026, 7, 31), OTHER_LIAISON)
    give(office, waiting, "return_for_rework", OFFICER, at(2026, 8, 4), reason="缺验收单")
    report(office, waiting, at(2026, 8, 18), OTHER_LIAISON)


def standing_still(office):
    """Over the holidays of the autumn, with make-up days in between; two stand still to the end."""
    case = a_case(office, when=at(2026, 9, 14))
    suspended(office, case, at(2026, 9, 18), date(2026, 10, 9))
    give(office, case, "resume", DIRECTOR, at(2026, 10, 9), reason="改造完成")
    close(office, case, at(2026, 10, 26))
    suspended(office, a_case(office), at(2026, 7, 17), date(2026, 8, 31))
    suspended(office, of_another(office, at(2026, 7, 1)), at(2026, 7, 2), date(2026, 7, 31))


def given_up(office):
    a_draft(office)
    give(office, a_case(office, "assigned"), "withdraw", DIRECTOR, reason="重复交办")
    survivor = a_case(office, accountable_leader="沈以恒")
    give(office, a_case(office), "merge", DIRECTOR, reason="同一问题", surviving=survivor.number)
    give(office, a_case(office, "assigned"), "object", LIAISON, reason="路灯归交通局管养")


def taken_up_again(office):
    """One is in hand again, one struck off again; both were found to have come back."""
    for done in (None, at(2026, 9, 22)):
        case = close(office, a_case(office), at(2026, 7, 20))
        relapsed(office, case, at(2026, 8, 21))
        limit = {"due_on": date(2026, 9, 21), "reason": "回头看又有路灯不亮"}
        give(office, case, "reopen", DIRECTOR, at(2026, 8, 24), **limit)
        if done:
            close(office, case, done)


def looked_at_again(office):
    """One holds from the first, one was found to have come back before it was found to hold."""
    held = {"method": "document", "finding": "held", "verification": "夜间抽查均亮"}
    for day in (None, at(2026, 8, 17)):
        case = close(office, a_case(office), at(2026, 7, 20))
        if day:
            relapsed(office, case, day)
        give(office, case, "follow_up", OFFICER, at(2026, 8, 19), **held)


STORIES = [in_time_and_late, more_time, sent_back, standing_still, given_up, taken_up_again, looked_at_again]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_each_story_comes_to_the_same_numbers(office, story):
    story(office)
    assert_counts_the_same(office)


def test_all_of_them_together_do_too_and_every_measure_is_asked(office):
    for story in STORIES:
        story(office)
    assert_counts_the_same(office)
    total = statistics(office, today=INSTANTS[-1]).total
    assert all(0 < rate.numerator < rate.denominator for rate in total.rates.values())
    assert (total.long_term, total.reopened, total.shifted > 0) == (1, 2, True)


def test_a_register_taken_over_comes_to_the_same_numbers(office):
    take_over(office, accept=WAITING_ROWS)
    assert_counts_the_same(office, [TAKEN_OVER, at(2026, 12, 31)], [(None, None), (date(2026, 9, 1), None)])


def test_what_an_old_register_states_by_hand_does_too(office):
    stated = {"title": "旧事项", "source": "来信", "lead_unit": "BH212", "dispatched_on": date(2026, 3, 2)}
    due = {"due_on": date(2026, 6, 30), "original_due_on": date(2026, 5, 29)}
    lives = [
        {"state": "handling", **due},
        {"state": "closed", "closed_on": date(2026, 6, 12), **due},
        {"state": "closed", "due_on": date(2026, 6, 30)},
        {"state": "suspended", "suspended_from": "handling", **due},
        {"state": "verifying", "due_on": date(2026, 6, 30)},
        {"state": "handling", "dispatched_on": None},
        {"state": "cancelled", **due},
    ]
    orders = [
        Order("take_over", details={**stated, "origin": f"台账第{row}行", **life}, new_number=f"旧{row:03}")
        for row, life in enumerate(lives, start=1)
    ]
    perform_all(office, orders, by=signed(OFFICER), at=at(2026, 7, 1))
    moved = {"state": "handling", "due_on": date(2026, 9, 30), "origin": "台账第5行"}
    give(office, "旧005", "restate", OFFICER, at(2026, 7, 2), **moved)
    close(office, "旧001", at(2026, 7, 8))
    assert_counts_the_same(office, INSTANTS[2:])
