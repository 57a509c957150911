"""People, units, rungs and acts by the names a report calls them by, with the codes of people beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from states.audit import Departure, Recorded, Rulebook
from states.facts import NEW
from states.lifecycle import UNREGISTERED, Lifecycle
from states.vocabulary import ActorKind
from workflow.services.auditing.sections import NO_REASON, WITHHELD
from workflow.services.journal import SENTENCES as OF_THE_OFFICE
from workflow.services.journal import about
from workflow.services.timeline import SENTENCES as OF_A_CASE

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names by code: of people and of units; labels of rungs come with the policy they are of."""

    people: Mapping[str, str]
    units: Mapping[str, str]
    rules: Rulebook

    def person(self, code: str | None) -> str:
        """A person by name and code; a code nobody in the directory has stays as it is."""
        if code is None:
            return NOBODY
        return f"{self.people[code]}（{code}）" if code in self.people else code

    def actor(self, entry: Recorded) -> str:
        """Who acted; of the machine through whose account, where a person started it."""
        if not entry.is_machine:
            return self.person(entry.actor)
        return f"{ActorKind.SYSTEM.label}（{entry.account}操作）" if entry.account else ActorKind.SYSTEM.label

    def told(self, entry: Recorded) -> str:
        """What an entry of the journal was about, as the journal says it; nothing where it says no more."""
        people = {code: self.person(code) for code in self.people}
        return about(entry.kind, entry.details, {**self.units, **people})

    def unit(self, code: str | None) -> str:
        return self.units.get(code, code) if code else NOBODY

    def stage(self, state: str | None) -> str:
        """What a state of a case is called, in whichever table has it."""
        tables = self.rules.lifecycles.values()
        known = (one.state_rows[state].label for one in tables if state in one.state_rows)
        return next(known, UNREGISTERED if state in (None, NEW) else str(state))

    def rung(self, policy: str | None, step: str) -> str:
        """What the policy a measure was raised under calls its step."""
        known = self.rules.policies.get(policy or "")
        return known.rung_of[step].label if known and step in known.rung_of else step


def act_of(kind: str, lifecycle: Lifecycle | None) -> str:
    """What an entry of this kind says was done; a kind nobody knows goes by its identifier."""
    row = lifecycle.event_rows.get(kind) if lifecycle else None
    if row is not None:
        return row.label
    return (OF_A_CASE.get(kind) or OF_THE_OFFICE.get(kind) or kind).partition("，")[0]


def reason_of(reason: str | None, *, withheld: bool) -> str:
    """A reason, or that none was written down, or that it was taken away since."""
    return reason or (WITHHELD if withheld else NO_REASON)


def reason_given(entry: Recorded) -> str:
    """The reason an entry of any kind holds."""
    said = entry.said("reason") or entry.said("opinion")
    return reason_of(str(said) if said else None, withheld=entry.withheld)


def joined(departure: Departure, names: Names) -> str:
    """Who else agreed, each with what he did."""
    return "；".join(f"{what}：{names.person(code)}" for what, code in departure.joined)
