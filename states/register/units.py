"""Who is meant by the names in a cell: the directory as a lookup value.

`Directory.resolve` reads a cell that names one or several units by full name, short name, alias or group.
Called by the register reader and by whoever takes a unit's name from a person; it never guesses in silence.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property

from states.register.problems import Finding
from states.register.wording import comparable, quoted
from states.succession import Lineage

MAX_NAMES_IN_CELL = 200

_SEPARATOR = re.compile(r"[、,，;；/／\s]+")
_VAGUE = re.compile(
    r"(?:各|其他|其它|市直|区直|市级)*(?:有关|相关|各)(?:成员|责任|职能)?(?:单位|部门|方面|区市)"
)
_LEGAL_OWNER = re.compile(r"法定责任单位[:：]\s*([^；;，,。\s]+)")
_STANDING_GROUP = re.compile(r"指挥部|专班|领导小组|链长")
_LONGEST_NAME = 60
_SIMILAR, _NEAR = 0.6, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecord:
    """A unit as the directory writes it. `parent` is the code of the unit above, None at the root.

    `owner` is the code of the unit legally responsible for a standing group, where the directory says so.
    """

    code: str
    parent: str | None
    name: str
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    kind: str = ""
    head_name: str = ""
    head_post: str = ""
    liaison_name: str = ""
    liaison_post: str = ""
    phone: str = ""
    email: str = ""
    remark: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    owner: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name the unit goes by."""
        return tuple(dict.fromkeys(name for name in (self.name, self.short_name, *self.aliases) if name))

    def has_ended(self, day: date | None) -> bool:
        """Whether the unit no longer exists on a day; `valid_to` is its last."""
        return day is not None and self.valid_to is not None and self.valid_to < day

    @property
    def is_standing_group(self) -> bool:
        """A headquarters or task force, which can lead but bears no legal responsibility of its own."""
        return _STANDING_GROUP.search(self.kind) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRecord:
    """A name that stands for several units; `members` are unit codes."""

    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitReading:
    """The units a cell names, in order and without repeats.

    `codes` holds what has one reading. `suggested` is the same with every suggestion taken, None where some
    name has no suggestion that can be taken without a person's own answer.
    """

    codes: tuple[str, ...] = ()
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    suggested: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One name of a cell, resolved; `suggested` as in `UnitReading`."""

    codes: tuple[str, ...] = ()
    problem: Finding | None = None
    notes: tuple[Finding, ...] = ()
    suggested: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Directory:
    """All units and groups, asked by name. With a `day`, units that have ended by then ask a person."""

    units: tuple[UnitRecord, ...]
    groups: tuple[GroupRecord, ...] = field(default=())
    day: date | None = None
    lineage: Lineage = field(default_factory=Lineage)

    def on(self, day: date | None) -> "Directory":
        """The directory as it stands on a day."""
        return replace(self, day=day)

    def known_as(self, name: str) -> tuple[str, ...]:
        """The codes of the units that go by a name, members of a group of this name among them."""
        group = self._by_group.get(_key(name))
        return (*self._by_name.get(_key(name), ()), *(group.members if group else ()))

    def unit(self, code: str) -> UnitRecord:
        """The unit with this code; KeyError if there is none."""
        return self._by_code[code]

    def resolve(self, cell_text: str, *, label: str = "单位") -> UnitReading:
        """The units named in a cell; `label` is what messages call it.

        The longest name that the directory knows wins, so that a separator inside a name (南湾区委、区政府)
        does not split it; groups are expanded; the rest is split at 、 / ， ； spaces and line breaks.
        """
        names = list(_names_in(cell_text))
        if len(names) > MAX_NAMES_IN_CELL:
            message = f"{label}多于{MAX_NAMES_IN_CELL}个，无法识别，请改用单位组或分行填写"
            return UnitReading(problems=(Finding("unit_too_many", message, "改用单位组"),), suggested=None)
        parts = [self._part(text, label) for text in self._longest_known(cell_text, names)]
        return self._in_being(_joined(parts, cell_text, label), label)

    def ended(self, code: str, *, label: str = "单位") -> Finding | None:
        """What is to be said of a unit that has ended by the directory's day; None if it has not."""
        unit = self.unit(code)
        if not unit.has_ended(self.day):
            return None
        if heirs := self.heirs(code):
            return self._succeeded(unit, [self.unit(heir).name for heir in heirs], label)
        message = f"{label}“{unit.name}”已于{unit.valid_to}停用，请改填承接其职责的单位"
        return Finding("unit_ended", message, f"去掉“{unit.name}”，或改填承接其职责的单位")

    def heirs(self, code: str) -> tuple[str, ...]:
        """The units of this directory that go on with the work of one that has ended; none for any other."""
        if not self.unit(code).has_ended(self.day):
            return ()
        living = (heir for heir in self.lineage.living(code) if heir in self._by_code)
        return tuple(heir for heir in living if not self.unit(heir).has_ended(self.day))

    def legal_owner(self, code: str) -> UnitRecord | None:
        """The unit legally responsible for a standing group, as its line names it, else as its remark."""
        unit = self.unit(code)
        stated = _LEGAL_OWNER.search(unit.remark)
        named = self._of_any_day.resolve(stated[1]).codes if stated else ()
        owner = (unit.owner,) if unit.owner and unit.owner in self._by_code else named
        found = [one for code in owner for one in self._going_on(code)]
        return self.unit(found[0]) if len(found) == 1 else None

    def _going_on(self, code: str) -> tuple[str, ...]:
        """The unit itself, or the one that goes on with the work of a unit that has ended, if it is one."""
        if not self.unit(code).has_ended(self.day):
            return (code,)
        heirs = self.heirs(code)
        return heirs if len(heirs) == 1 else ()

    def _succeeded(self, unit: UnitRecord, heirs: list[str], label: str) -> Finding:
        since = min(one.on for one in self.lineage.of(unit.code))
        names = "、".join(f"“{name}”" for name in heirs)
        how = f"并入{names}，请改填{names}" if len(heirs) == 1 else f"撤销，职责分由{names}承继，请改填其一"
        return Finding("unit_ended", f"{label}“{unit.name}”已于{since}{how}", f"改填{names}")

    def _in_being(self, reading: UnitReading, label: str) -> UnitReading:
        """The reading without units that have ended, each of which is asked about."""
        ended = {code: found for code in reading.codes if (found := self.ended(code, label=label))}
        if not ended:
            return reading
        return replace(
            reading,
            codes=_except(reading.codes, ended),
            problems=(*reading.problems, *ended.values()),
            suggested=self._without_ended(reading.suggested, ended),
        )

    def _without_ended(
        self, suggested: tuple[str, ...] | None, ended: Collection[str]
    ) -> tuple[str, ...] | None:
        """What may be taken on a nod instead: the one successor of a unit; of several a person picks one."""
        if suggested is None or any(len(self.heirs(code)) > 1 for code in ended):
            return None
        kept = (self.heirs(code) if code in ended else (code,) for code in suggested)
        return tuple(dict.fromkeys(code for codes in kept for code in codes))

    def _longest_known(self, text: str, names: list[tuple[int, int]]) -> Iterable[str]:
        start = 0
        while start < len(names):
            stop = self._end_of_longest(text, names, start)
            yield text[names[start][0] : names[stop - 1][1]]
            start = stop

    def _end_of_longest(self, text: str, names: list[tuple[int, int]], start: int) -> int:
        for stop in range(min(start + self._longest_span, len(names)), start + 1, -1):
            key = _key(text[names[start][0] : names[stop - 1][1]])
            if key in self._by_group or key in self._by_name:
                return stop
        return start + 1

    def _part(self, text: str, label: str) -> _Part:
        key = _key(text)
        if group := self._by_group.get(key):
            members = tuple(one for code in group.members for one in self._member(code))
            return _group_part(text, replace(group, members=tuple(dict.fromkeys(members))))
        codes = self._called(key)
        if len(codes) == 1:
            return self._unit_part(text, codes[0])
        if codes:
            return self._ambiguous_part(text, codes, label)
        return _vague_part(text, label) if _VAGUE.fullmatch(key) else self._unknown_part(text, label)

    def _member(self, code: str) -> tuple[str, ...]:
        """A member of a group as it goes on; one whose successor is not certain stays, to be asked about."""
        return (self._going_on(code) if code in self._by_code else ()) or (code,)

    def _called(self, key: str) -> tuple[str, ...]:
        """The units of this name: those in being, or where there is none those that have ended."""
        codes = self._by_name.get(key, ())
        return tuple(code for code in codes if not self.unit(code).has_ended(self.day)) or codes

    def _unit_part(self, text: str, code: str) -> _Part:
        if len(list(_names_in(text))) == 1:
            return _Part((code,), suggested=(code,))
        message = f"整格按别名识别为“{self.unit(code).name}”，不拆分"
        return _Part((code,), notes=(Finding("unit_separator_in_name", message),), suggested=(code,))

    def _ambiguous_part(self, text: str, codes: tuple[str, ...], label: str) -> _Part:
        candidates = "、".join(self.unit(code).name for code in codes)
        message = f"{label}{quoted(text)}可指{len(codes)}个单位（{candidates}），请写全称"
        return _Part(problem=Finding("unit_ambiguous", message, f"从{candidates}中选定"))

    def _unknown_part(self, text: str, label: str) -> _Part:
        near = self._near(text)
        message = f"{label}{quoted(text)}不在单位名录，请选择已有单位或先登记"
        if not near:
            return _Part(
                problem=Finding("unit_unknown", message, f"先在单位名录登记{quoted(text)}，再重新导入")
            )
        names = "、".join(self.unit(code).name for code in near)
        finding = Finding("unit_unknown", message, f"名称相近的单位：{names}")
        return _Part(problem=finding, suggested=near[:1] if self._is_close(text, near[0]) else None)

    def _near(self, text: str) -> tuple[str, ...]:
        key = _key(text)
        if len(key) > _LONGEST_NAME:
            return ()
        matches = get_close_matches(key, self._by_name, n=3, cutoff=_SIMILAR)
        codes = dict.fromkeys(code for match in matches for code in self._by_name[match])
        return tuple(code for code in codes if not self.unit(code).has_ended(self.day))

    def _is_close(self, text: str, code: str) -> bool:
        """Near enough to be taken on a nod. Names that begin differently belong to different places."""
        key = _key(text)
        return any(
            key[:2] == name[:2] and SequenceMatcher(None, name, key).ratio() >= _NEAR
            for name in map(_key, self.unit(code).spellings)
        )

    @cached_property
    def _of_any_day(self) -> "Directory":
        """The directory as it names units whether they have ended or not."""
        return self.on(None)

    @cached_property
    def _by_code(self) -> Mapping[str, UnitRecord]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        index: dict[str, tuple[str, ...]] = {}
        for unit in self.units:
            for key in dict.fromkeys(map(_key, unit.spellings)):
                index[key] = (*index.get(key, ()), unit.code)
        return index

    @cached_property
    def _by_group(self) -> Mapping[str, GroupRecord]:
        return {_key(name): group for group in self.groups for name in (group.name, *group.aliases)}

    @cached_property
    def _longest_span(self) -> int:
        """How many separated pieces the most divided known name has."""
        known = [name for unit in self.units for name in unit.spellings]
        known += [name for group in self.groups for name in (group.name, *group.aliases)]
        return max((len(list(_names_in(name))) for name in known), default=1)


