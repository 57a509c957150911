"""Minutes of a meeting, or the words of an instruction (批示), taken apart into drafts of matters.

Plain rules, each named by what it found: a numbered item, or a sentence that asks somebody to do something,
is a draft where it names who answers for it, by when, or what is asked. Every word of a draft stands in the
text; nothing is reckoned, filled in or assigned.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from states.errors import FactInvalid, FactMissing
from states.vocabulary import Labelled

MOST_TEXT, MOST_DRAFTS, LONGEST_TITLE, LONGEST_PASSED = 60_000, 100, 60, 30

MARKER = re.compile(
    r"[ \t\u3000]*(?P<marker>[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]、?"
    r"|\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]、?)[ \t\u3000]*"
)
LEVELS = tuple(
    map(re.compile, (r"[一二三四五六七八九十]", r"[（(][一二三四五六七八九十]", r"\d", r"[（(]\d"))
)
"""How deep a numbered item lies, by how it is numbered (GB/T 9704: 一、 （一） 1. （1）)."""
APART = re.compile(
    r"\s*(?:会议(?:强调|要求|指出|认为|听取|决定|明确)|(?:出席|列席|主持|记录|缺席|请假|参加|报送|分送|抄送|报|送|发)\s*[:：（(])"
)
"""How a line begins that belongs to no item before it."""

NAME = r"[^，。；：:;,\s“”]"
UNITS = rf"{NAME}{{2,60}}?"
DAY = r"(?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}日|底|中旬|上旬|下旬)|\d{1,2}日|年底|年内|月底|季度末)"
ASKING = (
    "研究|办理|阅处|阅研|落实|牵头|核实|核查|调查|处理|督办|督促|跟踪|抓紧|会同|组织|负责|提出|推进|整改|报告"
)
BODY = "局|委|办|处|室|院|所|部|中心|街道|镇|区|县|公司|集团|政府"
"""What the name of a unit ends in; “各单位” and “各部门” are nobody."""
LABEL = re.compile(r"(?:牵头|责任|主办|承办|配合)(?:单位|部门)|(?:完成|办结)(?:时限|期限|时间)")
URGED = rf"(?:于|在|尽快|立即|抓紧|认真|切实|今年|明年|\d|{ASKING})"
BEGINS = r"(?:^|[，。；：:;,\s])"
SENTENCE = re.compile(r"[^。；;!！\n]*[。；;!！]?")


class Rule(Labelled):
    """What a rule looks for, as people are told why something was found."""

    LEAD = "lead", "牵头（责任）单位"
    CO_UNITS = "co_units", "配合单位"
    LIMIT = "limit", "期限"
    INSTRUCTION = "instruction", "批示用语"


PATTERNS: tuple[tuple[Rule, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        (Rule.LEAD, rf"(?:牵头|责任|主办|承办)(?:单位|部门)[:：][ \u3000]*(?P<said>{NAME}{{2,80}})"),
        (Rule.LEAD, rf"由(?P<said>{UNITS})(?:共同|联合)?(?:牵头|负责|承办|组织实施|会同)"),
        (Rule.LEAD, rf"请(?P<said>{NAME}{{1,40}}?(?:{BODY}))(?={URGED})"),
        (Rule.LEAD, rf"请(?P<said>{UNITS})(?:{ASKING})"),
        (Rule.LEAD, rf"{BEGINS}(?P<said>(?!由|请){UNITS})(?:共同|联合)?牵头(?!单位|部门)"),
        (Rule.LEAD, rf"{BEGINS}(?P<said>{NAME}{{1,20}}(?:{BODY}))(?:要|须|负责(?!人))"),
        (Rule.CO_UNITS, rf"(?:配合|协办|协助|参与)(?:单位|部门)[:：][ \u3000]*(?P<said>{NAME}{{2,120}})"),
        (Rule.CO_UNITS, rf"{BEGINS}(?P<said>{UNITS})(?:配合|协助)(?!单位|部门)"),
        (Rule.CO_UNITS, rf"会同(?P<said>{UNITS}(?:{BODY}))(?={URGED}|[，。；;]|$)"),
        (Rule.LIMIT, r"(?:完成|办结|整改|办理)(?:时限|期限|时间)[:：][ \u3000]*(?P<said>[^，。；;\n]{2,40})"),
        (Rule.LIMIT, rf"(?P<said>(?:于|在)?{DAY}(?:以?前|之前|底前))"),
        (
            Rule.LIMIT,
            r"(?P<said>(?:于|在)?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:个工作日|个月|日|天|周)(?:之?内|以内))",
        ),
        (Rule.INSTRUCTION, rf"(?P<said>请{UNITS}(?:{ASKING}))"),
    )
)
"""The first that finds something of a rule counts; `said` is what it found."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the text a rule rests on: `text[start:end]` is `words`."""

    rule: Rule
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A matter as the text has it: each field is words of it, or empty. `marker` is the item's number."""

    marker: str
    title: str
    requirement: str
    quotes: tuple[Quote, ...]

    def said(self, rule: Rule) -> str:
        """What a rule found, or nothing."""
        return next((one.words for one in self.quotes if one.rule is rule), "")


@dataclass(frozen=True, slots=True)
class Taken:
    """A text taken apart: its heading, if its first line is one, and the drafts in their order.

    `passed` is how the numbered items begin that no rule found anything in.
    """

    heading: str
    drafts: tuple[Draft, ...]
    passed: tuple[str, ...] = ()


