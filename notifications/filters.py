"""What wording may do with a value: `{{ case.due_on|cndate }}`, `{{ copies|join("、") }}`.

All of it is written here, for none of Jinja's own knows a bound: `"%999999999d" is odd` alone takes a
gigabyte. Values are text, numbers, lists and groups of facts; a missing fact passes through, to be told where
it is printed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import LoopContext

from notifications.effort import spend, spend_on
from notifications.errors import NoticeUnrenderable
from notifications.facts import KINDS, LIST_BOUND
from notifications.term import cn_date

TEXT_BOUND = 20_000
NUMBER_BOUND = 10**12
PRECISION_BOUND = 6
LEEWAY = 5

ENDS = tuple("。！？；：，、…—.!?;:,")
CLOSING = "”’）》〉〕】」』)]\"'"
"""Behind these the last mark of a line is looked for."""

PLACE = re.compile(r"%(?:%|-?0?[0-9]{0,2}(?:\.[0-9])?[sdf])")
"""What `format` fills: %s, %2d, %.1f; at most 99 characters wide."""


def refused(sentence: str) -> NoticeUnrenderable:
    """Wording that cannot work with the value it is given."""
    return NoticeUnrenderable(f"模板无法套用：{sentence}。请检查模板。", code="wording_invalid")


def made(text: str) -> str:
    """Text that wording put together, counted and bounded."""
    if len(text) > TEXT_BOUND:
        raise refused(f"拼成的文字超过{TEXT_BOUND}字")
    spend_on(text)
    return text


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbered(value: Any) -> Any:
    """The number, which wording may not let grow without end."""
    if not is_number(value):
        raise refused(f"“{_shown(value)}”不是数")
    if not -NUMBER_BOUND <= value <= NUMBER_BOUND:
        raise refused("数太大")
    return value


def texted(value: Any) -> str:
    """The text of a value that can be written: text or a number, never a list, a group, or 是/否."""
    if isinstance(value, str):
        return value
    if isinstance(value, Undefined) or is_number(value):
        return str(value)
    raise refused(f'{_shown(value)}不能直接写入文书，清单请用“|join("、")”写成文字')


def listed(value: Any) -> list[Any]:
    """The members of a list, a text or a group of facts."""
    if not isinstance(value, list | str | Mapping | Undefined):
        raise refused(f"“{_shown(value)}”不是清单")
    members = list(value)
    spend(1 + len(members))
    return members


def part(value: Any, name: Any) -> Any:
    """A fact of a group, or a place of a list; a part of anything else does not exist. None where missing."""
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list) and isinstance(name, int):
        return value[name] if -len(value) <= name < len(value) else None
    raise refused(f"“{_shown(value)}”没有“{name}”这一项")


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "是/否"
        case Mapping():
            return "一组事实"
        case Sequence() if not isinstance(value, str):
            return "清单"
        case LoopContext():
            return "loop"
        case str() | int() | float():
            return str(value)[:20]
    return "该值"


def _kept_missing(work: Callable[..., Any]) -> Callable[..., Any]:
    """A missing fact is passed on, so that printing it names the fact, or a draft shows its gap."""

    def passing(value: Any, *rest: Any, **named: Any) -> Any:
        return value if isinstance(value, Undefined) else work(value, *rest, **named)

    return passing


def _cndate(value: Any) -> str:
    """2026-03-05 as 2026年3月5日: Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    try:
        return cn_date(date.fromisoformat(texted(value)[:10]))
    except ValueError as error:
        raise NoticeUnrenderable(
            f"“{_shown(value)}”不是日期，应形如2026-03-05。", code="fact_invalid"
        ) from error


def _paragraphs(value: Any) -> list[str]:
    """The lines of a longer text, one paragraph each, closed with a full stop where the clerk wrote none."""
    text = made(texted(value))
    return [line if _is_closed(line) else f"{line}。" for line in text.split("\n") if line]


def _is_closed(line: str) -> bool:
    """Whether it ends with a mark that ends or goes on; %, a bracket or a quotation mark alone is none."""
    return line.rstrip(CLOSING).endswith(ENDS)


def _nested(value: Any) -> str:
    """For use inside “”: quotation marks within quotation marks are single (GB/T 15834-2011, 4.8.3)."""
    return made(texted(value).replace("“", "‘").replace("”", "’"))


def _paper(value: Any) -> str:
    """A step of the ladder by the name of its paper; an office's own step is called what it is called."""
    return KINDS.get(texted(value), texted(value))


def _default(value: Any, fallback: Any = "", empty: bool = False) -> Any:
    return fallback if isinstance(value, Undefined) or (empty and not value) else value


def _length(value: Any) -> int:
    if not isinstance(value, list | str | Mapping | Undefined):
        raise refused(f"“{_shown(value)}”没有长度")
    return len(value)


def _join(value: Any, between: Any = "", attribute: str | None = None) -> str:
    members = [texted(one) for one in _mapped(value, attribute)]
    between = texted(between)
    if sum(map(len, members)) + len(between) * len(members) > 2 * TEXT_BOUND:
        raise refused(f"拼成的文字超过{TEXT_BOUND}字")
    return made(between.join(members))


