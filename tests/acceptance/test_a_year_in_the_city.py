"""A year of a city with twelve units: every command is given, and the year's figures are counted once more.

Twelve courses, each by three units in turn; then what concerns the whole office: another policy, a notice of
holidays, a reform of units, an old register, a newer lifecycle table. At the end the history proves itself,
and every share and average is recounted by a few independent lines over the exported entries.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, product

import pytest

from states.errors import FactMissing
from states.nodes.planning import Step
from states.statistics import By
from states.vocabulary import CheckMethod, UrgeMeans
from tests.acceptance.test_statistics_from_events import comparable, exported
from tests.auditing import report_of
from tests.builders import DIRECTOR, OFFICER, at, rows, signed, stored, under_policy
from tests.city import PROOF, City, act, day, working_days
from tests.recount import recount
from tests.registers import a_register, take_over
from workflow.services import (
    adopting,
    calendars,
    coordinating,
    instructing,
    lookbacks,
    recounting,
    reforms,
    retargeting,
    splitting,
    units,
)
from workflow.services.coordinating import Child
from workflow.services.installation import STANDARD, _source, install
from workflow.services.lookbacks import Wanted
from workflow.services.reforms import Decree
from workflow.services.splitting import Part
from workflow.services.statistics import statistics
from workflow.services.verification import verify
from workflow.storage.models import Event
from workflow.storage.session import reading

UNITS = [f"BH2{number:02}" for number in range(1, 13)]
LEADERS = ("苗立言", "舒景行", None)
CATEGORIES = ("ordinary", "complex", "very_complex")
YEAR_END = at(2026, 12, 31, 16)
TYPHOON = (date(2026, 10, 21), date(2026, 10, 22))

VERIFIED = {"verification": "现场抽查，均达标准", "evidence": PROOF}
CORRECTED = {
    "field": "source",
    "old": "政府工作报告",
    "new": "市长信箱",
    "reason": "登记有误",
    "reissue": True,
}
CHECKED = {"method": "on_site", "evidence_after": PROOF}
BY_DOCUMENT = {"method": "document"}
BY_THIRD_PARTY = {**CHECKED, "method": "third_party", "verified_by_name": "滨海质量评估中心"}
BY_SECTOR = {**CHECKED, "method": "sector", "verified_by_name": "市住建局"}
SIGNED = (act(2, "acknowledge", "liaison"), act(3, "begin", "liaison", plan="先易后难，分三批推进"))


def reported(days, hand="liaison", **more):
    return act(days, "report_completion", hand, result="各项任务已完成", evidence=PROOF, **more)


def closed(days):
    return act(days, "close_out", "director", **VERIFIED)


def closing(days):
    return (reported(days), closed(days + 2))


ON_TIME = (
    act(10, "set_cadence", "officer", cadence="每周", reason="市领导要求按周调度"),
    act(14, "report_progress", "liaison", progress="已完成过半", completion_rate=50),
    act(15, "cosign_progress", "head"),
    act(17, "report_progress", "liaison", as_before=True, hard_to_meet=True, expected_on=day(60)),
    act(18, "send_back_progress", "head", reason="可以按期，请核实"),
    *closing(25),
    act(60, "archive", "archivist"),
)
DONE_AGAIN = (
    reported(40),
    act(41, "record_verification", "officer", **CHECKED, finding="failed", verification="三处未达标"),
    act(42, "record_verification", "officer", **BY_SECTOR, finding="failed", verification="复核三处属实"),
    act(43, "return_for_rework", "officer", reason="三处未达标", missing=["三号路口", "五号路口"]),
    reported(50),
    act(51, "record_verification", "officer", **BY_DOCUMENT, finding="passed", verification="验收单相符"),
    act(51, "record_verification", "officer", **BY_THIRD_PARTY, finding="passed", verification="已达标"),
    act(52, "publish_result", "officer", channel="市政府网站", public_until=day(58)),
    act(53, "record_objection", "officer", objection="五号路口仍有积水", objector="周边居民"),
    act(54, "settle_objection", "officer", ruling="dismissed", opinion="属另一工程，已转办"),
    closed(61),
)
EXTENDED = (
    act(10, "request_extension", "liaison", due_on=day(50), reason="管线迁改须待停水窗口"),
    act(10, "consent_extension", "head"),
    act(11, "review_extension", "officer", opinion="理由属实"),
    act(12, "grant_extension", "director"),
    act(30, "request_extension", "head", due_on=day(70), reason="雨季影响"),
    act(31, "refuse_extension", "director", reason="雨季已在计划之内"),
    *closing(48),
)
SET_ASIDE = (
    act(8, "suspend", "director", reason="等待规划批复", review_on=day(30), evidence=PROOF),
    act(28, "resume", "director", reason="规划已批复"),
    *closing(55),
)
GIVEN_UP = (act(9, "withdraw", "director", reason="已由上级部门直接办理"),)
RELAPSED = (
    *closing(20),
    act(30, "schedule_lookback", "officer", due_on=day(60)),
    act(55, "follow_up", "another", **CHECKED, finding="relapsed", verification="两处反弹"),
    act(57, "reopen", "director", reason="回头看发现反弹", limit=working_days(10)),
    reported(64),
    closed(66),
)
WITH_TASKS = (
    *(act(4, "add_task", "liaison", unit="co", task_title=title, limit=working_days(15)) for title in (
        "迁移站牌12处", "提供管线资料一套", "封闭道路两段", "调整公交线路三条",
    )),
    *(act(5, "acknowledge_task", "co.liaison", task=task) for task in (1, 2, 3)),
    act(6, "object_task", "co.liaison", task=4, reason="线路归公交集团管理"),
    act(8, "report_task", "co.liaison", task=1, progress="已迁移5处", completion_rate=40),
    act(9, "extend_task", "director", task=1, due_on=day(33), reason="停水窗口推迟"),
    act(12, "complete_task", "co.liaison", task=1, result="12处全部迁移", evidence=PROOF),
    act(13, "return_task", "liaison", task=1, reason="仍有2处未迁移"),
    act(16, "complete_task", "co.head", task=1, result="12处全部迁移", evidence=PROOF),
    act(17, "accept_task", "officer", task=1),
    act(18, "cancel_task", "director", task=2, reason="资料已由档案馆提供"),
    reported(26, open_tasks_reason="封路不影响本事项办结"),
    closed(28),
)  # fmt: skip
STEPS = (
    Step(title="完成招标", working_days=4, weight=30),
    Step(title="主体施工", working_days=8, weight=50, after=(1,)),
    Step(title="竣工验收", working_days=3, weight=20, after=(2,)),
)
WITH_NODES = (
    act(4, "plan_nodes", "liaison", nodes=STEPS),
    act(6, "reach_node", "liaison", node=1),
    act(7, "move_node", "officer", node=2, due_on=day(28), reason="主体提前"),
    act(8, "request_extension", "head", due_on=day(45), reason="设计变更"),
    act(9, "review_extension", "officer", opinion="属实"),
    act(10, "grant_extension", "director"),
    act(11, "replan_nodes", "liaison"),
    act(12, "drop_node", "director", node=3, reason="并入主体验收"),
    *closing(40),
)
TALKED_OVER = (
    act(
        5, "log_urge", "officer", means="phone", spoke_with="综合科", answer="本周内报送", promised_on=day(9)
    ),
    act(6, "log_urge", "officer", means="visit", spoke_with="分管负责人", answer="正在赶工"),
    act(6, "log_urge", "director", means="meeting", spoke_with="主要负责人", answer="会后即报"),
    act(6, "log_urge", "officer", means="mail", reply_by=day(12)),
    act(6, "comment", "officer", text="该单位上月也有拖延，请主任留意", mentions=[DIRECTOR]),
    act(7, "record_instruction", "officer", leader="市长", instruction="限期办结", instructed_on=day(6)),
    act(8, "request_coordination", "liaison", level="leader", blocker="资金缺口", wanted="明确资金渠道"),
    act(9, "withdraw_coordination", "liaison", reason="已自行解决"),
    act(10, "request_coordination", "head", level="leader", blocker="用地未定", wanted="明确选址"),
    act(11, "decline_coordination", "leader", reason="请先与规划部门会商"),
    act(12, "request_coordination", "liaison", level="office", blocker="部门意见不一", wanted="召开协调会"),
)
HANDED_ON = (
    act(5, "reassign", "director", lead_unit="co", due_on=day(60), reason="职责调整"),
    act(6, "acknowledge", "co.liaison"),
    act(7, "begin", "co.liaison", plan="接续推进"),
    act(8, "reclassify", "director", complexity="complex", reason="涉及三个部门"),
    act(9, "correct", "director", **CORRECTED),
    reported(26, "co.liaison"),
    closed(28),
)
SENT_BACK = (
    act(2, "object", "liaison", reason="不属本单位职责"),
    act(4, "assign", "director", lead_unit="co", limit=working_days(20)),
    act(5, "acknowledge", "co.liaison"),
    act(6, "begin", "co.liaison", plan="分步推进"),
    reported(40, "co.liaison"),
    closed(43),
)
COURSES = (
    (*SIGNED, *ON_TIME), (*SIGNED, *DONE_AGAIN), (*SIGNED, *EXTENDED), (*SIGNED, *SET_ASIDE), GIVEN_UP,
    (*SIGNED, *RELAPSED), (*SIGNED, *WITH_TASKS), (*SIGNED, *WITH_NODES), (*SIGNED, *TALKED_OVER),
    (*SIGNED, *HANDED_ON), SENT_BACK, SIGNED,
)  # fmt: skip


@pytest.fixture
def city(office, tmp_path):
    """The office under a policy that asks for the principal's signature on a report."""
    own = under_policy(office, tmp_path, "cosign = false", "cosign = true")
    found = install(own, by=signed(None, at(2026, 7, 2)))
    yield City(found)
    found.engine.dispose()