def fingerprint(text: str) -> str:
    """What tells a text from others: the same pasted as out of a file, whatever its blanks."""
    return sha256("".join(text.split()).encode(errors="replace")).hexdigest()


def taken_apart(text: str) -> Taken:
    """The drafts a text holds.

    Raises `FactMissing` (`text_missing`) for none, `FactInvalid` for more than 60,000 characters
    (`text_too_long`) or 100 drafts (`drafts_many`).
    """
    if not text.strip():
        raise FactMissing("请粘贴会议纪要或批示的文字，或者上传文件。", code="text_missing", missing="text")
    if len(text) > MOST_TEXT:
        raise FactInvalid(f"文字超过{MOST_TEXT}字，请分段处理。", code="text_too_long", particular="text")
    found = [(block, _draft(text, block)) for block in _blocks(text)]
    drafts = tuple(draft for _, draft in found if draft is not None)
    if len(drafts) > MOST_DRAFTS:
        raise FactInvalid(f"文字中的事项超过{MOST_DRAFTS}项，请分段处理。", code="drafts_many")
    passed = (text[one.start : one.end].strip() for one, draft in found if one.marker and draft is None)
    return Taken(_heading(text), drafts, tuple(one[:LONGEST_PASSED] for one in passed))


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of the text from `start` to `end`, which may be one matter; `body` is behind its number."""

    marker: str
    start: int
    body: int
    end: int


def _heading(text: str) -> str:
    first = next(line.strip() for line in text.splitlines() if line.strip())
    is_one = len(first) <= LONGEST_TITLE and first[-1] not in "。；;，" and MARKER.match(first) is None
    return first if is_one else ""


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line with words begins and ends."""
    for found in re.finditer(r"[^\n]+", text):
        if found[0].strip():
            yield found.start(), found.end()


def _blocks(text: str) -> Iterator[_Block]:
    """The numbered items that have none below them, and the sentences outside of any that ask."""
    items, loose = _items(text)
    for place, one in enumerate(items):
        follows = items[place + 1] if place + 1 < len(items) else None
        if follows is None or _depth(follows.marker) <= _depth(one.marker) or _names_somebody(text, one):
            yield one
    for start, end in loose:
        yield from _asked(text, start, end)


def _items(text: str) -> tuple[list[_Block], list[tuple[int, int]]]:
    """The numbered items, each to the next one or to an empty line; and the lines that belong to none."""
    items: list[_Block] = []
    loose: list[tuple[int, int]] = []
    last = 0
    for start, end in _lines(text):
        found = MARKER.match(text, start, end)
        is_apart = "\n\n" in text[last:start].replace("\r", "").replace(" ", "").replace("\u3000", "")
        if found is not None:
            items.append(_Block(found["marker"], start, found.end(), end))
        elif items and not is_apart and not APART.match(text, start, end) and not _is_left(items, loose):
            items[-1] = _Block(items[-1].marker, items[-1].start, items[-1].body, end)
        else:
            loose.append((start, end))
        last = end
    return items, loose


def _is_left(items: list[_Block], loose: list[tuple[int, int]]) -> bool:
    """Whether a line that belongs to no item came after the last item."""
    return bool(loose) and loose[-1][0] > items[-1].start


def _depth(marker: str) -> int:
    return next(place for place, one in enumerate(LEVELS) if one.match(marker))


def _names_somebody(text: str, block: _Block) -> bool:
    body = text[block.body : block.end]
    return any(rule is Rule.LEAD and one.search(body) for rule, one in PATTERNS)


def _asked(text: str, start: int, end: int) -> Iterator[_Block]:
    """The sentences of a paragraph that ask for something, each with those behind it that ask for nothing."""
    asking = next(pattern for rule, pattern in PATTERNS if rule is Rule.INSTRUCTION)
    begun: int | None = None
    for found in SENTENCE.finditer(text, start, end):
        if found[0].strip() and asking.search(text, found.start(), found.end()):
            if begun is not None:
                yield _trimmed(text, begun, found.start())
            begun = found.start()
    if begun is not None:
        yield _trimmed(text, begun, end)


def _trimmed(text: str, start: int, end: int) -> _Block:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return _Block("", start, start, end)


def _draft(text: str, block: _Block) -> Draft | None:
    quotes = tuple(_quotes(text, block))
    body = _trimmed(text, block.body, block.end)
    if not quotes or body.start == body.end:
        return None
    return Draft(block.marker, _title(text[body.start : body.end]), text[body.start : body.end], quotes)


def _quotes(text: str, block: _Block) -> Iterator[Quote]:
    """What each rule finds first in a block."""
    found: dict[Rule, Quote] = {}
    body, shift = text[block.body : block.end], block.body
    for rule, pattern in PATTERNS:
        said = None if rule in found else pattern.search(body)
        if said is not None:
            found[rule] = Quote(rule, said["said"], shift + said.start("said"), shift + said.end("said"))
    yield from (found[rule] for rule in Rule if rule in found)


def _title(body: str) -> str:
    """The first sentence, or as much of it as a title takes: to its first comma where it is too long."""
    first = re.split(r"[。；;：:\n]", body, maxsplit=1)[0].strip()
    first = "" if LABEL.fullmatch(first) else first
    first = first or body.split("\n", 1)[0].strip()
    if len(first) > LONGEST_TITLE:
        first = re.split(r"[，,]", first, maxsplit=1)[0]
    return first[:LONGEST_TITLE].strip()
