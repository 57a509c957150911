"""The root's table of contents: true to the commands, and quick to show."""

import re
import subprocess
import sys

import pytest

from workflow.cli.app import run
from workflow.cli.contents import CONTENTS, fetched


@pytest.mark.parametrize("name", CONTENTS)
def test_the_help_says_of_a_command_what_the_command_says_of_itself(name):
    assert CONTENTS[name].help == fetched(name).help


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["case"], ["serve", "--help"], ["case", "assign", "--help"]]
)
def test_help_is_told_in_chinese_down_to_its_headings(words, capsys):
    run(words)
    shown = capsys.readouterr().out
    assert "显示本说明" in shown and "选项" in shown
    assert not re.search(r"Show this|Options|Arguments|Commands|\[required|\[default", shown)


def test_the_root_lists_its_commands_under_what_they_are_for(capsys):
    run(["--help"])
    headings = re.findall(r"^╭─ (\S+) ", capsys.readouterr().out, re.MULTILINE)
    assert headings == ["选项", *dict.fromkeys(chapter.panel for chapter in CONTENTS.values())]


@pytest.mark.parametrize(
    ("words", "nearest"), [(["serv"], "serve"), (["case", "asign"], "assign"), (["case", "督办"], None)]
)
def test_a_word_that_is_no_command_is_answered_with_the_nearest_one(words, nearest, capsys):
    assert run(words) == 1
    said = capsys.readouterr().err
    assert f"是不是{nearest}？" in said if nearest else "是不是" not in said


def test_the_help_is_shown_without_importing_what_the_commands_need():
    loaded = told_by("from workflow.cli.app import run; run(['--help'])")
    assert all(name in loaded for name in CONTENTS)
    assert not any(f"'{heavy}'" in loaded for heavy in ("sqlalchemy", "pydantic", "openpyxl", "typst"))


def test_a_paper_is_written_without_importing_what_looks_over_papers_and_reads_registers():
    loaded = told_by("import workflow.cli.rendering")
    assert "'notifications.typesetting'" in loaded
    unused = ("pypdf", "notifications.inspection", "states.register.rows", "workflow.services.timeline")
    assert not any(f"'{one}'" in loaded for one in unused)


def told_by(code):
    """What a process of its own prints, and then every module it has imported."""
    asked = f"import sys; {code}; print([*sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=True)
    return done.stdout
