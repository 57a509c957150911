"""Comments at the command line: written, read, put behind; and a case seen with somebody's eyes."""

import pytest

from tests.builders import DIRECTOR, LIAISON, OFFICER, a_case, at, give

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

SAID = "完成率与现场不符，请核查"
NOON = ("--at", "2026-07-02T12:00:00+08:00")


@pytest.fixture
def number(office):
    return a_case(office).number


@pytest.fixture
def commented(office, number):
    give(office, number, "comment", OFFICER, at(2026, 7, 2), text=SAID, mentions=(DIRECTOR, "舒景行"))
    return number


def test_a_comment_names_several_people_in_one_word_or_several(duban, ask, number):
    words = ("--text", SAID, "--mention", "卞知远、舒景行", "--mention", "R013", "--as", OFFICER, *NOON)
    assert duban("case", "comment", number, *words).out == f"{number} 已内部批注\n"
    (entry,) = [one for one in ask("case", "history", number)["events"] if one["kind"] == "commented"]
    assert entry["details"]["mentions"] == ["R010", "R006", "R013"]
    assert entry["words"]["details"]["text"] == SAID


def test_a_comment_is_read_in_the_case_with_whoever_it_mentions(duban, ask, commented):
    shown = duban("case", "show", commented).out
    assert f"批注 2026-07-02 09:00 吕喆（提及卞知远、舒景行）：{SAID}" in shown
    (told,) = ask("case", "show", commented)["comments"]
    assert (told["by"], told["text"]) == ("R011", SAID)
    assert told["mentions"][0] == {"person": "R010", "name": DIRECTOR}
    assert "作内部批注（提及卞知远、舒景行）" in duban("case", "history", commented).out


def test_whoever_is_mentioned_puts_it_behind_him(duban, ask, commented):
    def listed():
        return [one["label"] for one in ask("todo", "--as", DIRECTOR, "--at", "2026-07-03")["duties"]]

    assert listed() == ["提及我"]
    assert duban("case", "mention-seen", commented, "--as", DIRECTOR, *NOON).out == f"{commented} 批注已阅\n"
    assert listed() == []
    assert "已阅提及本人的批注" in duban("case", "history", commented).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["mention-seen", "--as", OFFICER], "not_mentioned"),
        (["mention-seen"], "person_missing"),
        (["comment", "--text", SAID, "--mention", LIAISON, "--as", OFFICER], "mention_outside_office"),
        (["comment", "--text", SAID, "--as", LIAISON], "not_permitted"),
        (["comment", "--as", OFFICER], "text_missing"),
        (["comment", "--text", SAID, "--mention", "、".join(["甲"] * 21), "--as", OFFICER], "too_many"),
        (["show", "--as", "葛景澄"], "not_yours"),
        (["history", "--as", "易守拙"], "not_yours"),
        (["show", "--as", ""], "person_unknown"),
    ],
)
def test_a_refusal_says_what_to_do(duban, commented, words, code):
    answer = duban("case", words[0], commented, *words[1:], "--json")
    assert (answer.code, answer.json["code"]) == (1, code)


def test_explaining_to_a_stranger_is_refused(duban, commented):
    answer = duban("explain", commented, "--as", "葛景澄", "--json")
    assert (answer.code, answer.json["code"]) == (1, "not_yours")


@pytest.mark.parametrize("view", [("case", "show"), ("case", "history"), ("explain",)])
def test_the_unit_s_people_are_shown_no_comment(duban, commented, view):
    for words in ((), ("--json",)):
        assert SAID not in duban(*view, commented, "--as", LIAISON, *words).out
        assert "批注" not in duban(*view, commented, "--as", LIAISON, *words).out
    assert duban(*view, commented, "--as", OFFICER).code == 0
