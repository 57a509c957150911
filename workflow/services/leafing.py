"""The register as somebody leafs through it: the lines of the cases that are his, a page at a time.

Whose a case is, is asked of what is read with the page; no line costs a query of its own. Sealed matters are
in no list.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from states.errors import FactInvalid
from states.lifecycle import CommandRow, Lifecycle
from states.turning import Turns
from workflow.services import register_filters
from workflow.services.batch import facts_of
from workflow.services.held import held_case
from workflow.services.office import Office
from workflow.services.page_look import page_look
from workflow.services.register import Listed, View
from workflow.services.register_columns import WHY
from workflow.services.register_filters import Asked, Known, Reading
from workflow.services.register_views import NOTHING, Kept, kept_by
from workflow.services.seeing import Eyes, Onlooker
from workflow.services.sights import Sights
from workflow.storage import rules
from workflow.storage.guarded import Read, Unreadable, readable
from workflow.storage.leafing import Place, Sought, Walk, turning_of
from workflow.storage.patience import TooLong, at_most
from workflow.storage.session import reading

PAGE, CHUNK = 50, 200
PATIENCE = 5.0
"""Seconds the database may look for a leaf."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Which leaf is meant: the one after a place, or with `back` before it, as lights were at an instant."""

    place: Place
    at: datetime
    back: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some lines of the register, and the places the leaves before and after it lie at, None for none.

    `unreadable` are cases left out, each with what its data ran into; `openings` the commands by which the
    onlooker may bring a matter into the register; `states` and `categories` what can be chosen; `errors` what
    is wrong with what was asked for, by its name: then there are no lines. Lights are of the instant `at`.
    `whole`: whether the onlooker sees the whole of every matter; `kept` is what he keeps of the register;
    `acts` are the commands of the table in force that are given in one of his roles, his own or as a deputy.
    """

    at: datetime
    openings: tuple[CommandRow, ...] = ()
    states: tuple[tuple[str, str], ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    acts: tuple[CommandRow, ...] = ()
    lines: tuple[Listed, ...] = ()
    unreadable: tuple[dict[str, Any], ...] = ()
    before: Place | None = None
    after: Place | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    kept: Kept = NOTHING


def leaf(
    office: Office,
    asked: Asked,
    *,
    by: Onlooker | None,
    today: datetime,
    turned: Turned | None = None,
    size: int = PAGE,
    why: bool | None = None,
) -> Leaf:
    """A leaf of what an onlooker may see of the register, the first one or the one turned to. Its lines tell
    what their lights come from with `why`; left open, where he keeps that column.

    Nobody named is who operates the machine. Raises `NotPermitted` (`not_yours`) for an administrator, and
    `FactInvalid` (`place_invalid`) for a place that is none in this order, (`search_long`) where it takes
    longer than `PATIENCE`.
    """
    with page_look(office, by, register=True) if by else reading(office.engine) as tx:
        desk = _Desk(tx, office, by, turned.at if turned else today, keeps=why is None)
        why = WHY in desk.blank.kept.columns if why is None else why
        wanted = desk.read(asked)
        if wanted.errors:
            return replace(desk.blank, errors=wanted.errors)
        found = _Stroll(desk.sights, wanted, desk.blank.at)
        found.check(turned)
        with _patiently(tx, wanted):
            rows, before, after = found.page(tx, turned, size)
        listed, unreadable = _lines(desk.view(), rows, why=why)
        return replace(desk.blank, lines=listed, unreadable=unreadable, before=before, after=after)


def blank(office: Office, *, by: Onlooker) -> Leaf:
    """A leaf without lines, for whoever asked for what there is not, or not for him."""
    with reading(office.engine) as tx:
        return _blank(tx, office, Eyes(tx, by), by.at, rules.in_force(tx), keeps=True)


def each_line(
    tx: Connection, office: Office, asked: Asked, *, by: Onlooker | None, today: datetime, why: bool = False
) -> Iterator[Listed]:
    """Every line of what is asked for, in its order, read in parts; those past reading are left out.

    Raises as `leaf`, and `FactInvalid` (`filters_invalid`) where something is wrong with what is asked for:
    before any line is read.
    """
    desk = _Desk(tx, office, by, today)
    wanted = desk.read(asked)
    wanted.check()
    return _streamed(desk.view(), _Stroll(desk.sights, wanted, today).rows(tx, None), why=why)


def _streamed(seen: View, rows: Iterator[tuple[Place, Read]], *, why: bool) -> Iterator[Listed]:
    while part := [row for _, row in islice(rows, CHUNK)]:
        yield from _lines(seen, part, why=why)[0]


def openings_for(lifecycle: Lifecycle, eyes: Eyes) -> Iterator[CommandRow]:
    """The commands by which somebody may bring a matter into the register."""
    for row in lifecycle.commands:
        if row.creates and not row.machine and eyes.actor.holds(row.roles):
            yield row


@contextmanager
def _patiently(tx: Connection, wanted: Reading) -> Iterator[None]:
    """Unless everything is looked for: the first lines of that are at hand."""
    if wanted.sought == Sought():
        yield
        return
    try:
        with at_most(tx, PATIENCE):
            yield
    except TooLong as error:
        message = "符合条件的事项太分散，没有在几秒内查完；请再加上环节、单位、期限等条件，或者换一种排序。"
        raise FactInvalid(message, code="search_long", seconds=PATIENCE) from error


class _Desk:
    """Who looks, what he can ask for, and what he `keeps` of the register."""

    def __init__(
        self, tx: Connection, office: Office, by: Onlooker | None, at: datetime, *, keeps: bool = False
    ) -> None:
        self._tx, self._office, self.sights = tx, office, Sights(tx, office, by)
        self._in_force = rules.in_force(tx)
        self.blank = _blank(tx, office, self.sights.eyes, at, self._in_force, keeps=keeps)

    def read(self, asked: Asked) -> Reading:
        """What is asked for, as it is looked for."""
        blank = self.blank
        return register_filters.read(asked, Known(self._tx, blank.states, blank.categories, blank.whole))

    def view(self) -> View:
        """What its lines are told with."""
        tree = self.sights.eyes.actors.tree if self.sights.eyes else ()
        return View(self._tx, self._office, self.blank.at, known=(self._in_force, tree))


def _blank(
    tx: Connection,
    office: Office,
    eyes: Eyes | None,
    at: datetime,
    in_force: Mapping[str, str],
    *,
    keeps: bool,
) -> Leaf:
    table, policy = office.lifecycle(tx, in_force.get("lifecycle")), office.policy(tx, in_force.get("policy"))
    anywhere = eyes.actors.anywhere if eyes else frozenset()
    return Leaf(
        at,
        tuple(openings_for(table, eyes)) if eyes else (),
        tuple((row.id, row.label) for row in table.states),
        tuple((one.id, one.label) for one in policy.categories),
        tuple(row for row in table.commands if not anywhere.isdisjoint(row.roles)),
        whole=eyes is None or eyes.see_everything,
        kept=kept_by(tx, str(eyes.person.code)) if eyes and keeps else NOTHING,
    )


class _Stroll:
    """The rows somebody sees of what is sought, in its order, from any place on and both ways."""

    def __init__(self, sights: Sights, wanted: Reading, at: datetime) -> None:
        self._sights = sights
        self._among = sights.among()
        sought = replace(wanted.sought, among=self._among)
        self._walk = Walk(sought, wanted.order, at)

    def check(self, turned: Turned | None) -> None:
        """Raises `FactInvalid` (`place_invalid`)."""
        if turned is not None and not self._walk.has(turned.place):
            raise FactInvalid("翻页的位置已经失效，请回到第一页。", code="place_invalid")

    def page(
        self, tx: Connection, turned: Turned | None, size: int
    ) -> tuple[list[Read], Place | None, Place | None]:
        """The rows of a leaf, and where the ones before and after it lie."""
        back, since = (turned.back, turned.place) if turned else (False, None)
        found = list(islice(self.rows(tx, since, back=back), size + 1))
        shown, is_more = found[:size], len(found) > size
        if back:
            shown.reverse()
        first, last = (shown[0][0], shown[-1][0]) if shown else (None, None)
        before = first if (is_more if back else turned) else None
        return [row for _, row in shown], before, last if back or is_more else None

    def rows(
        self, tx: Connection, since: Place | None, *, back: bool = False
    ) -> Iterator[tuple[Place, Read]]:
        """The rows he sees after a place, each with its own."""
        found, eyes = replace(self._walk, back=back).rows(tx, since), self._sights.eyes
        if self._among is None or eyes is None:
            return found
        return ((place, row) for place, row in found if _sees(eyes, row))


def _sees(eyes: Eyes, row: Read) -> bool:
    """False for a row past reading: nobody can say whose it is."""
    return not isinstance(row, Unreadable) and eyes.see(facts_of(row))


def _line(seen: View, row: Any, *, why: bool) -> Listed:
    """A line. Its light is the one it is looked for by, unless it is asked for with what that comes from."""
    facts, (changed_at, seq, yellow_at, red_at) = facts_of(row), turning_of(row)
    if why:
        return seen.listed(facts, (), changed_at, seq)
    return seen.showing(facts, Turns(yellow_at, red_at).light(seen.at), changed_at, seq)


def _lines(
    seen: View, rows: Sequence[Read], *, why: bool
) -> tuple[tuple[Listed, ...], tuple[dict[str, Any], ...]]:
    """The lines, without the level of their measures, and the cases whose data is past reading."""
    lines: list[Listed] = []
    unreadable: list[dict[str, Any]] = []
    for row in rows:
        try:
            lines.append(_line(seen, readable(row), why=why))
        except DBAPIError:
            raise
        except Exception as error:  # whatever a damaged row makes of its facts
            unreadable.append(held_case(row.number, error))
    return tuple(lines), tuple(unreadable)
