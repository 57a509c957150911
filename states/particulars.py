"""What a particular may be, whoever gives it and through whichever door."""

from collections.abc import Callable, Mapping
from typing import Any

from states.attachments import MAX_FILES
from states.errors import FactInvalid
from states.secrecy import find_mark
from states.vocabulary import CheckMethod, CoordinationLevel, Labelled, LinkKind, Ruling, UrgeMeans
from states.words import detail_label

MAX_TEXT = 32_767
MAX_TITLE = 2_000
MAX_TASK_TITLE = 500
MAX_NODE_TITLE = 200
MAX_UNITS = 500
MAX_MENTIONS = 20
MAX_POINTS = 50
FILES = ("evidence", "evidence_before", "evidence_after")
"""Particulars that are files."""
MAX_CHILDREN = 50
MAX_PARTS = 20
SHORT: Mapping[str, int] = {
    "title": MAX_TITLE,
    "task_title": MAX_TASK_TITLE,
    "node_title": MAX_NODE_TITLE,
    "spoke_with": 200,
    "leader": 200,
}
CLOSED: Mapping[str, type[Labelled]] = {
    "link": LinkKind,
    "means": UrgeMeans,
    "level": CoordinationLevel,
    "method": CheckMethod,
    "ruling": Ruling,
}
"""Particulars that are one word of a closed list."""


def check(name: str, value: Any) -> None:
    """Refuse a particular that cannot be, or is marked as a state secret. Raises `FactInvalid` naming it."""
    for text in (value,) if isinstance(value, str) else _texts(value):
        if len(text) > SHORT.get(name, MAX_TEXT):
            raise _too_long(name, SHORT.get(name, MAX_TEXT))
        if find_mark(text) is not None:
            raise _marked(detail_label(name), name)
    if name in CLOSED:
        _check_word(name, value, CLOSED[name])
    rule = RULES.get(name)
    if rule is not None and not rule(value):
        raise FactInvalid(
            f"{detail_label(name)}“{str(value)[:40]}”不对，请更正。", code=f"{name}_invalid", particular=name
        )


def _texts(value: Any) -> tuple[str, ...]:
    """The words of a particular that is several."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def check_unmarked(label: str, text: str, name: str) -> None:
    """Raises `FactInvalid` (`state_secret`) for words marked as a state secret, naming where they stand."""
    if find_mark(text) is not None:
        raise _marked(label, name)


def _marked(label: str, name: str) -> FactInvalid:
    message = f"{label}带有国家秘密标志，不得录入本系统，请改走涉密渠道。"
    return FactInvalid(message, code="state_secret", particular=name)


def _too_long(name: str, bound: int) -> FactInvalid:
    message = f"{detail_label(name)}超过{bound}字，请精简或改为附件。"
    return FactInvalid(message, code="text_too_long", particular=name)


def _is_a_point(text: str) -> bool:
    return 0 < len(text.strip()) <= MAX_TITLE


def _check_word(name: str, word: Any, words: type[Labelled]) -> None:
    if word not in set(words):
        known = "、".join(f"{one.label}（{one.value}）" for one in words)
        raise FactInvalid(
            f"{detail_label(name)}“{str(word)[:40]}”不对，可填：{known}。",
            code=f"{name}_invalid",
            particular=name,
        )


RULES: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("task", "entry"), lambda value: isinstance(value, int)),
    "completion_rate": lambda value: isinstance(value, int) and 0 <= value <= 100,
    **dict.fromkeys(("hard_to_meet", "as_before", "over_cap"), lambda value: isinstance(value, bool)),
    "co_units": lambda value: len(value) <= MAX_UNITS,
    **dict.fromkeys(FILES, lambda value: len(value) <= MAX_FILES),
    "missing": lambda value: len(value) <= MAX_POINTS and all(map(_is_a_point, value)),
    "children": lambda value: len(value) <= MAX_CHILDREN,
    "split_into": lambda value: len(value) <= MAX_PARTS,
    "node": lambda value: isinstance(value, int) and value > 0,
    "mentions": lambda value: len(value) <= MAX_MENTIONS,
}
