"""What its history tells of 催办, 协调, 批示 and 来件 on a case."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from states.facts import CaseFacts
from states.office_time import office_day
from states.vocabulary import CoordinationLevel, UrgeMeans
from workflow.services.replay import Entry

if TYPE_CHECKING:
    from workflow.services.register import View

Told = dict[str, Any]
OUTCOMES = {
    "coordination_decided": "已议定",
    "coordination_declined": "不予协调",
    "coordination_withdrawn": "已撤回",
}
LAPSED = "未议定，随改派、报结或结束终止"
"""How a request ended that nobody settled."""


def tell_urging(facts: CaseFacts, seen: "View") -> Told:
    """How often the unit was urged, what it promised, and every attempt, oldest first."""
    promised_on = facts.promised_on.isoformat() if facts.promised_on else None
    return {"count": facts.urges, "promised_on": promised_on, "log": [*_urges(facts, seen)]}


def tell_coordination(facts: CaseFacts, seen: "View") -> Told:
    """The request that is open, and those that were settled, oldest first, each with what came of it."""
    requests: list[Told] = []
    for act in _acts(facts, seen, "coordination_requested", *OUTCOMES):
        if act["kind"] == "coordination_requested":
            requests.append(_requested(act))
        elif requests:
            requests[-1] |= _settled(act, seen)
    waiting = requests.pop() if facts.coordination_level and requests else None
    return {"open": waiting, "settled": requests}


def tell_instructions(facts: CaseFacts, seen: "View") -> list[Told]:
    """Every 批示, oldest first; one that came after the end names the matter it became."""
    named = ("entry", "on", "by", "leader", "instructed_on", "instruction", "child", "evidence")
    acts = _acts(facts, seen, "instruction_recorded", "instruction_followed")
    return [{name: act.get(name) for name in named} for act in acts]


DEALINGS: Mapping[str, Callable[[CaseFacts, "View"], Any]] = {
    "urging": tell_urging,
    "coordination": tell_coordination,
    "instructions": tell_instructions,
}


def about(kind: str, payload: Mapping[str, Any]) -> str:
    """What an entry of this kind was about, in brackets behind its sentence."""
    told = [one for one in _ABOUT[kind](payload) if one] if kind in _ABOUT else []
    return f"（{'，'.join(told)}）" if told else ""


def _urged(payload: Mapping[str, Any]) -> list[str]:
    promised_on = payload["set"].get("promised_on")
    return [UrgeMeans(payload["details"]["means"]).label, f"承诺{promised_on}" if promised_on else ""]


def _asked(payload: Mapping[str, Any]) -> list[str]:
    return [CoordinationLevel(payload["details"]["level"]).label]


def _decided(payload: Mapping[str, Any]) -> list[str]:
    children = [one["number"] for one in payload["details"].get("children", ())]
    return [f"子事项{'、'.join(children)}" if children else ""]


def _instructed(payload: Mapping[str, Any]) -> list[str]:
    details = payload["details"]
    child = f"另立{details['child']}" if "child" in details else ""
    return [f"{details['leader']}{details['instructed_on']}批示", child]


def _linked(payload: Mapping[str, Any]) -> list[str]:
    details = payload["details"]
    files = len(details.get("evidence", ()))
    return [details["source"], f"编号{details['external_id']}", f"附件{files}个" if files else ""]


_ABOUT: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "urged": _urged,
    "coordination_requested": _asked,
    "coordination_decided": _decided,
    "instruction_recorded": _instructed,
    "instruction_followed": _instructed,
    "intake_linked": _linked,
}


def _urges(facts: CaseFacts, seen: "View") -> Iterator[Told]:
    named = ("entry", "on", "by", "means", "spoke_with", "answer", "promised_on", "reply_by", "evidence")
    for act in _acts(facts, seen, "urged"):
        yield {name: act.get(name) for name in named} | {"means_label": UrgeMeans(act["means"]).label}


def _requested(act: Told) -> Told:
    named = ("on", "by", "level", "blocker", "wanted", "evidence")
    told = {name: act.get(name) for name in named}
    return told | {
        "level_label": CoordinationLevel(act["level"]).label,
        "outcome": None,
        "outcome_label": LAPSED,
    }


def _settled(act: Told, seen: "View") -> Told:
    children = [
        {**one, "lead_unit_name": seen.names.get(one["lead_unit"], one["lead_unit"])}
        for one in act.get("children", ())
    ]
    return {
        **{name: act.get(name) for name in ("minutes", "reason", "due_on")},
        "outcome": act["kind"].removeprefix("coordination_"),
        "outcome_label": OUTCOMES[act["kind"]],
        "settled_on": act["on"],
        "settled_by": act["by"],
        "settled_by_files": act.get("evidence"),
        "children": children,
    }


def _acts(facts: CaseFacts, seen: "View", *kinds: str) -> Iterator[Told]:
    """The entries of these kinds as they were recorded by then, with the words that lie beside them."""
    wanted = [entry for entry in seen.entries(facts) if entry.kind in kinds]
    names = seen.people if wanted else {}
    return (_act(entry, names) for entry in wanted)


def _act(entry: Entry, names: Mapping[str, str]) -> Told:
    return {
        **entry.sets,
        **entry.details.model_dump(mode="json", exclude_unset=True),
        **entry.words.get("details", {}),
        "entry": entry.seq,
        "kind": entry.kind,
        "on": office_day(entry.occurred_at).isoformat(),
        "by": names.get(entry.actor, entry.actor),
    }
