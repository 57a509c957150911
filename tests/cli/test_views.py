"""Finding one's own among many matters, and asking how one will stand on another day."""

from datetime import date

import pytest
from rich.cells import cell_len

from tests.builders import (
    LEAD,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    TITLE,
    UNIT_HEAD,
    a_case,
    at,
    give,
    signed,
    suspended,
    sweep_on,
)
from tests.postbox import open_postbox
from workflow.cli.output import screen
from workflow.services import cases
from workflow.services.outbox.sending import send_due

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def three(office):
    """A draft, a matter in hand at one unit, and one not yet received by another."""
    return [a_case(office, "draft"), a_case(office), a_case(office, "assigned", lead_unit="市水务局")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], [1, 2, 3]),
        (["--state", "handling"], [2]),
        (["--state", "交办"], [3]),
        (["--unit", LEAD], [2]),
        (["--unit", LEAD_CODE], [2]),
        (["--unit", "水务"], [3]),
        (["--light", "red"], [2, 3]),
        (["--light", "灰"], [1]),
        (["--unit", LEAD, "--light", "green"], []),
    ],
)
@pytest.mark.usefixtures("three")
def test_the_list_shows_only_what_is_asked_for(ask, words, found):
    numbers = [case["number"] for case in ask("case", "list", *words)["cases"]]
    assert numbers == [f"滨督2026-{serial:03d}" for serial in found]


@pytest.mark.usefixtures("three")
def test_the_list_shows_somebody_what_is_his_and_no_level_to_a_unit(ask, office):
    sweep_on(office, at(2026, 7, 23))
    numbers = [[one["number"][-3:] for one in listed(ask, person)] for person in (OFFICER, LIAISON)]
    assert numbers == [["001", "002", "003"], ["002"]]
    assert [one["level"] for one in listed(ask, OFFICER)][1:2] == ["reminder"]
    assert {one["level"] for one in listed(ask, LIAISON)} == {None}
    assert [one["number"][-3:] for one in listed(ask, LIAISON, "--as-of", "2026-07-24")] == ["002"]


def listed(ask, person, *words):
    return ask("case", "list", "--as", person, *words)["cases"]


def test_a_pending_extension_is_shown_with_who_agreed_to_it(duban, ask, office):
    case, asked = a_case(office), {"due_on": date(2026, 8, 5), "reason": "到货推迟"}
    give(office, case, "request_extension", UNIT_HEAD, at(2026, 7, 15), **asked)
    line = "申请延期至2026-08-05（待决定），理由：到货推迟；宋宁远已同意；待审核"
    assert line in duban("case", "show", case.number).out
    assert ask("case", "show", case.number)["extension"]["consented_by"] == "BH212-H"


def test_a_matter_is_explained_for_the_day_asked_about(ask, office):
    number = a_case(office).number
    early, late = (ask("explain", number, "--at", day)["case"] for day in ("2026-07-10", "2026-07-30"))
    assert (early["light"], early["overdue"]) == ("green", False)
    assert (late["light"], late["overdue"]) == ("red", True)


@pytest.mark.parametrize(
    "words",
    [("case", "show"), ("explain",), ("case", "nodes"), ("case", "list"), ("todo",), ("case", "history")],
)
def test_a_matter_suspended_ahead_of_time_is_read_before_that_day(duban, office, words):
    case = a_case(office)
    suspended(office, case, at(2027, 11, 1), date(2027, 11, 20))
    named = () if words in (("case", "list"), ("todo",)) else (case.number,)
    assert duban(*words, *named).code == 0


@pytest.mark.parametrize("words", [("list",), ("show",), ("history",)])
def test_markup_in_a_title_is_only_text(duban, words):
    title = "[/bold]路灯[red]"
    opened = duban("case", "open", "--title", title, "--source", "来访", "--as", "吕喆", "--json")
    number = [] if words == ("list",) else [opened.json["case"]]
    seen = duban("case", *words, *number)
    assert seen.code == 0
    assert "[/bold]" in seen.out or words == ("history",)


