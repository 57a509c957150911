"""Milestones from words on the command line: 完成招标:10:30 or 完成招标@2026-08-01:30, with :after=1,2.

A name; the working days it takes, or @ and the day it is fixed for; its weight in percent, for all of them or
for none; the numbers of those before it, in the order given. Full-width signs are read as well.
"""

import re
from collections.abc import Sequence
from datetime import date

from states.errors import FactInvalid
from states.nodes.planning import MAX_NODES, Step

COLON, AT = re.compile("[:：]"), re.compile("[@＠]")
AFTER = re.compile(r"(?:after|前置)[=＝](\d{1,3}(?:[,，、]\d{1,3})*)")
COMMA = re.compile("[,，、]")
DAYS, WEIGHT = re.compile(r"(\d{1,4})(?:d|wd|个工作日)?"), re.compile(r"(\d{1,3})[%％]?")


def read_steps(texts: Sequence[str]) -> tuple[Step, ...]:
    """The steps of a plan, in the order given.

    Raises `FactInvalid`: `too_many_nodes`, or `node_unreadable` naming the first that cannot be read.
    """
    if len(texts) > MAX_NODES:
        raise FactInvalid(
            f"节点最多{MAX_NODES}个，请合并或改作协办任务。", code="too_many_nodes", count=len(texts)
        )
    return tuple(_step(text) for text in texts)


def read_node(text: str) -> int:
    """The number of a milestone, as `duban case nodes` shows it."""
    digits = text.strip()
    if not digits.isdecimal() or len(digits) > 6:
        raise FactInvalid(f"节点编号“{digits[:20]}”应为数字，请核对节点的编号。", code="node_invalid")
    return int(digits)


def _step(text: str) -> Step:
    head, *words = (word.strip() for word in COLON.split(text))
    title, *fixed = (word.strip() for word in AT.split(head, maxsplit=1))
    after = AFTER.fullmatch(words[-1]) if words else None
    numbers = words[:-1] if after else words
    if len(numbers) > (1 if fixed else 2):
        raise _unreadable(text)
    weight = numbers if fixed else numbers[1:]
    return Step(
        title=title,
        working_days=None if fixed else _number(DAYS, numbers[:1], text),
        due_on=_day(fixed[0], text) if fixed else None,
        weight=_number(WEIGHT, weight, text) if weight else None,
        after=tuple(int(one) for one in COMMA.split(after[1])) if after else (),
    )


def _number(form: re.Pattern[str], words: list[str], text: str) -> int:
    found = form.fullmatch(words[0]) if words else None
    if found is None:
        raise _unreadable(text)
    return int(found[1])


def _day(words: str, text: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise _unreadable(text) from error


def _unreadable(text: str) -> FactInvalid:
    shown = text if len(text) <= 40 else text[:40] + "…"
    return FactInvalid(
        f"节点“{shown}”无法识别，请写成“完成招标:10:30”（名称:工作日:权重）"
        "或“完成招标@2026-08-01:30”（名称@日期:权重），有前置的再加“:after=1,2”。",
        code="node_unreadable",
        node=shown,
    )
