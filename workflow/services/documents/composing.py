"""Papers as their facts and their kept wording make them."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from notifications.document import Document as PaperModel
from notifications.stationery import Stationery
from notifications.wording import compose
from workflow.storage import queries


def issued_paper(tx: Connection, document: Row[Any]) -> PaperModel:
    """A paper by its row among the documents, as it was issued. Raises `NoticeUnrenderable`."""
    return compose(_wording(tx, document.stationery), json.loads(document.facts))


def written_paper(tx: Connection, facts: Mapping[str, Any], stationery: str, *, draft: bool) -> PaperModel:
    """The paper these facts make before it is issued; a draft has gaps. Raises `NoticeUnrenderable`."""
    known = {name: value for name, value in facts.items() if value is not None}
    return compose(_wording(tx, stationery), known, draft=draft)


def _wording(tx: Connection, stationery: str) -> Stationery:
    return Stationery.from_json(queries.stationery(tx, stationery))
