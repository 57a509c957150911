"""催办、协调、批示 by commands: as a document, in words, and what a slip of the pen meets."""

import pytest

from tests.builders import DIRECTOR, LEADER, LIAISON, OFFICER, a_case, a_paper_of_proof

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

KNOT = ["--blocker", "变压器迁改费用无着落", "--wanted", "明确迁改主体"]
WRITTEN = ["--leader", "舒景行副市长", "--instruction", "举一反三", "--instructed-on", "2026-07-14"]


def on(day, person):
    return ["--as", person, "--at", f"2026-07-{day:02d}T09:00:00+08:00"]


@pytest.fixture
def number(office):
    return a_case(office).number


@pytest.fixture
def minutes(office):
    return ["--minutes", "由供电公司月底前迁改", "--evidence", a_paper_of_proof(office, "协调会议纪要")]


def urged(run, number, *more, means=("--method", "电话"), day=15):
    said = ["--spoke-with", "值班员", "--answer", "周五前装完"]
    return run("case", "log-urge", number, *means, *said, *more, *on(day, OFFICER))


def test_urges_are_counted_and_shown_in_words_and_as_a_document(ask, duban, number):
    urged(ask, number)
    urged(ask, number, "--promised-on", "2026-07-17", means=("--means", "visit"))
    told = ask("case", "show", number)["urging"]
    assert (told["count"], told["promised_on"], len(told["log"])) == (2, "2026-07-17", 2)
    said = duban("case", "show", number).out
    assert "催办2次，最近2026-07-15（上门，值班员）：周五前装完" in said
    assert "承诺2026-07-17" in said
    assert "催办（上门，承诺2026-07-17）" in duban("case", "history", number).out


def test_a_promise_in_the_past_is_refused_by_name(duban, number):
    refused = urged(duban, number, "--promised-on", "2026-07-14", "--json")
    assert (refused.code, refused.json["code"]) == (1, "promise_in_the_past")
    assert "请写明催办的实际时间" in refused.json["message"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["log-urge", "--method", "传真"], "means_invalid"),
        (["request-coordination", "--level", "市外", *KNOT], "level_invalid"),
        (["decide-coordination", "--minutes", "同意", "--child", "|市水务局"], "child_invalid"),
        (["decide-coordination", "--minutes", "同意", "--child", "甲|乙|15wd|丙|丁"], "child_invalid"),
        (["decide-coordination", "--minutes", "同意", "--child", "甲|乙|很快"], "limit_invalid"),
        (["record-instruction", *WRITTEN[:4], "--instructed-on", "昨天"], "date_invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(duban, number, words, code):
    refused = duban("case", words[0], number, *words[1:], "--as", OFFICER, "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


@pytest.mark.parametrize("command", ["decide-coordination", "record-instruction"])
def test_whoever_acts_is_named(duban, number, command):
    assert duban("case", command, number, "--json").json["code"] == "person_missing"


def test_the_paper_of_the_next_attempt_is_drafted_by_command(ask, number, tmp_path):
    ask("case", "log-urge", number, "--method", "书面", *on(15, OFFICER))
    out = tmp_path / "催办单.txt"
    sent = ask("render", "urge", "--case", number, "--out", out)
    assert (sent["draft"], "催办次数：第1次" in out.read_text(encoding="utf-8")) == (False, True)
    drafted = ask("render", "urge", "--case", number, "--out", out, "--draft")
    assert (drafted["draft"], "催办次数：第2次" in out.read_text(encoding="utf-8")) == (True, True)


def test_a_director_decides_and_hands_out_in_one_command(ask, duban, number, minutes):
    ask("case", "request-coordination", number, "--level", "督查室", *KNOT, *on(13, LIAISON))
    assert "提请督查室协调，待议定：变压器迁改费用无着落" in duban("case", "show", number).out
    children = [
        "--child",
        "变压器迁改|市水务局|10wd",
        "--child",
        "保障迁改费用｜市财政局｜2026-07-31｜月底拨付费用",
    ]
    done = ask(
        "case", "decide-coordination", number, *minutes, *children, "--due", "2026-08-05", *on(15, DIRECTOR)
    )
    assert [one["state"] for one in done["children"]] == ["assigned", "assigned"]
    assert (done["due"], done["moved"]) == ("2026-08-05", {"handle": ["2026-07-22", "2026-08-05"]})
    said = duban("case", "show", number).out
    assert "已议定（2026-07-15，卞知远）：由供电公司月底前迁改，办结日期定为2026-08-05" in said
    assert "子事项滨督2026-002，由市水务局牵头，期限10个工作日" in said
    assert "分出滨督2026-002（协调议定，交办）：变压器迁改" in said
    assert f"出自{number}（协调议定）" in duban("case", "show", "滨督2026-002").out
    assert ask("verify")["verdict"] == "clean"


def test_what_a_leader_sets_is_said_to_wait_for_the_director(duban, ask, number, minutes):
    ask("case", "request-coordination", number, "--level", "leader", *KNOT, *on(13, LIAISON))
    child = ["--child", "变压器迁改|市水务局|2026-07-31"]
    said = duban("case", "decide-coordination", number, *minutes, *child, *on(15, LEADER)).out
    assert "滨督2026-001 已协调议定" in said
    assert "子事项滨督2026-002 变压器迁改：已立为拟办，待督查室主任交办" in said
    agreed = "会议议定：牵头单位市水务局，时限2026-07-31"
    assert agreed in duban("case", "show", "滨督2026-002").out
    order = ("--lead", "市水务局", "--due", "2026-08-31", *on(16, DIRECTOR))
    (told,) = ask("case", "assign", "滨督2026-002", *order)["warnings"]
    assert told == f"{agreed}；本次交办：牵头单位市水务局，时限2026-08-31，请核对。"


def test_a_request_is_declined_or_taken_back_by_command(ask, duban, number):
    for settle in (["decline-coordination", "--reason", "自行协商", *on(14, DIRECTOR)],
                   ["withdraw-coordination", *on(15, LIAISON)]):  # fmt: skip
        ask("case", "request-coordination", number, "--level", "office", *KNOT, *on(13, LIAISON))
        ask("case", settle[0], number, *settle[1:])
    said = duban("case", "show", number).out
    assert "不予协调（2026-07-14，卞知远）：自行协商" in said
    assert "已撤回（2026-07-15，盛宁远）" in said


def test_an_instruction_is_recorded_and_shown(ask, duban, number):
    done = ask("case", "record-instruction", number, *WRITTEN, *on(15, OFFICER))
    assert (done["state"], done["new_case"]) == ("handling", None)
    assert "批示（舒景行副市长，2026-07-14）：举一反三" in duban("case", "show", number).out


def test_an_instruction_after_the_end_shows_both_numbers(ask, duban, office):
    number = a_case(office, "closed").number
    done = ask("case", "record-instruction", number, *WRITTEN, "--title", "路灯整改", *on(15, OFFICER))
    assert (done["case"], done["new_case"], done["state"]) == (number, "滨督2026-002", "closed")
    again = duban("case", "record-instruction", number, *WRITTEN, *on(16, OFFICER))
    assert (again.code, "已经另立滨督2026-002" in again.err) == (1, True)
    more = [*WRITTEN, "--instruction", "再查一遍"]
    said = duban("case", "record-instruction", number, *more, *on(16, OFFICER)).out
    assert f"{number} 已结案，新批示另行交办：滨督2026-003" in said
    assert "已另行交办滨督2026-003" in duban("case", "show", number).out
