"""The catalogue of events: closed, without words, and nothing of what the office keeps to itself."""

import re
from pathlib import Path

import pytest

from states import escalation, lifecycle
from states.delivery import ENTRIES
from states.facts import PERSONAL_FACTS
from states.visibility import DESKS, PROPOSED_BY_DESK
from states.webhooks.catalogue import BY_ENTRY, BY_NAME, CATALOGUE, LABELS
from states.webhooks.envelope import envelope, type_of

ROOT = Path(__file__).parents[2]
TABLE = lifecycle.parse((ROOT / "states" / "tables" / "standard.toml").read_text(encoding="utf-8"))
OF_MEASURES = {f"escalation_{row.event}" for row in escalation.COMMANDS.values()}
OF_MEASURES |= {f"escalation_{state}" for state in escalation.STATES}


def test_every_event_tells_of_an_entry_there_is_and_no_delivery_causes_one():
    assert BY_ENTRY.keys() <= TABLE.event_rows.keys() | OF_MEASURES
    assert BY_ENTRY.keys().isdisjoint(ENTRIES)
    assert len(BY_ENTRY) == len(BY_NAME) == len(CATALOGUE)


def test_nothing_is_told_of_what_the_office_keeps_to_itself():
    internal = {row.event for row in TABLE.commands if row.internal}
    assert BY_ENTRY.keys().isdisjoint(internal | PROPOSED_BY_DESK | DESKS)


def test_no_fact_holds_words():
    words = {"title", "reason", "opinion", "progress", "difficulty", "plan", "result", "requirement"}
    facts = {name for one in CATALOGUE for name in one.facts}
    assert facts == LABELS.keys()
    assert facts.isdisjoint(words | PERSONAL_FACTS)


def test_every_name_is_a_plain_one_of_at_most_32_letters():
    assert [one.name for one in CATALOGUE if not re.fullmatch(r"[a-z]+\.[a-z_]+", one.name)] == []
    assert max(len(one.name) for one in CATALOGUE) <= 32


def test_the_interface_s_page_tells_of_every_event_with_its_facts():
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    lines = [
        f"| `{one.name}` | {one.label} | {', '.join(f'`{name}`' for name in one.facts)} |".replace(
            "|  |", "| |"
        )
        for one in CATALOGUE
    ]
    assert [one for one in lines if one not in page] == []
    assert len(re.findall(r"^\| `[a-z]+\.[a-z_]+` \|", page, re.MULTILINE)) == len(CATALOGUE)


PAYLOAD = {
    "kind": "escalation_issued", "case": "滨督2026-001", "seq": 7, "before": "handling", "after": "handling",
    "occurred_at": "2026-07-01T01:00:00.000000Z", "recorded_at": "2026-07-01T01:00:00.000000Z",
    "set": {}, "details": {"escalation": "m1", "step": "reminder", "reason_text": "逾期", "unit": "U1"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("details", "about", "told"),
    [({}, set(), True), ({}, {"m1"}, False), ({"object_code": "x"}, set(), False)],
)
def test_nothing_is_told_of_a_measure_that_concerns_a_person(details, about, told):
    payload = {**PAYLOAD, "details": {**PAYLOAD["details"], **details}}
    assert (type_of(payload, about) is not None) is told


def test_an_envelope_bears_the_facts_of_its_kind_and_no_other():
    made = envelope(PAYLOAD, "ab" * 32)
    assert made["facts"] == {"escalation": "m1", "step": "reminder", "unit": "U1"}
    assert (made["id"], made["type"], made["sequence"]) == ("ab" * 16, "measure.issued", 7)
