"""Matters that wait to be handed out under one title, for whoever is about to open another under it.

A form that is filled in again after the browser went back is a new one; only its title tells what it repeats.
"""

from states.errors import FactInvalid
from workflow.services.leafing import leaf
from workflow.services.office import Office
from workflow.services.register_filters import Asked
from workflow.services.seeing import Onlooker

WAITING, MOST, BEGINNING = "draft", 5, 60


def namesakes(office: Office, title: str, *, by: Onlooker) -> tuple[str, ...]:
    """The numbers of those he sees, the latest first, five at most; none where looking takes too long."""
    if not title:
        return ()
    try:
        found = leaf(office, Asked(state=WAITING, words=title[:BEGINNING]), by=by, today=by.at, why=False)
    except FactInvalid as refusal:
        if refusal.code != "search_long":
            raise
        return ()
    return tuple(str(one.facts.number) for one in found.lines if one.facts.title == title)[:MOST]


def title_taken(title: str, numbers: tuple[str, ...]) -> FactInvalid:
    """The question before another one is opened; the particular `again` answers it."""
    named = f"{'、'.join(numbers)}（“{title[:40]}”）"
    message = f"已有同名的拟办事项{named}，没有另立；确需另立一项的，请在这里选“另立一项”。"
    return FactInvalid(message, code="title_taken", particular="again", cases=list(numbers))
