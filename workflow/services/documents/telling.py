"""A paper's columns as documents and entries tell of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from notifications.facts import kind_label
from states.case import SYSTEM
from states.papers.life import STATES
from states.papers.lives import AUTHORS
from states.vocabulary import ActorKind

UNTOLD = frozenset({"id", "case_id", "facts", "case_number", "title"})
"""Columns that go by another name, or are told nowhere."""


BY_AUTHORITY = "系统（授权自动签发）"


def told_life(columns: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Where a paper stands, with the names of those who took its steps."""
    kept = {name: value for name, value in columns.items() if name not in UNTOLD}
    people = {f"{name}_name": person(columns[name], names) for name in AUTHORS}
    people["signed_by_name"] = signer(columns["signed_by"], names)
    labels = {"kind_label": kind_label(columns["kind"]), "state_label": STATES[columns["state"]]}
    return {"id": columns["id"], **plain(kept), "units": list(columns["units"]), **people, **labels}


def person(code: str | None, names: Mapping[str, str]) -> str | None:
    """Somebody's name, or that it was the machine; None for nobody."""
    return ActorKind.SYSTEM.label if code == SYSTEM else names.get(code or "", code)


def signer(code: str | None, names: Mapping[str, str]) -> str | None:
    """Who signed: a paper of the machine's goes out by the director's standing authorisation."""
    return BY_AUTHORITY if code == SYSTEM else person(code, names)


def plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as an entry tells them: days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in changes.items()}
