"""The root's table of contents: true to the commands, and quick to show."""

import subprocess
import sys

import pytest

from workflow.cli.contents import CONTENTS, fetched


@pytest.mark.parametrize("name", CONTENTS)
def test_the_help_says_of_a_command_what_the_command_says_of_itself(name):
    assert CONTENTS[name].help == fetched(name).help


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
