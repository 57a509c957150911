"""Offices whose matters climb the ladder: copied as often as a proof asks, and reached by other processes."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from tests.builders import OFFICER, OPENED, signed
from tests.conftest import DIRECTORY, settings_in
from tests.homes import PostgresHome, SqliteHome
from workflow.services import calendars, recounting
from workflow.services.directories import import_directory
from workflow.services.installation import install
from workflow.services.office import Office, open_office

HANDLER = "颜秉文"
"""Who handles what concerns a person, at the organization department."""

DEFAULT_POLICY = Path(__file__).parents[1] / "states" / "tables" / "default_policy.toml"
BEFORE_INQUIRY = '[[rungs]]\nstep = "inquiry"'
TWO_MORE_RUNGS = """[[rungs]]
step = "urge"
label = "催签收"
clock = "acknowledge"
offset = 1
document = "due_soon"
series = ""
mode = "automatic"
addressee = "unit"

[[rungs]]
step = "second"
label = "再次提醒"
clock = "handle"
offset = 3
document = "reminder"
series = "函"
mode = "automatic"
addressee = "unit"
reply_working_days = 5
joint = "unit"

"""
GATE, OTHER_GATE = (
    'after = { step = "reminder", fact = "served", working_days = 5 }',
    'after = { step = "second", fact = "served", working_days = 2 }',
)


def a_longer_ladder() -> str:
    """The default policy with a rung on the clock of 签收, and a second reminder before the inquiry."""
    policy = DEFAULT_POLICY.read_text(encoding="utf-8")
    assert GATE in policy
    assert BEFORE_INQUIRY in policy
    return policy.replace(GATE, OTHER_GATE).replace(BEFORE_INQUIRY, TWO_MORE_RUNGS + BEFORE_INQUIRY)


@dataclass
class Offices:
    """One installed office to be copied: every run of a proof begins in its own."""

    home: SqliteHome | PostgresHome
    folder: Path
    url: str

    def __post_init__(self) -> None:
        self._numbers = count(1)

    @contextmanager
    def another(self) -> Iterator[Office]:
        """A copy, gone again afterwards."""
        folder = self.folder / f"copy{next(self._numbers)}"
        (folder / "files").mkdir(parents=True)
        for key in ("duban.secret", "duban.secret.signing"):
            shutil.copy(self.folder / key, folder)
        url = self.home.copy(self.url)
        try:
            office = open_office(settings_in(folder, url))
            yield office
            office.engine.dispose()
        finally:
            self.home.drop(url)


@contextmanager
def offices_under(
    policy: str, home: SqliteHome | PostgresHome, folder: Path, when: datetime = OPENED
) -> Iterator[Offices]:
    """Offices that work by a policy of their own, with the demo's directory."""
    file, url = folder / "policy.toml", home.new_url()
    file.write_text(policy, encoding="utf-8")
    try:
        settings = settings_in(folder, url).model_copy(update={"policy": file})
        office = install(settings, by=signed(None, when))
        import_directory(office, DIRECTORY, by=signed(None, when), at=when)
        office.engine.dispose()
        yield Offices(home, folder, url)
    finally:
        home.drop(url)


def load_days(office: Office, when: datetime, days: dict[date, bool]) -> Any:
    """Load a local order that makes days rest days (False) or working days, as the command line does."""
    order = [
        {"name": "调整上班" if worked else "临时放假", "date": str(day), "isOffDay": not worked}
        for day, worked in days.items()
    ]
    path = office.settings.files.parent / "临时通知.json"
    papers = [f"滨海市临时通知{when:%m%d%H%M}"]
    path.write_text(json.dumps({"papers": papers, "days": order}, ensure_ascii=False), encoding="utf-8")
    report = calendars.load(office, path, by=signed(OFFICER, when), at=when)
    recounting.wake_all(office, by=signed(None, when), at=when)
    return report
