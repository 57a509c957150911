"""How somebody keeps the register before him: the columns he chose, and what he looks for again and again.

Nobody else sees either, and neither is an act on a matter: no entry tells of it.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from states.errors import FactInvalid, FactMissing
from workflow import particulars
from workflow.services import register_filters
from workflow.services.office import Office
from workflow.services.register_columns import COLUMNS
from workflow.services.register_filters import Asked
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import register_views
from workflow.storage.session import reading, transaction

MOST_VIEWS, LONGEST_NAME = 20, 20
OPENS_WITH = ""
"""The name under which the columns are kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody keeps: columns (none: the usual ones), and what each of his views asks for."""

    columns: tuple[str, ...]
    views: Mapping[str, Mapping[str, str]]


NOTHING = Kept((), {})


def kept(office: Office, person: str) -> Kept:
    """What he keeps."""
    with reading(office.engine) as tx:
        return kept_by(tx, person)


def kept_by(tx: Connection, person: str) -> Kept:
    """The same in a transaction."""
    rows = {row.name: json.loads(row.asked) for row in register_views.of(tx, person)}
    return Kept(tuple(rows.pop(OPENS_WITH, ())), rows)


def choose_columns(office: Office, person: str, chosen: Collection[str]) -> None:
    """Keep the columns chosen, of those there are."""
    known = [one.id for one in COLUMNS if one.id in chosen]
    with transaction(office.engine) as tx:
        register_views.put(tx, person, OPENS_WITH, json.dumps(known))


def keep(office: Office, name: str, asked: Asked, *, by: Onlooker) -> bool:
    """Keep what is asked for under a name, in place of what he kept under it; whether he kept anything there.

    Raises `FactMissing` (`view_unnamed`, `view_empty`), `FactInvalid` (`view_name_long`, `views_many`, and
    `filters_invalid` for what cannot be looked for).
    """
    called = particulars.read_name(name) or ""
    if not called:
        raise FactMissing("请给视图起个名称。", code="view_unnamed", missing="name")
    if len(called) > LONGEST_NAME:
        raise FactInvalid(f"视图名称不得超过{LONGEST_NAME}字，请改短。", code="view_name_long")
    if not asked.given:
        raise FactMissing("没有设条件，无需存为视图；请先查找。", code="view_empty", missing="asked")
    person = by.person
    with transaction(office.engine) as tx:
        known = register_filters.known_in(tx, office, whole=Eyes(tx, by).see_everything)
        register_filters.read(asked, known).check()
        names = {row.name for row in register_views.of(tx, person)} - {OPENS_WITH}
        if called not in names and len(names) >= MOST_VIEWS:
            raise FactInvalid(f"视图已有{MOST_VIEWS}个，请先删去不用的。", code="views_many")
        register_views.put(tx, person, called, json.dumps(asked.given, ensure_ascii=False))
        return called in names


def drop(office: Office, person: str, name: str) -> None:
    """Do away with a view of his; one there is not is no fault."""
    with transaction(office.engine) as tx:
        if name != OPENS_WITH:
            register_views.drop(tx, person, name[:LONGEST_NAME])
