"""The root's table of contents: true to the commands, and quick to show."""

import subprocess
import sys

import pytest

from workflow.cli.contents import CONTENTS, fetched


@pytest.mark.parametrize("name", CONTENTS)
def test_the_help_says_of_a_command_what_the_command_says_of_itself(name):
    assert CONTENTS[name].help == fetched(name).help


def test_the_help_is_shown_without_importing_what_the_commands_need():
    asked = "import sys; from workflow.cli.app import run; run(['--help']); print([*sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=True)
    assert all(name in done.stdout for name in CONTENTS)
    assert not any(f"'{heavy}'" in done.stdout for heavy in ("sqlalchemy", "pydantic", "openpyxl", "typst"))
