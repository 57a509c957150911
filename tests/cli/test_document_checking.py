"""`duban document check`: what people and programs read of it, and its exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from notifications.fonts import find_fonts
from notifications.typesetting import typeset
from tests.notifications.sheets import FORM, composed
from tests.notifications.test_inspection import ISSUED_AT, blank, encrypted, letter
from tests.notifications.test_inspection import altered as altered_pdf
from workflow.cli.app import run

Captured = pytest.CaptureFixture[str]


def written(folder: Path, **changes: Any) -> Path:
    """A reminder as a file."""
    file = folder / "函.pdf"
    paper = letter().model_copy(update=changes)
    file.write_bytes(typeset(paper, find_fonts((), system=False), issued_at=ISSUED_AT))
    return file


def test_a_sound_paper_ends_with_0_and_names_every_item(tmp_path: Path, capsys: Captured) -> None:
    assert run(["document", "check", str(written(tmp_path))]) == 0
    told = capsys.readouterr().out
    assert told.startswith("按信函格式检查（由红线、标志和表格判断），共2页")
    for label in (
        "幅面",
        "PDF/A",
        "字体嵌入",
        "版心",
        "每行字数",
        "页码",
        "红色分隔线",
        "成文日期",
        "版记",
        "文字层",
    ):
        assert f"  {label}" in told
    assert "不合格0项" in told


def test_a_faulty_paper_ends_with_1_and_says_what_and_where(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "空.pdf"
    file.write_bytes(blank(612, 792))
    assert run(["document", "check", str(file)]) == 1
    told = capsys.readouterr().out
    assert "不合格  幅面（第1页）：第1页不是A4幅面；要求：每页210×297毫米" in told


def test_the_answer_to_a_program_is_one_json_document(tmp_path: Path, capsys: Captured) -> None:
    file = written(tmp_path)
    assert run(["document", "check", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["form"], told["told_by"], told["sound"], told["pages"]) == ("letter", "print", True, 2)
    assert set(told["items"][0]) == {"id", "label", "verdict", "page", "measured", "expected", "sentence"}


def test_a_draft_with_gaps_is_sound_and_said_to_be_one(tmp_path: Path, capsys: Captured) -> None:
    assert run(["document", "check", str(written(tmp_path, draft=True, number="滨督函〔待填〕"))]) == 0
    assert "这是草稿，尚有1处〔待填〕，可以检查，不能印发" in capsys.readouterr().out


def test_a_form_is_held_to_the_rules_of_forms(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "表.pdf"
    file.write_bytes(typeset(composed(FORM), find_fonts((), system=False), issued_at=ISSUED_AT))
    assert run(["document", "check", str(file)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("按表单检查")
    assert "每行字数" not in told


def test_a_report_is_no_official_paper_and_said_so(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "报表.pdf"
    file.write_bytes(blank(841.89, 595.28))
    assert run(["document", "check", str(file)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("这是报表，不是公文，只检查文件和字体")
    assert "版心" not in told


@pytest.mark.parametrize("data", [b"", "不是PDF".encode(), b"%PDF-1.7\n%%EOF", None, "locked"])
def test_what_cannot_be_read_ends_with_2_and_one_sentence(
    data: Any, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "坏.pdf"
    if data is not None:
        file.write_bytes(altered_pdf(blank(595, 842), encrypted) if data == "locked" else data)
    assert run(["document", "check", str(file), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == "pdf_unreadable"
    assert told["message"].endswith("。")
