"""A reader that has seen enough, as `| head` has: the command ends quietly, with the shell's code for it."""

import os
import subprocess
import sys

import pytest

from tests.builders import a_case
from tests.cli.conftest import ROOT
from workflow.cli.outlet import READER_GONE

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def without_a_reader(environment, *words):
    """The exit code and the standard error of a command whose output nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "workflow.cli", *words]
    path = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(
            command,
            env={**path, **environment},
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "words",
    [["case", "list"], ["case", "list", "--json"], ["case", "--help"], ["diagram"]],
    ids=["a table", "a document", "the usage", "plain text"],
)
def test_a_reader_that_went_away_ends_a_command_quietly(environment, office, words):
    a_case(office)
    assert without_a_reader(environment, *words) == (READER_GONE, "")


def test_a_refusal_keeps_its_code_without_a_reader_of_the_answer(environment, office):
    a_case(office)
    code, said = without_a_reader(environment, "case", "show", "没有")
    assert (code, "case_unknown" in said) == (1, True)