def lived_through(city):
    """The year: every course by three units, beginning on the working days of the first nine months."""
    begins = at(2026, 1, 5)
    for number, (course, place) in enumerate(product(COURSES, range(3))):
        lead, helper = UNITS[(number + place) % 12], UNITS[(number + place + 5) % 12]
        moves_up = any(one.command == "reclassify" for one in course)
        category = "ordinary" if moves_up else CATEGORIES[place]
        facts = {"complexity": category, "accountable_leader": LEADERS[place]}
        matter = city.propose(lead, helper, begins + timedelta(days=7 * number), **facts)
        city.give(matter, act(1, "assign", "director", lead_unit=lead, limit=working_days(25)))
        city.run(matter, course)
        yield course, matter


def test_a_year_of_the_city_and_its_figures(city, tmp_path):
    told = list(lived_through(city))
    by_course = {id(course): [one for found, one in told if found is course] for course in COURSES}
    the_office_acts(city, by_course, tmp_path)
    assert verify(city.office).exit_code == 0
    counts = report_of(city.office).counts
    assert (counts["deviations"], counts["conforming_cases"]) == (0, counts["cases"])
    assert counts["entries"] > 500 and counts["departures"] > 30
    assert every_command(city) - {row.kind for row in rows(city.office, Event)} == set()
    assert said_of(city, "urged", "means") == set(UrgeMeans)
    assert said_of(city, "verification_recorded", "method") == set(CheckMethod)
    assert sum(row.kind == "urge_mailed" for row in rows(city.office, Event)) == 3
    lines = exported(city.office)
    periods = [(None, None), (date(2026, 3, 1), date(2026, 6, 30)), (date(2026, 7, 1), None)]
    for by, (since, until) in product(By, periods):
        found = statistics(city.office, today=YEAR_END, since=since, until=until, by=by).as_json()
        counted = recount(lines, at=YEAR_END, since=since, until=until, by=by.value, off=TYPHOON)
        assert comparable(found) == counted


