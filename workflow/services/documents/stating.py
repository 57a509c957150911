"""What people state for a paper they write: only what its kind asks for, within the bounds of a paper."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from notifications.facts import FACT_LABELS, label, prepared
from states.characters import check_characters
from states.errors import FactInvalid
from states.papers.kinds import PAPERS
from states.secrecy import find_mark

Facts = Mapping[str, Any]
ALWAYS = ("addressee", "copies")
"""What may be stated for every paper, whatever the register says."""

LISTS = frozenset({"copies"})
FILE_BOUND = 200_000
DEPTH = 4


def read_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """Facts written 路径=内容; one named several times is a list. Raises `FactInvalid` (`fact_unnamed`)."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path.strip():
            raise FactInvalid(f"“{pair[:40]}”应写成 名称=内容。", code="fact_unnamed")
        found.setdefault(path.strip(), []).append(value.strip())
    return {path: _listed(path, values) for path, values in found.items()}


def _listed(path: str, values: list[str]) -> Any:
    return values if len(values) > 1 or path in LISTS else values[0]


def read_file(path: Path) -> dict[str, Any]:
    """Facts of a JSON file, as an object. Raises `FactInvalid` (`facts_unreadable`)."""
    try:
        content = path.read_bytes()[: FILE_BOUND + 1]
        value = json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise FactInvalid(
            f"{path.name}读不出来，应是UTF-8编码的JSON文件。", code="facts_unreadable"
        ) from error
    if len(content) > FILE_BOUND or not isinstance(value, dict):
        raise FactInvalid(f"{path.name}应是一个JSON对象，不超过{FILE_BOUND}字节。", code="facts_unreadable")
    return value


def stated_for(kind: str, given: Facts) -> dict[str, Any]:
    """The facts given for a paper of this kind, by their names as templates call them, nested.

    `given` may name a fact by its dotted path or nest it. Raises `FactInvalid`: `fact_not_stated` for one
    that the register tells or that nobody asks for, and `NoticeUnrenderable` for one no paper can hold.
    """
    stated: dict[str, Any] = {}
    allowed = tuple(dict.fromkeys((*PAPERS[kind].stated, *ALWAYS)))
    for path, value in _paths(given, allowed):
        if path not in allowed or path not in FACT_LABELS:
            raise FactInvalid(_not_asked(kind, path, allowed), code="fact_not_stated", fact=path[:64])
        _check(path, value)
        _put(stated, path, value)
    prepared(stated)
    return stated


def merged(facts: Facts, stated: Facts) -> dict[str, Any]:
    """Facts with stated ones in their places; lists are stated as a whole."""
    made = dict(facts)
    for name, value in stated.items():
        inner = made.get(name)
        nests = isinstance(inner, Mapping) and isinstance(value, Mapping)
        made[name] = merged(inner, value) if nests else value  # type: ignore[arg-type]
    return made


def _paths(given: Facts, allowed: Iterable[str], above: str = "") -> Iterable[tuple[str, Any]]:
    """Each fact by its dotted path; what is asked for as a whole is not taken apart."""
    for name, value in given.items():
        path = f"{above}.{name}" if above else str(name)
        if isinstance(value, Mapping) and path not in allowed:
            yield from _paths(value, allowed, path)
        elif value is not None:
            yield path, value


def _put(stated: dict[str, Any], path: str, value: Any) -> None:
    *branches, leaf = path.split(".")
    for name in branches:
        stated = stated.setdefault(name, {})
    stated[leaf] = value


def _check(path: str, value: Any, depth: int = 0) -> None:
    """Texts, whole numbers, yes or no, and lists and groups of such; none with a mark of state secrets."""
    if isinstance(value, str):
        check_characters(value)
        if find_mark(value) is not None:
            raise FactInvalid("文字带有国家秘密标志，不得录入本系统，请改走涉密渠道。", code="state_secret")
    elif isinstance(value, Mapping | list) and depth < DEPTH:
        for one in value.values() if isinstance(value, Mapping) else value:
            _check(path, one, depth + 1)
    elif not isinstance(value, int | None):
        raise FactInvalid(f"{label(path)}应为文字、整数或它们的清单。", code="fact_invalid", fact=path)


def _not_asked(kind: str, path: str, allowed: Iterable[str]) -> str:
    known = "、".join(f"{one}（{FACT_LABELS[one]}）" for one in allowed if one in FACT_LABELS)
    return f"“{PAPERS[kind].label}”不由拟稿人填写“{path[:40]}”，可填：{known}。"
