"""Wording of the office's own that is broken: the command is refused whole, and nothing else is stopped."""

from dataclasses import replace

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.wording_files import packaged
from states.errors import Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    THREE_WEEKS,
    a_case,
    at,
    give,
    row_counts,
    rows,
    signed,
    stored,
    sweep_on,
)
from workflow.services.doctor import FAULT, examine
from workflow.services.rendering import render_pending
from workflow.storage.models import Document, NumberSequence

NAMES = ("notices/{}.txt.j2", "mail/{}/subject.txt.j2", "mail/{}/body.html.j2")
SLIPS = {
    "syntax": "{% if case.title %}",
    "unknown": "{{ adressee }}",
    "missing": "{{ ground.facts }}",
    "endless": "{% for a in range(500) %}" * 3 + "{% endfor %}" * 3,
    "directive": "@抄报 甲",
    "long": "{% for a in range(500) %}" + "字" * 500 + "{% endfor %}",
}
CODES = {
    "syntax": "wording_invalid",
    "unknown": "wording_invalid",
    "missing": "fact_missing",
    "endless": "wording_endless",
    "directive": "wording_invalid",
    "long": "paper_too_long",
}


@pytest.fixture
def wording(office, tmp_path):
    """Puts a slip at the end of a template of the office's own, and gives the office that uses it."""

    def broken(kind, slip, name=NAMES[0]):
        file = tmp_path / "用语" / name.format(kind)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(packaged(name.format(kind)) + SLIPS[slip] + "\n", encoding="utf-8")
        return replace(office, settings=office.settings.model_copy(update={"templates": tmp_path / "用语"}))

    return broken


IN_PAPERS, IN_MAILS = [(slip, NAMES[0]) for slip in SLIPS], [("missing", name) for name in NAMES[1:]]


@pytest.mark.parametrize(("slip", "name"), IN_PAPERS + IN_MAILS)
def test_a_command_whose_paper_cannot_be_worded_is_refused_whole(office, wording, slip, name):
    draft = a_case(office, "draft")
    before = row_counts(office)
    with pytest.raises(NoticeUnrenderable) as refusal:
        give(wording("assignment", slip, name), draft, "assign", DIRECTOR, lead_unit=LEAD, limit=THREE_WEEKS)
    assert refusal.value.code == CODES[slip]
    assert (row_counts(office), stored(office, draft).facts.state) == (before, "draft")


def test_the_number_a_refused_paper_would_have_had_goes_to_the_next(office, wording):
    a_case(office, "assigned")
    with pytest.raises(Refusal):
        a_case(wording("assignment", "missing"), "assigned")
    a_case(office, "assigned")
    numbers = sorted(row.number for row in rows(office, Document))
    assert [number.rpartition("〕")[2] for number in numbers] == ["1号", "2号"]
    assert {row.last for row in rows(office, NumberSequence) if "交" in row.series} == {2}


def test_a_sweep_holds_back_what_it_cannot_word_and_goes_on_with_the_rest(office, wording):
    late = a_case(office)
    report = sweep_on(wording("reminder", "missing"), at(2026, 7, 23))
    assert [one["case"] for one in report.held] == [late.number]
    a_case(office, "assigned")
    assert render_pending(office, by=signed(None, at(2026, 9, 1))).failed == []


@pytest.mark.parametrize("slip", SLIPS)
def test_the_doctor_finds_it_before_anybody_needs_it(office, wording, slip):
    settings = wording("reminder", slip).settings
    found = [one for one in examine(settings, today=at(2026, 7, 1).date()) if one.check == "stationery"]
    assert found[0].level == FAULT
    assert "notices/reminder.txt.j2" in found[0].message


def test_the_doctor_tells_of_a_folder_that_is_gone_and_of_files_under_wrong_names(office, tmp_path):
    gone = office.settings.model_copy(update={"templates": tmp_path / "没有"})
    stray = office.settings.model_copy(update={"templates": tmp_path})
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "Reminder.txt.j2").write_text("a", encoding="utf-8")
    for settings, said in ((gone, "不存在"), (stray, "请改名为notices/reminder.txt.j2")):
        (found,) = [
            one for one in examine(settings, today=at(2026, 7, 1).date()) if one.check == "stationery"
        ]
        assert (found.level, said in found.message) == (FAULT, True)