def said_of(city, kind, name):
    """What the entries of a kind say of one particular."""
    return {json.loads(row.payload)["details"][name] for row in rows(city.office, Event) if row.kind == kind}


def every_command(city):
    """The events of all commands of the table in force."""
    with reading(city.office.engine) as tx:
        return {row.event for row in city.office.lifecycle(tx).commands}


def the_office_acts(city, by_course, tmp_path):
    """What an office does over many matters at once, from the spring to the last days of the year."""
    talked, at_work, ended = (by_course[id(COURSES[place])] for place in (8, 11, 0))
    a_date_put_right(city)
    coordination(city, talked)
    instruction(city, ended[0])
    merging_and_splitting(city, at_work)
    another_policy(city, talked[2], tmp_path)
    holidays(city, tmp_path)
    an_old_register(city, tmp_path)
    looking_back(city)
    a_unit_is_renamed(city, talked[0])
    a_reform(city)
    a_unit_is_split(city, talked[0])
    a_newer_table(city, tmp_path)


def a_date_put_right(city):
    """Closed in time by the day that was entered; it had been handed out two working days earlier."""
    matter = city.propose(UNITS[7], UNITS[8], at(2026, 6, 1), complexity="ordinary")
    city.give(matter, act(7, "assign", "director", lead_unit=UNITS[7], limit=working_days(10)))
    signed_for = (act(8, "acknowledge", "liaison"), act(9, "begin", "liaison", plan="集中整治"))
    before = city.run(matter, (*signed_for, reported(21), closed(22))).facts
    dates = {"old": before.dispatched_on, "new": date(2026, 6, 4), "reason": "以文件为准", "reissue": True}
    after = city.give(matter, act(25, "correct", "director", field="dispatched_on", **dates)).facts
    assert (before.due_on, before.original_due_on, before.outcome) == (*[date(2026, 6, 23)] * 2, "on_time")
    assert (after.due_on, after.original_due_on, after.outcome) == (*[date(2026, 6, 18)] * 2, "late")


