"""`duban intake …`: the same acts as on the page, and drafts out of a file, each with its words."""

import os
from datetime import timedelta

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, a_paper_of_proof, rows
from tests.intake import an_arrival, sent
from tests.states.test_minutes import MINUTES
from workflow.storage.models import Case

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
AS = ("--as", OFFICER)
CHOSEN = ("--source", "会议纪要", *AS)


@pytest.fixture
def item(office):
    return sent(office, an_arrival(), a_paper_of_proof(office)).item


def test_an_item_is_listed_shown_and_registered(ask, duban, office, item):
    case = a_case(office)
    assert ask("intake", "list")["items"][0]["id"] == item
    shown = ask("intake", "show", "RX-0001", *AS)
    assert shown["candidates"] == [
        {"case": case.number, "item": None, "title": case.facts.title, "reasons": ["事项名称相同"]}
    ]
    made = ask("intake", "register", item[:8], "--title", "修复路灯", *AS)
    assert (made["state"], ask("intake", "show", item)["case"]) == ("draft", made["case"])
    assert "已登记为新事项" in duban("intake", "list", "--settled").out


def test_an_item_is_joined_noted_and_another_returned(ask, office, item):
    case, other = a_case(office), sent(office, an_arrival("RX-0002")).item
    assert ask("intake", "join", item, case.number, *AS)["case"] == case.number
    sent(office, an_arrival(text="补充"))
    assert ask("intake", "note", item, "--seen", "1", *AS)["case"] == case.number
    assert ask("intake", "return", other, "--reason", "不属本办", *AS)["state"] == "returned"
    assert ask("intake", "list")["waiting"] == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["show", "没有"], "intake_unknown"),
        (["register", "RX-0001"], "person_missing"),
        (["return", "RX-0001", "--as", LIAISON, "--reason", "不办"], "intake_not_permitted"),
        (["return", "RX-0001", *AS], "reason_missing"),
        (["join", "RX-0001", "滨督2026-999", *AS], "case_unknown"),
        (["pull"], "intake_folder_unset"),
        (["draft-from", "nowhere.txt"], "file_not_found"),
        (["draft-from", "minutes.doc"], "minutes_type"),
    ],
)
def test_a_refusal_has_its_code(duban, item, words, code):
    answer = duban("intake", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)


def test_two_items_of_one_name_are_told_apart(duban, office, item):
    sent(office, an_arrival(), source="信访系统")
    answer = duban("intake", "show", "RX-0001", "--json")
    assert answer.json["code"] == "intake_ambiguous" and item[:12] in answer.json["message"]


def test_drafts_are_listed_and_only_the_chosen_are_opened(ask, duban, office, tmp_path):
    file = tmp_path / "纪要.txt"
    file.write_text(MINUTES, encoding="utf-8")
    found = ask("intake", "draft-from", str(file))
    assert [one["lead"] for one in found["drafts"]] == ["市住建局", "市应急局", "市住建局", "市财政局"]
    assert all(
        MINUTES[said["start"] : said["end"]] == said["words"]
        for one in found["drafts"]
        for said in one["quotes"]
    )
    assert rows(office, Case) == [] and "未写入任何内容" in duban("intake", "draft-from", str(file)).out
    assert found["passed"] == []
    for places in ("1,99", "1,a", "0", "²"):
        refused = duban("intake", "draft-from", str(file), "--open", places, *CHOSEN, "--json")
        assert refused.json["code"] == "draft_unknown" and rows(office, Case) == []
    opened = ask("intake", "draft-from", str(file), "--open", "1,3", *CHOSEN)["opened"]
    cases = rows(office, Case)
    assert [one.number for one in cases] == opened and {one.state for one in cases} == {"draft"}
    assert cases[0].basis == "滨海市人民政府专题会议纪要（一）"
    again = duban("intake", "draft-from", str(file)).out
    assert "同样的文字此前已开为拟办" in again and all(one.number in again for one in cases)


def test_where_a_source_is_told_is_set_listed_and_ended(ask, duban, office, monkeypatch):
    monkeypatch.setenv("DUBAN_WEBHOOK_ALLOW", "hotline.binhai.example")
    url = "https://hotline.binhai.example/duban"
    made = ask("intake", "call-back", "滨海热线", "--url", url)
    assert made["secret"] and made["secret"] not in duban("intake", "sources").out
    assert [one["url"] for one in ask("intake", "sources")["sources"]] == [url]
    assert "推送中" in duban("intake", "sources").out
    assert ask("intake", "call-back", "滨海热线", "--off")["url"] is None
    assert duban("intake", "call-back", "滨海热线", "--off", "--json").json["code"] == "source_not_told"
    assert duban("intake", "call-back", "滨海热线", "--json").json["code"] == "url_missing"


def test_the_folder_is_read_on_demand(ask, office, tmp_path, monkeypatch):
    place = tmp_path / "in"
    place.mkdir()
    monkeypatch.setenv("DUBAN_INTAKE_FOLDER", str(place))
    file = place / "a.csv"
    file.write_text("编号,标题,内容\nA1,积水,逢雨积水\n", encoding="utf-8")
    written = file.stat().st_mtime - timedelta(minutes=1).total_seconds()
    os.utime(file, (written, written))
    assert ask("intake", "pull") == {"taken": 1, "refused": 0, "items": 1}
    assert ask("intake", "list")["items"][0]["source"] == "文件交换"


def test_the_words_of_a_settled_item_are_taken_away_by_the_director(ask, duban, office):
    item = sent(office, an_arrival()).item
    ask("intake", "return", item, "--reason", "不属本办职责", *AS)
    given = ("intake", "redact", item, "--reason", "当事人申请", "--as", DIRECTOR)
    assert ask(*given)["bodies"] == 1
    assert "老人" not in duban("intake", "show", item).out
    assert duban(*given, "--json").json["code"] == "redacted_already"
