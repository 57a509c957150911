"""Reads and writes of what comes in from elsewhere. They never commit and never decide. None is deleted."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, insert, or_, select, update

from workflow.storage.guarded import Read, each
from workflow.storage.intake_models import IntakeItem, IntakePull, IntakeSource, IntakeSupplement
from workflow.storage.look import remembered
from workflow.storage.models import Attachment
from workflow.storage.queries import CASE, EVENT, add_missing, one_of, parts, table
from workflow.storage.webhooks import REVOKED, WEBHOOK

ITEM, SUPPLEMENT, PULL = table(IntakeItem), table(IntakeSupplement), table(IntakePull)
SOURCE, FILE = table(IntakeSource), table(Attachment)
_NUMBERED = select(ITEM, CASE.c.number.label("case_number")).outerjoin(CASE, CASE.c.id == ITEM.c.case_id)
_NEWS = exists().where(SUPPLEMENT.c.item == ITEM.c.id, SUPPLEMENT.c.seen_at.is_(None))
_WAITS = or_(ITEM.c.state == "waiting", and_(ITEM.c.state.in_(("registered", "joined")), _NEWS))
"""What an officer has to look at: what waits, and what was sent after he had dealt with it."""

WAITING = select(func.count().label("waiting"), func.min(ITEM.c.arrived_at).label("arrived_at")).where(_WAITS)
"""How much that is, and since when. A statement of several parts takes none of one column alone."""
TO_DO, SHORTEST = "intake to do", 6
_MATTER = [CASE.c[one] for one in ("id", "number", "title", "lead_unit")]


class Place(NamedTuple):
    """Where a line lies in a list of items: the instant it is ordered by, and its id."""

    at: datetime
    id: str


def add(tx: Connection, **values: Any) -> None:
    tx.execute(insert(ITEM).values(**values))


def supplement(tx: Connection, **values: Any) -> None:
    tx.execute(insert(SUPPLEMENT).values(**values))


def change(tx: Connection, item: str, **values: Any) -> None:
    tx.execute(update(ITEM).where(ITEM.c.id == item).values(**values))


def unsay(tx: Connection, item: str, decided_at: datetime, instead: str) -> None:
    """Put something in the place of the reason an item was returned for at an instant, if it still has it."""
    one = ITEM.c.id == item, ITEM.c.decided_at == decided_at, ITEM.c.reason.is_not(None)
    tx.execute(update(ITEM).where(*one).values(reason=instead))


def change_supplement(tx: Connection, item: str, number: int, **values: Any) -> None:
    """Change one of the things sent after an item."""
    tx.execute(
        update(SUPPLEMENT).where(SUPPLEMENT.c.item == item, SUPPLEMENT.c.number == number).values(**values)
    )


def see(tx: Connection, item: str, person: str, at: datetime) -> None:
    """Whatever was sent after an item has been taken note of."""
    unseen = (SUPPLEMENT.c.item == item, SUPPLEMENT.c.seen_at.is_(None))
    tx.execute(update(SUPPLEMENT).where(*unseen).values(seen_by=person, seen_at=at))


def called(tx: Connection, source: str, external_id: str) -> Row[Any] | None:
    """The item a source calls by an id."""
    named = (ITEM.c.source == source, ITEM.c.external_id == external_id)
    return tx.execute(_NUMBERED.where(*named)).first()


def find(tx: Connection, item: str) -> Row[Any] | None:
    return tx.execute(_NUMBERED.where(ITEM.c.id == item)).first()


def named(tx: Connection, word: str) -> list[Row[Any]]:
    """The items whose id is, or begins with, a word, or that their source calls so; a few are enough."""
    begins = ITEM.c.id.startswith(word, autoescape=True) if len(word) >= SHORTEST else ITEM.c.id == word
    return list(tx.execute(select(ITEM).where(or_(begins, ITEM.c.external_id == word)).limit(5)))


def held(tx: Connection, item: str) -> Row[Any] | None:
    """An item nobody else deals with before this transaction ends."""
    return tx.execute(select(ITEM).where(ITEM.c.id == item).with_for_update()).first()


def held_called(tx: Connection, source: str, external_id: str) -> Row[Any]:
    """The same by what its source calls it, which is there."""
    named = (ITEM.c.source == source, ITEM.c.external_id == external_id)
    return tx.execute(select(ITEM).where(*named).with_for_update()).one()


def to_do(tx: Connection, most: int, place: Place | None = None, *, back: bool = False) -> list[Row[Any]]:
    """What an officer has to look at, the longest waiting first: behind a place, or before it."""
    key = (ITEM.c.arrived_at, ITEM.c.id)
    return _leaf(tx, _NUMBERED.where(_WAITS), key, most, place, rises=True, back=back)


def settled(tx: Connection, most: int, place: Place | None = None, *, back: bool = False) -> list[Row[Any]]:
    """What was dealt with, the last first: behind a place, or before it."""
    key = (ITEM.c.decided_at, ITEM.c.id)
    found = _NUMBERED.where(ITEM.c.state != "waiting")
    return _leaf(tx, found, key, most, place, rises=False, back=back)


def _leaf(
    tx: Connection,
    found: Select[Any],
    key: tuple[ColumnElement[datetime], ColumnElement[str]],
    most: int,
    place: Place | None,
    *,
    rises: bool,
    back: bool,
) -> list[Row[Any]]:
    """Lines in the order of a key, next to a place on one side of it, the nearest ones."""
    climbs = rises is not back
    if place is not None:
        at, id = key
        beyond = at > place.at if climbs else at < place.at
        tied = id > place.id if climbs else id < place.id
        found = found.where(or_(beyond, and_(at == place.at, tied)))
    ordered = found.order_by(*(one.asc() if climbs else one.desc() for one in key))
    rows = list(tx.execute(ordered.limit(most)))
    return rows[::-1] if back else rows


def count_to_do(tx: Connection) -> int:
    return remembered(tx, TO_DO, lambda: int(tx.execute(WAITING).scalar_one()))


def of_source(tx: Connection, source: str, most: int, after: str | None) -> list[Row[Any]]:
    """The items of a source in the order of their external ids, behind one of them."""
    found = _NUMBERED.where(ITEM.c.source == source).order_by(ITEM.c.external_id)
    found = found if after is None else found.where(ITEM.c.external_id > after)
    return list(tx.execute(found.limit(most)))


def of_cases(tx: Connection, cases: Collection[int]) -> list[Row[Any]]:
    """The items that belong to some matters."""
    found: list[Row[Any]] = []
    for part in parts(sorted(cases)):
        found += tx.execute(select(ITEM).where(one_of(tx, ITEM.c.case_id, part)).order_by(ITEM.c.id))
    return found


def with_external_id(tx: Connection, external_id: str) -> list[Row[Any]]:
    """The items of whatever source that go by an id and have a matter."""
    found = _NUMBERED.where(ITEM.c.external_id == external_id, ITEM.c.case_id.is_not(None))
    return list(tx.execute(found))


def supplements(tx: Connection, items: Collection[str]) -> list[Row[Any]]:
    """What was sent after some items, in its order."""
    found: list[Row[Any]] = []
    for part in parts(sorted(items)):
        rows = select(SUPPLEMENT).where(SUPPLEMENT.c.item.in_(part))
        found += tx.execute(rows.order_by(SUPPLEMENT.c.item, SUPPLEMENT.c.number))
    return found


def matters_in(tx: Connection, states: Collection[str]) -> Iterator[Row[Any]]:
    """Id, number, title and lead unit of the matters in these states."""
    found = select(*_MATTER).where(CASE.c.state.in_(sorted(states)), CASE.c.sealed_on.is_(None))
    yield from tx.execute(found.order_by(CASE.c.id))


def waiting_beside(tx: Connection, item: str, since: datetime, most: int) -> list[Row[Any]]:
    """The other items that wait and came since an instant, the newest ones."""
    among = (ITEM.c.state == "waiting", ITEM.c.arrived_at >= since, ITEM.c.id != item)
    return list(tx.execute(select(ITEM).where(*among).order_by(ITEM.c.arrived_at.desc()).limit(most)))


def cases_with_files(tx: Connection, digests: Collection[str]) -> list[Row[Any]]:
    """Case, hash and name of the files with these hashes that matters have."""
    wanted = select(FILE.c.case_id, FILE.c.sha256, FILE.c.name)
    return list(tx.execute(wanted.where(FILE.c.sha256.in_(sorted(digests)), FILE.c.case_id != 0)))


def cases(tx: Connection, ids: Collection[int]) -> dict[int, Row[Any]]:
    """Some matters whole, by id."""
    found: dict[int, Row[Any]] = {}
    for part in parts(sorted(ids)):
        found |= {row.id: row for row in tx.execute(select(CASE).where(one_of(tx, CASE.c.id, part)))}
    return found


def cases_numbered(tx: Connection, wanted: Collection[str]) -> list[Row[Any]]:
    """Some matters whole, by their numbers."""
    return list(tx.execute(select(CASE).where(CASE.c.number.in_(sorted(wanted)))))


def entries(tx: Connection, ids: Sequence[int]) -> Iterator[Row[Any]]:
    """The entries of some matters, by matter and in their order."""
    columns = [EVENT.c[one] for one in ("case_id", "occurred_at", "payload")]
    for part in parts(sorted(ids)):
        found = select(*columns).where(one_of(tx, EVENT.c.case_id, part))
        yield from tx.execute(found.order_by(EVENT.c.case_id, EVENT.c.seq))


def forget_applicants(tx: Connection, states: Collection[str], before: datetime) -> int:
    """Take away who turned to the platform, where the matter ended in one of these states before a time; how
    many."""
    over = select(CASE.c.id).where(CASE.c.state.in_(sorted(states)), CASE.c.recorded_at < before)
    known = (ITEM.c.case_id.in_(over), ITEM.c.applicant.is_not(None))
    items = list(tx.execute(select(ITEM.c.id).where(*known)).scalars())
    for part in parts(items):
        tx.execute(update(ITEM).where(ITEM.c.id.in_(part)).values(applicant=None))
    told = select(SUPPLEMENT.c.item, SUPPLEMENT.c.number).join(ITEM, ITEM.c.id == SUPPLEMENT.c.item)
    late = list(tx.execute(told.where(ITEM.c.case_id.in_(over), SUPPLEMENT.c.applicant.is_not(None))))
    for row in late:
        one = (SUPPLEMENT.c.item == row.item, SUPPLEMENT.c.number == row.number)
        tx.execute(update(SUPPLEMENT).where(*one).values(applicant=None))
    return len(items) + len(late)


def forget_applicant(tx: Connection, item: str) -> None:
    """Take away who turned to the platform with one item."""
    change(tx, item, applicant=None)
    tx.execute(update(SUPPLEMENT).where(SUPPLEMENT.c.item == item).values(applicant=None))


def following(tx: Connection, ids: Collection[int]) -> list[Row[Any]]:
    """The items whose sources want to be told what becomes of some matters."""
    found: list[Row[Any]] = []
    for part in parts(sorted(ids)):
        wanted = select(ITEM).where(one_of(tx, ITEM.c.follows, part), ITEM.c.calls_back.is_(True))
        found += tx.execute(wanted.order_by(ITEM.c.id))
    return found


def follow(tx: Connection, case_id: int, survivor: str) -> None:
    """Let the items that follow a matter follow the one it was merged into."""
    into = select(CASE.c.id).where(CASE.c.number == survivor).scalar_subquery()
    tx.execute(update(ITEM).where(ITEM.c.follows == case_id).values(follows=into))


def told_at(tx: Connection, source: str) -> Row[Any] | None:
    """The webhook a source is told at; None where there is none, or it was ended."""
    wanted = select(WEBHOOK).join(SOURCE, SOURCE.c.webhook == WEBHOOK.c.id)
    return tx.execute(wanted.where(SOURCE.c.source == source, WEBHOOK.c.state != REVOKED)).first()


def tell_at(tx: Connection, source: str, webhook: str) -> None:
    """Tell a source at this webhook from now on."""
    if not add_missing(tx, IntakeSource, {"source": source, "webhook": webhook}):
        tx.execute(update(SOURCE).where(SOURCE.c.source == source).values(webhook=webhook))


def sources(tx: Connection) -> list[Row[Any]]:
    """Every source that was ever told anywhere, with the webhook: its id, its address and its state."""
    found = select(SOURCE.c.source, SOURCE.c.webhook, WEBHOOK.c.url, WEBHOOK.c.state)
    return list(
        tx.execute(found.outerjoin(WEBHOOK, WEBHOOK.c.id == SOURCE.c.webhook).order_by(SOURCE.c.source))
    )


def is_pulled(tx: Connection, sha256: str) -> bool:
    """Whether a file was taken before."""
    return tx.execute(select(PULL.c.sha256).where(PULL.c.sha256 == sha256)).first() is not None


def pulled(tx: Connection, **values: Any) -> bool:
    """Note that a file was taken; False where it had been."""
    return add_missing(tx, IntakePull, values)


def each_item(tx: Connection) -> Iterator[Read]:
    """Every item in the order of the ids; some may be past reading."""
    return each(tx, _NUMBERED.order_by(ITEM.c.id), ITEM)


def each_supplement(tx: Connection) -> Iterator[Read]:
    """Everything sent after items; some may be past reading."""
    return each(tx, select(SUPPLEMENT).order_by(SUPPLEMENT.c.item, SUPPLEMENT.c.number), SUPPLEMENT)
