"""What was checked of a case: verifications, public notice, objections, 回头看, told from its history.

The facts hold the last of each; the course of them, and people's words, stand in the history alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from states.facts import CaseFacts
from states.office_time import office_day
from states.particulars import FILES
from states.vocabulary import CheckMethod, Labelled, LookbackFinding, Ruling, Verdict
from workflow.services.replay import Entry

TOLD: Mapping[str, str] = {
    "verification_recorded": "核查",
    "result_published": "公示",
    "objection_recorded": "异议",
    "objection_settled": "异议处理",
    "lookback_scheduled": "安排回头看",
    "followed_up": "回头看",
}
"""The entries that are told, and what each is called."""

OF_A_COMPLETION = frozenset({"verification_recorded", "result_published"})
ANEW = frozenset({"returned_for_rework", "reopened"})

WORDS = ("verification", "verified_by_name", "objection", "objector", "opinion")
PLAIN = ("channel", "due_on", "campaign")
SPOKEN: Mapping[str, tuple[type[Labelled], ...]] = {
    "method": (CheckMethod,),
    "finding": (Verdict, LookbackFinding),
    "ruling": (Ruling,),
}
"""Particulars that are words of the rule book, and whose."""

CALLED = tuple(
    (name, {one.value: one.label for one in kind}) for name, kinds in SPOKEN.items() for kind in kinds
)
"""What each of these words is called."""


def told(facts: CaseFacts, history: Iterable[Entry]) -> list[dict[str, Any]]:
    """Every check of the case, oldest first, with people's words and the files that came with it.

    `lapsed` are those of a completion that was sent back, or of an end that was undone: they count no more.
    """
    entries = list(history)
    anew = max((entry.seq for entry in entries if entry.kind in ANEW), default=0)
    return [
        _check(entry) | {"lapsed": entry.kind in OF_A_COMPLETION and entry.seq < anew}
        for entry in entries
        if entry.kind in TOLD
    ]


def still_missing(facts: CaseFacts, history: Iterable[Entry]) -> list[str]:
    """What the matter was sent back for and has not been reported since, in the office's words."""
    if facts.reported_by is not None or facts.closed_on is not None:
        return []
    sent_back = [entry for entry in history if entry.kind == "returned_for_rework"]
    if not sent_back or facts.returns == 0:
        return []
    words = sent_back[-1].words.get("details", {})
    return [words["reason"], *words.get("missing", ())] if "reason" in words else []


def _check(entry: Entry) -> dict[str, Any]:
    details = entry.details.model_dump(exclude_unset=True)
    words = entry.words.get("details", {})
    until = entry.sets.get("public_until")
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "label": TOLD[entry.kind],
        "on": office_day(entry.occurred_at).isoformat(),
        "actor": entry.actor,
        **{name: details[name] for name in (*SPOKEN, *PLAIN) if name in details},
        **{f"{name}_label": label for name, label in labels(details)},
        **({"public_until": until} if until else {}),
        **{name: words[name] for name in WORDS if name in words},
        **{name: details[name] for name in FILES if details.get(name)},
    }


def labels(details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The Chinese words for the particulars of an entry that have them."""
    for name, called in CALLED:
        if name in details and details[name] in called:
            yield name, called[details[name]]