def coordination(city, talked):
    """The meeting decides one request, with a child matter."""
    when = talked[0].begun + timedelta(days=14)
    coordinating.decide(
        city.office, talked[0].number, by=signed(DIRECTOR, when), at=when, minutes="由牵头单位统筹",
        due_on=when.date() + timedelta(days=60), evidence=[city.proof],
        children=[Child("配套管线迁改", UNITS[3], working_days(20))],
    )  # fmt: skip


def instruction(city, ended):
    """A new 批示 on a matter that is archived is a new matter."""
    when = at(2026, 10, 12)
    said = {"leader": "市长", "instruction": "举一反三，开展排查", "instructed_on": date(2026, 10, 10)}
    found = instructing.record(city.office, ended.number, by=signed(OFFICER, when), at=when, **said)
    assert found.child is not None


def merging_and_splitting(city, at_work):
    first, second, third = at_work
    when = third.begun + timedelta(days=10)
    city.give(
        first, act((when - first.begun).days, "merge", "director", surviving=third.number, reason="同一问题")
    )
    parts = [Part("东片区整治", UNITS[5], working_days(15)), Part("西片区整治", UNITS[6], working_days(15))]
    splitting.split(city.office, second.number, parts, reason="分片推进", by=signed(DIRECTOR, when), at=when)


def another_policy(city, matter, tmp_path):
    when = at(2026, 10, 15)
    own = under_policy(city.office, tmp_path, "cosign = false", "cosign = true\nreports_per_unit_month = 30")
    install(own, by=signed(None, when)).engine.dispose()
    by = signed(DIRECTOR, when)
    done = retargeting.apply(city.office, "current", [matter.number], by=by, at=when, reason="规则修订")
    assert done.verified and len(done.done) == 1


