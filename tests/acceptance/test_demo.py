"""The demonstration as an operator runs it: a process that ends, papers that open, mails that arrived."""

import json
import os
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

from pypdf import PdfReader

ROOT = Path(__file__).parents[2]


def test_the_demo_ends_well_with_papers_that_open_and_mails_that_arrived(tmp_path):
    told = played(tmp_path)
    assert (told["verified"], told["verification"]["verdict"]) == (True, "clean")
    assert (told["imported"], told["needs_person"], told["rejected"]) == (48, 13, 1)
    assert_the_office_has_lived(told)
    assert_every_paper_bears_its_number(told)
    assert_every_mail_stayed_in_the_office(told)


def played(folder):
    """What the demonstration tells, run where the environment would lead it astray if it listened.

    Nobody sits before a terminal, so it ends by itself.
    """
    misleading = {"DUBAN_DATABASE_URL": "postgresql://127.0.0.1:9/office", "DUBAN_MAIL_ALLOW": "*"}
    done = subprocess.run(
        [sys.executable, "-m", "workflow.cli", "demo", "--out", str(folder / "out"), "--json"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **misleading},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return json.loads(done.stdout)


def assert_the_office_has_lived(told):
    assert told["as_of"] == "2026-11-20"
    assert told["cases"] == sum(told["by_state"].values()) == sum(told["by_light"].values()) >= 68
    assert {"handling", "closed", "suspended", "cancelled", "archived"} <= told["by_state"].keys()
    assert told["by_light"].keys() == {"green", "yellow", "red", "grey"}
    assert told["escalations"].keys() == {"due_soon", "reminder", "inquiry", "admonition"}


def assert_every_paper_bears_its_number(told):
    papers = sorted(Path(told["papers"]).glob("*.pdf"))
    assert len(papers) == told["documents"] > 40
    for paper in papers:
        words = "".join("".join(page.extract_text().split()) for page in PdfReader(paper).pages)
        assert paper.stem in words, paper.name


def assert_every_mail_stayed_in_the_office(told):
    files = [path.read_bytes() for path in Path(told["mail_folder"]).glob("*.eml")]
    mails = [message_from_bytes(file, policy=policy.default) for file in files]
    assert len(mails) == told["mails"] > 40
    assert {mail["To"].addresses[0].domain for mail in mails} == {"binhai.example"}
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
