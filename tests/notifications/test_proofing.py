"""Every kind is proof-read on samples of its own; an office's slips are found, by file and line."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from notifications import proofing
from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.inspection import examine
from notifications.proofing import DATED, FAULT, NOTE, WARNING, Finding, look_around, proof, try_on
from notifications.samples import samples
from notifications.stationery import load_stationery
from notifications.typesetting import typeset
from notifications.wording_files import copy, kinds, packaged
from tests.notifications.test_wording_files import own

NAME = "notices/reminder.txt.j2"


def told(found: list[Finding], level: str = FAULT) -> list[tuple[str, int | None]]:
    return [(one.file, one.line) for one in found if one.level == level]


def changed(folder: Path, before: str, after: str, name: str = NAME) -> Path:
    """The packaged file with a slip."""
    text = packaged(name)
    assert before in text
    return own(folder, text.replace(before, after).encode(), name)


def line_with(after: str, before: str) -> int:
    """The first line of the slip."""
    text = packaged(NAME).replace(before, after)
    return text[: text.index(after)].count("\n") + 1


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_samples_and_stands_its_own_proof(kind: str, fonts: FontSet) -> None:
    def printing(paper):
        faults = examine(typeset(paper, fonts, issued_at=DATED), paper).faults
        if faults:
            raise NoticeUnrenderable("；".join(one.sentence for one in faults))

    assert [one.sentence for one in proof(kind, None, printing=printing)] == []


@pytest.mark.parametrize("kind", kinds())
def test_a_bare_sample_has_less_than_a_full_one(kind: str) -> None:
    full, bare, *_ = samples(kind)
    assert full.facts != bare.facts
    assert bare.facts.keys() <= full.facts.keys()


def test_further_samples_have_their_own_names_and_differ_from_the_full_one() -> None:
    full, _, long_term, *others = samples("assignment")
    assert (long_term.label, long_term.facts["cadence"]) == ("长期事项", "每季度")
    assert "due_on" not in long_term.facts["case"]
    assert all(one.facts != full.facts for one in others)


def test_a_kind_without_samples_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = NoticeUnrenderable("程序自带的模板缺失。", code="wording_lost")
    monkeypatch.setattr(proofing, "samples", Mock(side_effect=lost))
    (found,) = proof("reminder", None)
    assert (found.code, found.file) == ("wording_lost", "samples/reminder.toml")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("addressee", "adressee", "是否指addressee"),
        ("case.title|nested", "case.titel|nested", "是否指case.title"),
        ("@抄送", "@抄报", "没有“@抄报”"),
        ("@标题 关于抓紧办理|“", "@标頭 “", "“@标頭”"),
        ("@日期 {{ date|cndate", "@日期 {{ date|cdate", "是否指cndate"),
        ("一、滞后事项\n“", "一、滞后\u200b事项\n“", "看不见的字符U+200B"),
    ],
)
def test_a_slip_is_found_in_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    first = proof("reminder", changed(tmp_path, before, after))[0]
    assert (first.file, first.line, first.level) == (NAME, line_with(after, before), FAULT)
    assert said in first.sentence


def test_what_is_forbidden_does_not_hide_an_unknown_fact(tmp_path: Path) -> None:
    slips = "{% macro sign(name) %}{{ name }}{% endmacro %}{{ sign(addressee) }}\n{{ case.titel }}\n@署名 "
    found = proof("reminder", changed(tmp_path, "@署名 ", slips))
    line = line_with("@署名 ", "@署名 ")
    assert [(one.line, one.code) for one in found] == [
        (line, "wording_unsafe"),
        (line, "wording_unsafe"),
        (line + 1, "wording_invalid"),
    ]
    assert "case.titel" in found[-1].message


def test_what_is_never_closed_is_found_at_the_end(tmp_path: Path) -> None:
    first = proof("reminder", changed(tmp_path, "{% endfor %}\n{% if items and", "{% if items and"))[0]
    assert first.line == packaged(NAME).count("\n") - 1
    assert "没有结束" in first.sentence


def test_what_may_be_missing_and_is_not_asked_for_is_found_by_the_bare_sample(tmp_path: Path) -> None:
    before, after = "调度发现，{{ you }}承办的", "依据{{ case.basis }}，{{ you }}承办的"
    (found,) = proof("reminder", changed(tmp_path, before, after))
    assert (found.line, found.code, found.sample) == (line_with(after, before), "fact_missing", "最简")
    assert "{% if" in found.advice


def test_a_paper_that_cannot_be_whole_is_found(tmp_path: Path) -> None:
    found = proof("reminder", changed(tmp_path, "@署名 {{ office.name }}\n", ""))
    assert (found[0].level, found[0].file, "署名" in found[0].message) == (FAULT, NAME, True)


def test_clumsy_punctuation_is_a_warning(tmp_path: Path) -> None:
    found = proof("reminder", changed(tmp_path, "进度滞后，现予提醒。", "进度滞后，现予提醒，。"))
    assert told(found, WARNING) == [(NAME, None)]
    assert "，。" in found[0].sentence


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mail/reminder/subject.txt.j2", "提醒{{ nubmer }}", "是否指number"),
        ("mail/reminder/subject.txt.j2", "提醒\n函", "换行"),
        ("mail/reminder/body.html.j2", "<p>{{ late.nothing }}</p>", "late.nothing"),
        ("mail/admonition/body.txt.j2", "{{ case.title }}", "缺少“督办事项”"),
    ],
)
def test_the_mail_is_read_too(tmp_path: Path, name: str, text: str, said: str) -> None:
    found = proof(name.split("/")[1], own(tmp_path, text.encode(), name))
    assert [(one.file, one.level) for one in found] == [(name, FAULT)]
    assert said in found[0].sentence


def test_what_the_printer_finds_is_a_finding(tmp_path: Path) -> None:
    def printing(paper):
        raise NoticeUnrenderable("没有任何页面。", code="print_faulty")

    (found,) = proof("deadline", None, printing=printing)[:1]
    assert (found.code, found.level) == ("print_faulty", FAULT)


def test_files_nobody_reads_and_files_put_right_are_told(tmp_path: Path) -> None:
    own(tmp_path, b"\xef\xbb\xbf" + packaged(NAME).encode())
    assert [one.level for one in proof("reminder", tmp_path)] == [NOTE]
    own(tmp_path, b"a", "notices/Urge.txt.j2")
    own(tmp_path, b"a", "notices/vacation.md")
    assert [(one.level, one.code) for one in look_around(tmp_path)] == [
        (FAULT, "file_misnamed"),
        (NOTE, "file_unused"),
    ]


def test_a_packaged_file_that_changed_since_it_was_copied_is_told(tmp_path: Path) -> None:
    assert copy(NAME, tmp_path)
    assert proof("reminder", tmp_path) == []
    (tmp_path / ".packaged" / NAME).write_text("as it was in the release before", encoding="utf-8")
    (found,) = proof("reminder", tmp_path)
    assert (found.level, found.code) == (WARNING, "packaged_changed")


def test_copying_replaces_nothing(tmp_path: Path) -> None:
    own(tmp_path, b"mine")
    assert (copy(NAME, tmp_path), (tmp_path / NAME).read_bytes()) == (False, b"mine")


def test_wording_is_tried_on_the_facts_it_is_issued_with() -> None:
    full, *_ = samples("reminder")
    try_on(load_stationery("reminder"), full.facts)
    with pytest.raises(NoticeUnrenderable, match="逾期情况"):
        try_on(load_stationery("reminder"), {**full.facts, "late": None})
