"""What is printed of a case's dealings: 催办, 协调, 批示, and the matters that came out of it."""

from collections.abc import Iterator
from typing import Any

from states.vocabulary import LinkKind
from workflow.cli.output import screen


def say_dealings(document: dict[str, Any]) -> None:
    """Everything of it, one line each; nothing where there was nothing."""
    told = (
        *_urging(document["urging"]),
        *_coordination(document["coordination"]),
        *(_instruction(one) for one in document["instructions"]),
        *_origin(document["case"]),
        *_agreement(document["agreed"]),
        *(_child(one) for one in document["children"]),
    )
    for line in told:
        screen.print(f"  {line}", soft_wrap=True)


def _urging(urging: dict[str, Any]) -> Iterator[str]:
    if not urging["log"]:
        return
    last = urging["log"][-1]
    spoke_with = f"，{last['spoke_with']}" if last["spoke_with"] else ""
    answer = f"：{last['answer']}" if last["answer"] else ""
    yield f"催办{urging['count']}次，最近{last['on']}（{last['means_label']}{spoke_with}）{answer}"
    if urging["promised_on"]:
        yield f"承诺{urging['promised_on']}"


def _coordination(coordination: dict[str, Any]) -> Iterator[str]:
    for one in coordination["settled"]:
        yield f"{_request(one)}，{one['outcome_label']}{_settled(one)}"
    if (one := coordination["open"]) is not None:
        yield f"{_request(one)}，待议定：{_words(one['blocker'])}；提请议定：{_words(one['wanted'])}"


def _request(one: dict[str, Any]) -> str:
    return f"{one['on']}提请{one['level_label']}协调"


def _settled(one: dict[str, Any]) -> str:
    """When and by whom it was settled, and how; a request that lapsed has none of it."""
    if one["outcome"] is None:
        return ""
    words = one["minutes"] or one["reason"]
    due = f"，办结日期定为{one['due_on']}" if one["due_on"] else ""
    meant = "".join(f"；{_meant(child)}" for child in one["children"] or ())
    return f"（{one['settled_on']}，{one['settled_by']}）{'：' + words if words else ''}{due}{meant}"


def _meant(child: dict[str, Any]) -> str:
    """A matter the minutes set, with the unit and the term that were meant."""
    lead = f"，由{child['lead_unit_name']}牵头" if child["lead_unit_name"] else ""
    term = f"，期限{child['term']}" if child["term"] else ""
    return f"子事项{child['number']}{lead}{term}"


def _instruction(one: dict[str, Any]) -> str:
    said = f"：{one['instruction']}" if one["instruction"] else ""
    child = f"，已另行交办{one['child']}" if one["child"] else ""
    return f"批示（{one['leader']}，{one['instructed_on']}）{said}{child}"


def _origin(case: dict[str, Any]) -> Iterator[str]:
    if case["parent"]:
        yield f"出自{case['parent']}（{LinkKind(case['link']).label}）"


def _agreement(agreed: dict[str, Any] | None) -> Iterator[str]:
    """What a meeting agreed of this matter, for whoever hands it out."""
    if agreed is not None:
        yield agreed["words"]


def _child(one: dict[str, Any]) -> str:
    """A matter that came out of this one; whoever does not work in the office is told number and link."""
    how = "，".join(filter(None, (one["link_label"], one["state_label"])))
    return f"分出{one['number']}（{how}）" + (f"：{one['title']}" if one["title"] else "")


def _words(text: str | None) -> str:
    """People's words, which may have been taken away since."""
    return text or "（内容已不在记载中）"
