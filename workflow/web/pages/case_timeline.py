"""The history of a case on its page: entries by day, with people's words."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from states.delivery import ENTRIES
from states.words import detail_label
from workflow.services.timeline import written
from workflow.web.frame.pages import minute

Entry = Mapping[str, Any]
ANSWER = "answer"
IN_LISTS = 200


def by_day(entries: Iterable[Entry]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Entries in their order, those of one day together."""
    return _by_day(with_words(entries))


def shortened_by_day(entries: Iterable[Entry]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The same with no more of each than lists have room for."""
    return _by_day(shortened(entries))


def _by_day(told: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (day, list(those)) for day, those in groupby(told, key=lambda one: minute(one["occurred_at"])[:10])
    ]


def with_words(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries, each with what people said in it, and how it was written where that was on another day.

    What a relay answered about a mail is no people's words: it stands apart, as `relay`.
    """
    return [
        {**one, "said": list(_said(one)), "written": written(one), "relay": _relay(one)} for one in entries
    ]


def _relay(entry: Entry) -> str:
    kept = (entry["words"] or {}).get("details", {})
    return str(kept.get(ANSWER) or "") if entry["kind"] in ENTRIES else ""


def shortened(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The same with no more of each than lists have room for; the matter's own page has all of it."""
    told = with_words(entries)
    return [{**one, "said": [(label, _short(text)) for label, text in one["said"]]} for one in told]


def _short(text: str) -> str:
    return text if len(text) <= IN_LISTS else f"{text[: IN_LISTS - 1]}…"


def _said(entry: Entry) -> Iterator[tuple[str, str]]:
    """People's words of an entry, each under what it is; what an act said and set alike is told once."""
    kept = entry["words"]
    if not kept:
        return
    said, changed = _words(kept.get("details", {})), _words(kept.get("set", {}))
    if entry["kind"] in ENTRIES:
        said.pop(ANSWER, None)
    changed = {name: text for name, text in changed.items() if text not in said.values()}
    yield from ((detail_label(name), text) for name, text in (said | changed).items())


def _words(kept: Mapping[str, Any]) -> dict[str, str]:
    """What is told in words. The particulars of a paper, which may concern a person, stand in the paper."""
    several = {name: one if isinstance(one, list) else [one] for name, one in kept.items()}
    return {
        name: "；".join(map(str, some))
        for name, some in several.items()
        if some and all(isinstance(one, str | int | float) for one in some)
    }
