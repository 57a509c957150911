"""When the lights of cases turn: written beside the cases, read to find those that show a light."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text

from states.vocabulary import Light
from workflow.storage.bulk import Rows, insert_rows
from workflow.storage.queries import parts, table
from workflow.storage.work_models import CaseLight

LIGHT = table(CaseLight)


def put(tx: Connection, rows: Rows, known: Iterable[int]) -> None:
    """Write these rows, in place of those the `known` cases among them have."""
    for part in parts(list(known)):
        tx.execute(delete(LIGHT).where(LIGHT.c.case_id.in_(part)))
    if rows:
        insert_rows(tx, LIGHT, rows)


def kept_for_update(tx: Connection, case_ids: Iterable[int]) -> list[Row[Any]]:
    """What is kept of these cases, which nobody else counts anew before the transaction ends."""
    found = select(LIGHT).order_by(LIGHT.c.case_id).with_for_update()
    return [
        row for part in parts(sorted(case_ids)) for row in tx.execute(found.where(LIGHT.c.case_id.in_(part)))
    ]


def keep_others_waiting(tx: Connection) -> None:
    """Let nobody count a case anew before the transaction ends: all of them are about to be."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE case_lights IN EXCLUSIVE MODE"))


def shows(light: Light, at: datetime, kept: Any = LIGHT) -> Sequence[Any]:
    """That a case shows a light at an instant, by what is kept beside it."""
    yellow_at, red_at = kept.c.yellow_at, kept.c.red_at
    return {
        Light.RED: (red_at <= at,),
        Light.YELLOW: (red_at > at, yellow_at <= at),
        Light.GREEN: (yellow_at > at,),
        Light.GREY: (yellow_at.is_(None),),
    }[light]
