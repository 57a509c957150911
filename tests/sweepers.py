"""Sweepers as processes of their own, and the late matters they find."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.builders import LEAD_CODE, OFFICER, OPENED, REQUIREMENT, TITLE, at, signed
from workflow.services import cases
from workflow.services.cases import Order
from workflow.services.office import Office
from workflow.storage.session import transaction

ROOT = Path(__file__).parents[1]
LATE = at(2026, 7, 23)
SWEEP = ("sweep", "--once", "--at", LATE.isoformat(), "--json")
SWEEPERS = 4


def late_cases(office: Office, count: int) -> None:
    """So many matters an old register hands over, each a day late on `LATE`."""
    stated = {"state": "handling", "title": TITLE, "origin": "台账", "requirement": REQUIREMENT}
    stated |= {"lead_unit": LEAD_CODE, "dispatched_on": OPENED.date(), "due_on": date(2026, 7, 22)}
    for start in range(0, count, 500):
        part = range(start, min(start + 500, count))
        orders = [Order("take_over", details=stated, new_number=f"接续2026-{one:06}") for one in part]
        cases.perform_all(office, orders, by=signed(OFFICER), at=OPENED)
    if office.engine.dialect.name == "postgresql":
        with transaction(office.engine) as tx:
            tx.exec_driver_sql("ANALYZE")


def started(office: Office, *words: str) -> "subprocess.Popen[str]":
    """A Python process that finds this office in its environment, and nothing else of ours."""
    settings = office.settings
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "DUBAN_DATABASE_URL": settings.database_url,
        "DUBAN_SECRET_FILE": str(settings.secret_file),
        "DUBAN_FILES": str(settings.files),
        "DUBAN_OFFICE_CODE": "滨督",
    }
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, *words],
        env=environment,
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        encoding="utf-8",
    )
