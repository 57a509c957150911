"""`duban document …`: a paper from its draft to the register of numbers, at the command line."""

import json

import pytest

from tests.builders import AUDITOR, CLERK, DIRECTOR, LIAISON, OFFICER, a_case
from tests.writing import CIRCULAR, HANDLER, TO_PERSON, drafted

KIND = "supervision_order"


@pytest.fixture
def number(office):
    return a_case(office).number


@pytest.fixture
def stated(tmp_path):
    path = tmp_path / "督办单.json"
    order = {"level": "黄色", "defects": "力量不足", "measures": "增派班组"}
    path.write_text(json.dumps({"order": order, "reply_by": "2026-12-31"}, ensure_ascii=False), "utf-8")
    return path


def act(duban, *words, by, code=0):
    answer = duban("document", *words, "--as", by, "--json")
    assert answer.code == code, answer.out
    return answer.json


@pytest.fixture
def paper(duban, number, stated):
    return act(duban, "draft", KIND, "--case", number, "--facts", str(stated), by=OFFICER)["document"]


def test_a_paper_goes_its_way_at_the_command_line(duban, paper, tmp_path):
    shown = duban("document", "show", paper[:10], "--json").json
    assert "黄色督办单" in shown["text"]
    act(duban, "review", paper, "--hash", shown["content_sha256"][:8], by=CLERK)
    act(duban, "sign", paper, "--opinion", "同意。", by=DIRECTOR)
    issued = act(duban, "issue", paper, by=CLERK)["number"]
    receipt = tmp_path / "回执.txt"
    receipt.write_text("已收到", "utf-8")
    act(duban, "serve", issued, "--evidence", str(receipt), by=CLERK)
    told = duban("document", "numbers", "--series", "滨督单", "--json").json
    (row,) = told["numbers"]
    assert (row["number"], row["signer"], row["state"], told["gaps"]) == (issued, DIRECTOR, "served", [])


def test_what_is_set_goes_before_the_file(duban, number, stated):
    words = (
        "--facts",
        str(stated),
        "--set",
        "order.level=红色",
        "--set",
        "copies=市委办",
        "--set",
        "copies=市府办",
    )
    paper = act(duban, "draft", KIND, "--case", number, *words, by=OFFICER)["document"]
    text = duban("document", "show", paper, "--json").json["text"]
    assert "红色督办单" in text
    assert "市府办" in text


def test_refusals_are_told_by_their_codes(duban, paper, number):
    assert act(duban, "review", paper, by=OFFICER, code=1)["code"] == "own_draft"
    assert act(duban, "sign", paper, by=DIRECTOR, code=1)["code"] == "transition_refused"
    assert act(duban, "void", paper, by=OFFICER, code=1)["code"] == "reason_missing"
    wrong = act(duban, "draft", KIND, "--case", number, "--set", "case.title=x", by=OFFICER, code=1)
    assert (wrong["code"], wrong["facts"]["fact"]) == ("fact_not_stated", "case.title")
    assert duban("document", "issue", paper, "--json").json["code"] == "person_missing"
    assert duban("document", "list", "--state", "x", "--json").json["code"] == "state_unknown"
    unknown = duban("document", "list", "--kind", "bad", "--json").json
    assert (unknown["code"], "supervision_order（督办单）" in unknown["message"]) == (
        "document_kind_unknown",
        True,
    )


@pytest.mark.parametrize("kind", ["circular", "personal_inquiry"])
def test_what_may_be_stated_is_listed_once(duban, number, kind):
    about = () if kind == "circular" else ("--case", number)
    wrong = act(duban, "draft", kind, *about, "--set", "x=1", by=OFFICER, code=1)
    assert [wrong["message"].count(one) for one in ("addressee（", "copies（")] == [1, 1]


def test_a_paper_is_written_to_a_file_and_a_draft_is_marked(duban, paper, tmp_path):
    out = tmp_path / "督办单.txt"
    assert duban("document", "show", paper, "--out", str(out)).code == 0
    assert "草稿" in out.read_text("utf-8")
    act(duban, "review", paper, by=CLERK)
    act(duban, "sign", paper, "--opinion", "同意。", by=DIRECTOR)
    duban("document", "show", paper, "--out", str(out))
    assert "草稿" not in out.read_text("utf-8")
    pdf = tmp_path / "督办单.pdf"
    assert duban("document", "show", paper, "--out", str(pdf)).code == 0
    assert pdf.read_bytes().startswith(b"%PDF")


