"""`duban lookback …` and the commands of 核查、公示、回头看, as people type them."""

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, a_paper_of_proof, at, relapsed

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

NUMBER, ROUND = "滨督2026-001", "2026年上半年回头看"
CLOSED, LOOKED = at(2026, 7, 1), at(2026, 8, 10)
PERIOD = ("--since", "2026-06-01", "--until", "2026-07-31", "--due", "2026-08-31")
OPEN = ("lookback", "open", "--title", ROUND, *PERIOD)
SIGNED = ("--as", OFFICER, "--at", "2026-08-03")


@pytest.fixture
def two(office):
    """Two matters struck off."""
    return [a_case(office, "closed", CLOSED) for _ in range(2)]


def test_a_round_is_previewed_opened_listed_and_shown(ask, two):
    seen = ask(*OPEN, "--sample", "1", "--seed", "甲", "--per", "unit,category", "--dry-run")
    assert (seen["dry_run"], seen["population"], len(seen["drawn"])) == (True, 2, 1)
    assert ask("lookback", "list")["lookbacks"] == []
    opened = ask(*OPEN, "--sample", "1", "--seed", "甲", "--per", "牵头单位,category", *SIGNED)
    assert opened["drawn"] == seen["drawn"]
    assert opened["criteria"]["per"] == ["unit", "category"]
    (listed,) = ask("lookback", "list")["lookbacks"]
    assert (listed["name"], listed["population"], listed["drawn"]) == (ROUND, 2, 1)
    shown = ask("lookback", "show", ROUND, "--at", "2026-08-03")
    assert [one["number"] for one in shown["matters"]] == opened["drawn"]
    assert ask("verify")["findings"] == []


def test_people_read_how_it_was_drawn_and_what_became_of_it(duban, ask, office, two):
    ask(*OPEN, "--all", *SIGNED)
    relapsed(office, two[0], LOOKED)
    told = duban("lookback", "show", ROUND, "--at", "2026-09-01").out
    assert "符合条件2件，全部回头看；2026-08-31前完成" in told
    assert "已看1件：保持0件、反弹1件；待看1件（其中逾期1件）；反弹率1/1（100.0%）" in told
    assert "逾期未看" in told and "反弹" in told
    assert "1/1（100.0%）" in duban("lookback", "list").out


def test_people_read_what_would_be_drawn(duban, two):
    told = duban(*OPEN, "--sample", "2", "--seed", "甲", "--dry-run").out
    assert f"{ROUND}：符合条件2件，将抽取2件，2026-08-31前完成" in told
    assert NUMBER in told and "尚未写入" in told


REFUSED = [
    (("lookback", "open", *PERIOD, "--all", *SIGNED), "title_missing"),
    (("lookback", "open", "--title", "甲", *PERIOD[2:], "--all", *SIGNED), "since_missing"),
    (("lookback", "open", "--title", "甲", *PERIOD[:2], *PERIOD[4:], "--all", *SIGNED), "until_missing"),
    (("lookback", "open", "--title", "甲", *PERIOD[:4], "--all", *SIGNED), "due_on_missing"),
    ((*OPEN, "--all"), "person_missing"),
    ((*OPEN, *SIGNED), "all_or_sample"),
    ((*OPEN, "--sample", "许多", "--seed", "甲", *SIGNED), "sample_out_of_range"),
    ((*OPEN, "--sample", "0", "--seed", "甲", *SIGNED), "sample_out_of_range"),
    ((*OPEN, "--sample", "1", *SIGNED), "seed_missing"),
    ((*OPEN, "--all", "--seed", "甲", *SIGNED), "sample_missing"),
    ((*OPEN, "--sample", "1", "--seed", "甲", "--per", "colour", *SIGNED), "per_invalid"),
    ((*OPEN, "--sample", "9", "--seed", "甲", *SIGNED), "sample_too_large"),
    ((*OPEN, "--all", "--category", "复杂", *SIGNED), "population_empty"),
    (("lookback", "show", "无此批次"), "campaign_unknown"),
]