def holidays(city, tmp_path):
    """A typhoon closes the city for two days; one matter is counted anew, another keeps its date."""
    when, path = at(2026, 10, 19), tmp_path / "停工令.json"
    city_matters = [
        city.propose(UNITS[0], UNITS[1], at(2026, 10, 16), complexity="ordinary") for _ in range(2)
    ]
    for matter in city_matters:
        city.give(matter, act(0, "assign", "director", lead_unit=UNITS[0], limit=working_days(10)))
    off = [{"name": "台风停工", "date": day.isoformat(), "isOffDay": True} for day in TYPHOON]
    notice = {"papers": ["滨海市防指台风红色预警停工令"], "days": off}
    path.write_text(json.dumps(notice, ensure_ascii=False), encoding="utf-8")
    by = signed(OFFICER, when)
    calendars.load(city.office, path, by=by, at=when)
    recounting.accept(city.office, [city_matters[0].number], by=by, at=when)
    recounting.decline(city.office, [city_matters[1].number], by=by, at=when, reason="期限已告知承办单位")


def an_old_register(city, tmp_path):
    """A row is taken over, and stated anew by the next month's register."""
    first = a_register(tmp_path / "旧台账.xlsx", {})
    assert take_over(city.office, first, at(2026, 10, 20)).as_json()["imported"]
    second = a_register(tmp_path / "新台账.xlsx", {"目前进展情况": "路面完成"})
    take_over(city.office, second, at(2026, 11, 20))


def looking_back(city):
    """A round over everything struck off in the first half of the year, one in four."""
    when = at(2026, 11, 2)
    wanted = Wanted(
        name="下半年回头看",
        since=date(2026, 1, 1),
        until=date(2026, 6, 30),
        due_on=date(2026, 12, 1),
        sample=3,
        seed="2026",
    )
    drawn = lookbacks.open_round(city.office, wanted, by=signed(OFFICER, when), at=when)
    assert drawn


def a_unit_is_renamed(city, talked):
    """Its matters stay with it, and it goes by the new name as by the former one."""
    when, before = at(2026, 11, 25), stored(city.office, talked.number).facts
    decree, named = (
        Decree(when.date(), "滨编发〔2026〕8号", signed(OFFICER, when), when),
        "市发展改革促进委员会",
    )
    reforms.rename(city.office, talked.lead, named, decree)
    assert stored(city.office, talked.number).facts == before
    with reading(city.office.engine) as tx:
        assert {units.one_by_name(tx, name) for name in ("市发改委", named)} == {talked.lead}


def a_reform(city):
    when = at(2026, 12, 1)
    decree = Decree(date(2026, 12, 1), "滨编发〔2026〕9号", signed(OFFICER, when), when)
    made = reforms.merge(city.office, (UNITS[11],), UNITS[0], decree)
    assert made.cases


def a_unit_is_split(city, talked):
    """The heir is split in its turn: each matter keeps its dates, and one is finished by its new hand."""
    when, heirs = at(2026, 12, 8), (UNITS[1], UNITS[2])
    decree = Decree(when.date(), "滨编发〔2026〕11号", signed(OFFICER, when), when)
    with pytest.raises(FactMissing) as refused:
        reforms.split(city.office, UNITS[0], heirs, decree, cases={}, below={})
    left, below = (dict(zip(refused.value.facts[name], cycle(heirs))) for name in ("cases", "units"))
    before = {number: stored(city.office, number).facts for number in left}
    reforms.split(city.office, UNITS[0], heirs, decree, cases=left, below=below)
    assert len(left) == 4
    for number, heir in left.items():
        assert stored(city.office, number).facts == replace(before[number], lead_unit=heir)
    handed = replace(talked, lead=left[talked.number])
    days = (when - talked.begun).days
    assert city.run(handed, (reported(days + 2), closed(days + 6))).facts.state == "closed"


def a_newer_table(city, tmp_path):
    when, path = at(2026, 12, 21), tmp_path / "newer.toml"
    path.write_text(_source(None, STANDARD).replace("version = 3", "version = 4"), encoding="utf-8")
    settings = city.office.settings.model_copy(update={"lifecycle": path})
    install(settings, by=signed(None, when)).engine.dispose()
    made = adopting.adopt(city.office, None, by=signed(DIRECTOR, when), at=when, reason="流程修订")
    assert made.done and not made.refused
