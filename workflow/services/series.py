"""The series matters are numbered in (编号系列): the office's own, or one that is named.

A slip of the pen must not found a series: once there is one, another is new only where it is said to be.
"""

from sqlalchemy import Connection

from states.errors import FactInvalid, FactMissing
from workflow.services.letterheads import CASE_SERIES, FALLBACK_CODE, register_code
from workflow.services.office import Office
from workflow.storage import serials


def own_series(tx: Connection, office: Office, year: int) -> str:
    """The series the office's own register uses in a year, else 督."""
    return office.settings.office_code or register_code(tx, year) or FALLBACK_CODE


def chosen_series(
    tx: Connection, office: Office, named: str | None, *, year: int, is_new: bool = False
) -> str:
    """The series a new matter is numbered in: the one `named`, else the office's own.

    One that was never used here is taken if it is the first of all, or `is_new` says that it is meant to be
    new. Raises `FactInvalid` (`series_unknown`) with those there are, `FactMissing` (`series_missing`) for a
    new one without a name.
    """
    if named is None:
        if is_new:
            raise FactMissing("新设编号系列，请用--series写明。", code="series_missing", missing="series")
        return own_series(tx, office, year)
    used = [one.removeprefix(CASE_SERIES) for one in serials.series_called(tx, CASE_SERIES)]
    if used and not is_new and named not in (*used, office.settings.office_code):
        raise FactInvalid(
            f"编号系列“{named}”没有用过，已有的是：{'、'.join(used)}，请核对；确需新设的，另加--new-series。",
            code="series_unknown",
            series=named,
            known=used,
        )
    return named