def _mapped(value: Any, attribute: str | None = None) -> list[Any]:
    """Each member, or one fact of each; members that lack it are left out."""
    if attribute is None:
        return listed(value)
    return [found for one in listed(value) if (found := _along(one, attribute)) is not None]


def _selected(value: Any, attribute: str) -> list[Any]:
    """The members that have a fact, and not an empty one."""
    return [one for one in listed(value) if _along(one, attribute)]


def _along(value: Any, path: Any) -> Any:
    """A fact of a group within a group, `late.working_days`; None where one is missing on the way."""
    for name in texted(path).split("."):
        value = None if value is None else part(value, name)
    return value


def _truncate(
    value: Any, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = LEEWAY
) -> str:
    text, end, length = made(texted(value)), texted(end), max(numbered(length), 0)
    if len(text) <= length + numbered(leeway):
        return text
    kept = text[: max(length - len(end), 0)]
    return made((kept if killwords else kept.rsplit(" ", 1)[0]) + end)


def _replace(value: Any, old: Any, new: Any) -> str:
    text, old, new = made(texted(value)), texted(old), texted(new)
    spend(len(text) * min(len(old), 100) // 1_000)
    if not old or len(text) + text.count(old) * len(new) > 2 * TEXT_BOUND:
        raise refused("替换后的文字太长，或没有写要替换的文字")
    return made(text.replace(old, new))


def _format(value: Any, *arguments: Any) -> str:
    pattern = texted(value)
    if "%" in PLACE.sub("", pattern):
        raise refused("format只能用%s、%2d、%.1f这样的写法")
    places = sum(found != "%%" for found in PLACE.findall(pattern))
    if places != len(arguments):
        raise refused(f"format有{places}处要填，给出了{len(arguments)}个值")
    filled = tuple(numbered(one) if is_number(one) else made(texted(one)) for one in arguments)
    return made(made(pattern) % filled)


def _round(value: Any, precision: int = 0) -> Any:
    if not 0 <= numbered(precision) <= PRECISION_BOUND:
        raise refused(f"round只能保留0至{PRECISION_BOUND}位小数")
    return round(numbered(value), int(precision) or None)


def _int(value: Any, fallback: int = 0) -> int:
    if is_number(value):
        return int(numbered(value))
    try:
        return int(numbered(int(texted(value)[:20])))
    except ValueError:
        return fallback


def _first(value: Any) -> Any:
    return next(iter(listed(value)), "")


def _last(value: Any) -> Any:
    return next(iter(reversed(listed(value))), "")


def _reverse(value: Any) -> list[Any]:
    return listed(value)[::-1]


def _sort(value: Any, reverse: bool = False, attribute: str | None = None) -> list[Any]:
    def place(one: Any) -> Any:
        found = one if attribute is None else part(one, attribute)
        return (found is None, found if is_number(found) else "" if found is None else texted(found))

    return sorted(listed(value), key=place, reverse=bool(reverse))


def _sum(value: Any, attribute: str | None = None) -> Any:
    total: Any = 0
    for one in _mapped(value, attribute):
        total = numbered(total + numbered(one))
    return total


def _max(value: Any, attribute: str | None = None) -> Any:
    return max(map(numbered, _mapped(value, attribute)), default="")


def _min(value: Any, attribute: str | None = None) -> Any:
    return min(map(numbered, _mapped(value, attribute)), default="")


def _upper(value: Any) -> str:
    return made(texted(value).upper())


def _lower(value: Any) -> str:
    return made(texted(value).lower())


def _trim(value: Any) -> str:
    return made(texted(value).strip())


def _abs(value: Any) -> Any:
    return abs(numbered(value))


def _unique(value: Any) -> list[Any]:
    return list({texted(one): one for one in reversed(listed(value))}.values())[::-1]


OF_VALUES: Mapping[str, Callable[..., Any]] = {
    "cndate": _cndate,
    "paragraphs": _paragraphs,
    "nested": _nested,
    "paper": _paper,
    "truncate": _truncate,
    "replace": _replace,
    "format": _format,
    "round": _round,
    "int": _int,
    "abs": _abs,
    "upper": _upper,
    "lower": _lower,
    "trim": _trim,
    "sort": _sort,
    "unique": _unique,
    "reverse": _reverse,
    "list": listed,
    "map": _mapped,
    "selectattr": _selected,
    "sum": _sum,
    "max": _max,
    "min": _min,
    "first": _first,
    "last": _last,
}
FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: _kept_missing(work) for name, work in OF_VALUES.items()},
    "join": _join,
    "length": _length,
    "count": _length,
    "default": _default,
    "d": _default,
}

TESTS: Mapping[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
    "odd": lambda value: numbered(value) % 2 == 1,
    "even": lambda value: numbered(value) % 2 == 0,
    "number": is_number,
    "string": lambda value: isinstance(value, str),
}


def bounded_range(*bounds: int) -> list[int]:
    """`range(5)` for rows left blank; at most as many members as any list."""
    if not all(isinstance(numbered(bound), int) for bound in bounds):
        raise refused("range只能用整数")
    members = range(*bounds)
    if len(members) > LIST_BOUND:
        raise refused(f"range至多{LIST_BOUND}项")
    spend(1 + len(members))
    return list(members)