def test_render_takes_the_draft_people_write(duban, paper, number, tmp_path):
    out = tmp_path / "稿.txt"
    assert duban("render", KIND, "--case", number, "--out", str(out)).code == 0
    assert "增派班组" in out.read_text("utf-8")
    duban("render", KIND, "--case", number, "--out", str(out), "--draft")
    assert "增派班组" not in out.read_text("utf-8")


def test_people_read_who_did_what_and_why_a_number_is_void(duban, paper):
    act(duban, "void", paper, "--reason", "要求写错", by=OFFICER)
    said = duban("document", "show", paper).out
    assert "作废理由：要求写错" in said
    assert f"{OFFICER} 拟写文书" in said
    assert "已作废" in duban("document", "list").out
    assert "没有缺号" in duban("document", "numbers").out


def test_a_unit_is_shown_no_draft(duban, paper):
    answer = duban("document", "show", paper, "--as", LIAISON, "--json")
    assert (answer.code, answer.json["code"]) == (1, "not_yours")


def test_a_draft_says_that_it_reads_as_of_today(duban, paper):
    told = duban("document", "show", paper, "--json").json
    assert f"按今日（{told['as_of']}）计算" in duban("document", "show", paper).out
    act(duban, "review", paper, by=CLERK)
    act(duban, "sign", paper, "--opinion", "同意。", by=DIRECTOR)
    assert duban("document", "show", paper, "--json").json["as_of"] is None
    assert "按今日" not in duban("document", "show", paper).out


def test_a_draft_of_no_matter_reads_as_of_today_too(duban, office):
    paper = drafted(office, None, "circular", CIRCULAR)
    assert duban("document", "show", paper, "--json").json["as_of"]


def test_what_is_kept_from_somebody_is_not_written_out_for_him(duban, office, number, tmp_path):
    paper = drafted(office, number, "personal_reminder", TO_PERSON, by=HANDLER)
    out = tmp_path / "提醒函.pdf"
    answer = duban("document", "show", paper, "--out", str(out), "--as", OFFICER, "--json")
    assert (answer.code, answer.json["code"], out.exists()) == (1, "text_withheld", False)


def test_sending_and_showing_tell_which_paper_was_not_laid_out_and_why(duban, office):
    a_case(office, "assigned", requirement="亮" * 6_001)
    sent = duban("outbox", "send", "--json").json
    (told,) = sent["unrenderable"]
    assert (told["document"], told["code"]) == ("滨督交〔2026〕1号", "fact_too_long")
    said = f"滨督交〔2026〕1号未能排版：{told['message']}（fact_too_long）"
    assert said in duban("outbox", "send").out
    shown = duban("document", "show", told["document"], "--json").json
    assert (shown["text"], shown["unprintable"]["code"]) == (None, "fact_too_long")
    assert told["message"] in duban("document", "show", told["document"]).out
    assert "督查通知单" in duban("document", "numbers").out


def test_a_file_shows_whoever_is_named_what_he_may_see(duban, paper, number, tmp_path):
    out = tmp_path / "稿.txt"
    words = ("render", KIND, "--case", number, "--out", str(out), "--as")
    assert duban(*words, OFFICER).code == 0
    assert "增派班组" in out.read_text("utf-8")
    assert duban(*words, LIAISON).code == 0
    assert "增派班组" not in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("assignment", LIAISON), None),
        (("assignment", "米德音"), "not_yours"),
        (("personal_reminder", LIAISON), "not_yours"),
        (("personal_reminder", OFFICER), "not_yours"),
        (("personal_reminder", "颜秉文"), None),
        (("assignment", "没有这个人"), "person_unknown"),
    ],
)
def test_no_file_is_made_for_who_may_not_see_the_paper(duban, number, tmp_path, asked, code):
    (kind, viewer), out = asked, tmp_path / "函.txt"
    done = duban("render", kind, "--case", number, "--out", str(out), "--as", viewer, "--json")
    assert (done.json.get("code"), out.exists()) == (code, code is None)


def test_the_auditor_reads_what_concerns_a_person_with_a_reason(office, duban, number):
    paper = drafted(office, number, "personal_reminder", TO_PERSON, by=HANDLER)
    asked = ("document", "show", paper, "--as", AUDITOR, "--json")
    assert duban(*asked).json["withheld"]
    assert "未研究部署" in duban(*asked, "--reason", "年度审计").out
    refused = duban("document", "show", paper, "--as", OFFICER, "--reason", "看看")
    assert refused.code == 1 and "未研究部署" not in refused.out
    assert "年度审计" in duban("audit", "search", "--kind", "withheld_read", "--json").out
