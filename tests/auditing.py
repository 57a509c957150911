"""The audit report of an office of the tests: made by its auditor on the last day of the year."""

from datetime import date

from states.audit import Period
from tests.builders import AUDITOR, at, signed
from workflow.services.auditing import make_report
from workflow.services.auditing.making import Made
from workflow.services.office import Office

JULY = date(2026, 7, 1), date(2026, 7, 31)
YEAR = date(2026, 1, 1), date(2026, 12, 31)
MADE_AT = at(2026, 12, 31, 18)


def report_of(office: Office, days=YEAR, *, by=AUDITOR, formats=("xlsx",), when=MADE_AT, **more) -> Made:
    """A report of some days, put beside the office's files."""
    folder = office.settings.files.parent
    return make_report(
        office, Period(*days), folder, by=signed(by, when), formats=formats, force=True, **more
    )


def listed(office: Office, section: str, days=YEAR, **wanted) -> list[dict]:
    """What a section lists, of that what has these values."""
    rows = report_of(office, days).sections[section]
    return [dict(row) for row in rows if wanted.items() <= row.items()]
