"""Who may decide on the proposals that wait, by name; a proposal that concerns a person names nobody."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from workflow.services.addressees import Addressee, Directory
from workflow.services.office import Office
from workflow.storage.session import reading

PROPOSED = "proposed"


def deciders_of(office: Office, rows: Iterable[Row[Any]], day: date) -> dict[str, list[str]]:
    """The names of those who may decide on each of these escalations today, by its id."""
    with reading(office.engine) as tx:
        directory = Directory(tx, day)
        told = ((row.id, names_of_deciders(tx, office, directory, row._mapping)) for row in rows)
        return {escalation: names for escalation, names in told if names is not None}


def names_of_deciders(
    tx: Connection, office: Office, directory: Directory, columns: Mapping[Any, Any]
) -> list[str] | None:
    """The same for one; None for what waits for no decision, or concerns a person."""
    rung = office.policy(tx, columns["policy"]).rung_of.get(columns["step"])
    if columns["state"] != PROPOSED or rung is None or rung.addressee == "person":
        return None
    return [named(one) for one in directory.deciders(columns, rung)]


def named(one: Addressee) -> str:
    """Somebody by name; a deputy with whom he stands in for, 王某（代李某）."""
    return f"{one.name}（代{one.acting_for}）" if one.acting_for else one.name