@pytest.mark.parametrize("example", REFUSED, ids=lambda one: one[1])
def test_what_cannot_be_opened_is_refused_by_name(duban, two, example):
    words, code = example
    refused = duban(*words, "--json")
    assert (refused.code, refused.json["code"]) == (1, code)


def test_words_are_typed_by_their_labels(ask, duban, office):
    case, proof = a_case(office, "verifying", CLOSED), a_paper_of_proof(office)
    words = (
        "--method",
        "现场核查",
        "--finding",
        "属实",
        "--verification",
        "抽查均亮",
        "--evidence-after",
        proof,
    )
    ask("case", "record-verification", case.number, *words, "--as", OFFICER, "--at", "2026-07-02")
    notice = ("--channel", "政府网站", "--public-until", "2026-07-09")
    ask("case", "publish-result", case.number, *notice, "--as", OFFICER, "--at", "2026-07-02")
    said = ("--objection", "仍不亮", "--objector", "居民")
    ask("case", "record-objection", case.number, *said, "--as", OFFICER, "--at", "2026-07-03")
    ruled = ("--ruling", "不成立", "--opinion", "不在范围")
    ask("case", "settle-objection", case.number, *ruled, "--as", OFFICER, "--at", "2026-07-03")
    told = duban("case", "show", case.number).out
    lines = (
        "核查：现场核查，属实，抽查均亮",
        "公示：载体政府网站，至2026-07-09",
        "异议：居民提出，仍不亮",
        "异议处理：不成立，不在范围",
        "整改后材料：路灯修复验收单.txt",
    )
    for line in lines:
        assert line in told
    assert ask("case", "show", case.number)["case"]["verdict"] == "passed"


def test_what_is_missing_may_be_several_things_and_is_read_by_the_unit(ask, duban, office):
    case = a_case(office, "verifying", CLOSED)
    missing = ("--missing", "三号路口6盏未亮", "--missing", "验收单无签字")
    words = ("--reason", "抽查不合格", *missing, "--as", OFFICER, "--at", "2026-07-02")
    ask("case", "return-for-rework", case.number, *words)
    told = duban("case", "show", case.number).out
    assert all(one in told for one in ("退回重办 抽查不合格", "三号路口6盏未亮", "验收单无签字"))
    assert ask("case", "show", case.number)["still_missing"][1:] == list(missing[1::2])
    mine = ask("todo", "--as", LIAISON, "--at", "2026-07-03")["duties"]
    assert [one["label"] for one in mine] == ["待重办"]


def test_a_relapse_is_found_and_taken_up_again_by_commands(ask, duban, office):
    case = a_case(office, "closed", CLOSED)
    due = ("--due", "2026-08-31", "--as", OFFICER, "--at", "2026-08-03")
    ask("case", "schedule-lookback", case.number, *due)
    found = ("--method", "书面核查", "--finding", "反弹", "--verification", "又有11盏不亮")
    ask("case", "follow-up", case.number, *found, "--as", OFFICER, "--at", "2026-08-10")
    told = duban("case", "show", case.number).out
    assert "回头看：书面核查，反弹，又有11盏不亮" in told and "回头看结论" in told
    again = ("--reason", "反弹", "--limit", "10wd", "--as", DIRECTOR, "--at", "2026-08-11")
    assert ask("case", "reopen", case.number, *again)["state"] == "handling"
    assert ask("case", "show", case.number)["case"]["relapses"] == 1


def test_a_method_nobody_knows_is_refused(duban, office):
    case = a_case(office, "closed", CLOSED)
    words = ("--method", "听说", "--finding", "保持", "--verification", "无")
    refused = duban("case", "follow-up", case.number, *words, "--as", OFFICER, "--json")
    assert refused.json["code"] == "method_invalid"
    assert (
        "可填：现场核查（on_site）、书面核查（document）、第三方评估（third_party）"
        in refused.json["message"]
    )


def test_a_way_to_stratify_nobody_knows_is_answered_with_those_there_are(duban):
    refused = duban(*OPEN, "--sample", "1", "--seed", "甲", "--per", "颜色", *SIGNED, "--json")
    assert refused.json["message"] == "不能按“颜色”分层，可填：牵头单位（unit）、难易程度（category）。"