def _except(codes: Iterable[str], left_out: Collection[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code not in left_out)


def _names_in(text: str) -> Iterable[tuple[int, int]]:
    """Start and end of each piece between separators."""
    start = 0
    for separator in _SEPARATOR.finditer(text):
        if separator.start() > start:
            yield start, separator.start()
        start = separator.end()
    if start < len(text):
        yield start, len(text)


def _key(name: str) -> str:
    """The form names are looked up in: one separator for all, spaces and full-width forms folded."""
    return re.sub(r"[、,;/]+", "、", comparable(name)).strip("、")


def _group_part(text: str, group: GroupRecord) -> _Part:
    written = "" if _key(text) == _key(group.name) else f"“{group.name}”"
    message = f"{quoted(text)}按单位组{written}展开为{len(group.members)}个单位，请核对名单"
    return _Part(group.members, notes=(Finding("unit_group", message),), suggested=group.members)


def _vague_part(text: str, label: str) -> _Part:
    message = f"{label}{quoted(text)}无法对应具体单位，请指定或留空"
    return _Part(problem=Finding("unit_vague", message, "留空"), suggested=())


def _joined(parts: list[_Part], text: str, label: str) -> UnitReading:
    codes = dict.fromkeys(code for part in parts for code in part.codes)
    suggestions = [part.suggested for part in parts]
    taken = [suggestion for suggestion in suggestions if suggestion is not None]
    return UnitReading(
        codes=tuple(codes),
        problems=tuple(part.problem for part in parts if part.problem),
        notes=(*_separator_note(parts, text, label), *(note for part in parts for note in part.notes)),
        suggested=tuple(dict.fromkeys(code for codes in taken for code in codes))
        if len(taken) == len(suggestions)
        else None,
    )


def _separator_note(parts: list[_Part], text: str, label: str) -> tuple[Finding, ...]:
    """顿号 is the prescribed separator; another one is pointed out with the count."""
    prescribed = all(separator.strip() == "、" for separator in _SEPARATOR.findall(text.strip()))
    return (
        () if prescribed or len(parts) < 2 else (Finding("unit_separator", f"{label}识别为{len(parts)}个"),)
    )