@pytest.mark.mail
def test_a_plain_mail_goes_by_its_kind_and_tells_when_it_was_made_and_when_it_left(duban, office):
    number, night, morning = a_case(office).number, at(2026, 7, 17, 0, 5), at(2026, 7, 17, 8, 30)
    sweep_on(office, night)
    before = duban("case", "show", number).out
    with open_postbox(office) as (home, _):
        assert send_due(home, clock=lambda: morning, by=signed(None, morning)).sent == 2
    after = duban("case", "show", number).out
    assert "邮件 期限提示（2026-07-17 00:05生成，邮件尚未发出）" in before
    assert "邮件 期限提示（2026-07-17 00:05生成，2026-07-17 08:30发出）" in after
    assert "文书 滨督交〔2026〕1号（2026-07-01 09:00印发，2026-07-17 08:30发出）" in after
    listed = duban("outbox", "list").out
    assert ("期限提示" in listed, "None" in before + after + listed) == (True, False)


def test_a_filter_nobody_knows_is_refused(duban):
    assert duban("case", "list", "--state", "bogus", "--json").json["code"] == "state_unknown"
    assert duban("case", "list", "--unit", "火星局", "--json").json["code"] == "unit_unknown"
    assert duban("escalation", "list", "--state", "bogus", "--json").json["code"] == "state_unknown"


def test_what_nobody_sees_is_refused(duban):
    refused = duban("case", "open", "--title", "路灯\u202e", "--source", "来访", "--as", "吕喆", "--json")
    assert (refused.code, refused.json["code"]) == (1, "text_invalid")


def test_a_history_says_what_was_entered_on_another_day(duban, office):
    case = a_case(office, "assigned")
    entered = (
        ("acknowledge", LIAISON, (7, 2), (7, 9), {}),
        ("comment", OFFICER, (7, 10), (7, 8), {"text": "核"}),
    )
    for command, person, happened, written, details in entered:
        by = signed(person, at(2026, *written))
        cases.perform(office, case.number, command, by=by, at=at(2026, *happened), **details)
    said = duban("case", "history", case.number).out
    assert "补录于" in said
    assert "预先记于" in said
    assert said.count("2026-07-09 09:00") == 2


@pytest.mark.parametrize("name", ["市城管局", "市城市管理局", "城市管理", "BH212"])
def test_a_unit_is_found_in_the_list_by_any_name(duban, office, name):
    case = a_case(office)
    listed = duban("case", "list", "--unit", name, "--json").json["cases"]
    assert [one["number"] for one in listed] == [case.number]


@pytest.mark.parametrize("number", ["", " "])
def test_an_empty_number_is_an_unknown_one(duban, number):
    refused = duban("case", "acknowledge", number, "--as", "盛宁远", "--json")
    assert (refused.code, refused.json["code"]) == (1, "case_unknown")


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_the_list_reads_well_at_any_width_and_says_the_same(duban, office, monkeypatch, width):
    monkeypatch.setattr(screen, "_width", width)
    number = a_case(office).number
    lines = duban("case", "list").out.splitlines()
    assert max(cell_len(line) for line in lines) <= width
    for words in (number, TITLE, LEAD, "限期办结", "2026-07-22"):
        assert any(words in line for line in lines)


FAR = ("--at", "2099-11-02", "--as", "吕喆", "--text", "核")


def test_an_act_stated_ahead_of_its_time_is_answered_with_a_word_on_it(duban, ask, office):
    number = a_case(office).number
    said = duban("case", "comment", number, *FAR)
    assert said.code == 0
    assert "发生时间2099-11-02晚于今天，已按预先记入办理；如系笔误" in said.err
    assert ask("case", "comment", number, *FAR)["stated_ahead"] is True


def test_an_act_of_today_is_answered_without_it(duban, ask, office):
    number, today = a_case(office).number, ("--as", "吕喆", "--text", "核")
    assert "晚于今天" not in duban("case", "comment", number, *today).err
    assert "stated_ahead" not in ask("case", "comment", number, *today)


def test_a_matter_without_a_date_has_none_that_is_provisional(office, duban):
    when = at(2026, 12, 21)
    case = a_case(office, "assigned", when)
    assert "（暂定）" in duban("case", "list").out
    give(office, case, "object", LIAISON, when, reason="不属我局职责")
    assert "（暂定）" not in duban("case", "list").out
