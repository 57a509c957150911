"""What a paper costs from the shell, in units of a process that does nothing but set such a page."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notifications.fonts import FALLBACK_FOLDER, find_fonts
from tests.benchmarks.finished_page import finished
from tests.benchmarks.stopwatch import Lap, middle, ratio, show
from tests.builders import a_case
from tests.notifications.test_typesetting import letter
from workflow.services.office import Office

ROOT = Path(__file__).parents[2]
ROUNDS = 7
AIM, ROOM = 12, 1.25
BARE = """
import sys, typst
page, out, *folders = sys.argv[1:]
fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=folders)
typst.compile(page, output=out, font_paths=fonts, pdf_standards="a-2b")
"""


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_a_paper_from_the_shell_costs_few_bare_processes(office: Office, tmp_path: Path) -> None:
    asked = ["-m", "workflow.cli", "render", "reminder", "--case", a_case(office).number, "--out", "函.pdf"]
    page = tmp_path / "page.typ"
    page.write_bytes(finished(letter(), find_fonts(folders())))
    bare = ["-c", BARE, str(page), str(tmp_path / "bare.pdf"), *map(str, folders()), str(FALLBACK_FOLDER)]
    rounds = [(run(office, asked), run(office, bare)) for _ in range(1 + ROUNDS)]
    laps, base = map(list, zip(*rounds[1:], strict=True))  # the first round warms the disk
    times = ratio(laps, base)
    show(
        f"one reminder from a cold start, {office.engine.dialect.name}",
        {
            "bare process": f"{middle(base).cpu:.2f} s CPU, {middle(base).wall:.2f} s wall",
            "duban render": f"{middle(laps).cpu:.2f} s CPU, {middle(laps).wall:.2f} s wall",
            "ratio": f"{times.cpu:.1f}× CPU (aim: {AIM}×), {times.wall:.1f}× wall",
        },
    )
    assert times.cpu <= AIM * ROOM


def folders() -> list[Path]:
    named = os.environ.get("DUBAN_FONTS")
    return [Path(named)] if named else []


def run(office: Office, words: list[str]) -> Lap:
    """One process in the office's folder: what it took, with the time of its system calls."""
    settings = office.settings
    described = {
        "DUBAN_DATABASE_URL": settings.database_url,
        "DUBAN_SECRET_FILE": str(settings.secret_file),
        "DUBAN_FILES": str(settings.files),
        "PYTHONPATH": str(ROOT),
    }
    wall, cpu = time.perf_counter(), _children()
    subprocess.run(
        [sys.executable, *words],
        cwd=settings.files.parent,
        env={**os.environ, **described},
        capture_output=True,
        check=True,
    )
    return Lap(time.perf_counter() - wall, _children() - cpu)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
