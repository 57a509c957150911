"""What changed between two policies, one plain sentence for each change.

Rows are paired by what identifies them: a category by its id, a rung by its step, a limit by category and
clock and the order of its periods. Equal policies have no changes, different ones at least one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from states.policy import wording
from states.policy.gates import limit_name
from states.policy.limits import LimitRule
from states.policy.model import Policy
from states.policy.wording import Names, Phrases, quoted
from states.validation import Row

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where (`limits.ordinary.handle`), both values in words (None: not there), the sentence."""

    place: str
    before: str | None
    after: str | None
    sentence: str

    def as_json(self) -> dict[str, str | None]:
        """The change as the doors print it."""
        return asdict(self)


Changes = Iterator[Change]


def diff(
    before: Policy,
    after: Policy,
    *,
    states: Mapping[str, str] | None = None,
    papers: Mapping[str, str] | None = None,
) -> tuple[Change, ...]:
    """Every change from `before` to `after`; empty when they are equal.

    `states` and `papers` are the Chinese names of states and kinds of paper; without them their ids stand.
    """
    names = _names(before, after, states or {}, papers or {})
    found = (
        *_fields("", "", (before, after), wording.POLICY, names),
        *_categories(before, after, names),
        *_limits(before, after, names),
        *_counting_rules(before, after, names),
        *_fields("pause.", "", (before.pause, after.pause), wording.PAUSE, names),
        *_fields("extension.", "", (before.extension, after.extension), wording.EXTENSION, names),
        *_unclocked(before, after, names),
        *_fields("verification.", "", (before.verification, after.verification), wording.VERIFICATION, names),
        *_fields("mail.", "", (before.mail, after.mail), wording.MAIL, names),
        *_fields("sweep.", "", (before.sweep, after.sweep), wording.SWEEP, names),
        *_fields("feedback.", "", (before.feedback, after.feedback), wording.FEEDBACK, names),
        *_fields("milestones.", "", (before.milestones, after.milestones), wording.MILESTONES, names),
        *_fields("retention.", "", (before.retention, after.retention), wording.RETENTION, names),
        *_rungs(before, after, names),
    )
    return found or _order(before, after)


def _names(before: Policy, after: Policy, states: Mapping[str, str], papers: Mapping[str, str]) -> Names:
    steps = {step: rung.label for one in (after, before) for step, rung in one.rung_of.items()}
    rules = {name: rule.title for one in (after, before) for name, rule in one.rule_of.items()}
    categories = {row.id: row.label for one in (after, before) for row in one.categories}
    return Names(states, papers, steps, rules, categories)


def _fields(place: str, subject: str, rows: tuple[Row, Row], phrases: Phrases, names: Names) -> Changes:
    """A sentence for each field that has another value in the second row; `place` ends with its dot."""
    for name, phrase in phrases.items():
        was, is_now = (getattr(row, name) for row in rows)
        if was != is_now:
            yield _changed(
                f"{place}{name}", f"{subject}{phrase.name}", phrase.say(was, names), phrase.say(is_now, names)
            )


def _changed(place: str, subject: str, was: str, is_now: str) -> Change:
    return Change(place, was, is_now, f"{subject}由{was}改为{is_now}")


def _pairs(old: Mapping[str, Found], new: Mapping[str, Found]) -> Iterator[tuple[str, Any, Any]]:
    """Each key of either side with its values, None where it is not there."""
    for key in dict.fromkeys((*old, *new)):
        yield key, old.get(key), new.get(key)


def _categories(before: Policy, after: Policy, names: Names) -> Changes:
    old, new = ({row.id: row for row in one.categories} for one in (before, after))
    for id, was, is_now in _pairs(old, new):
        place = f"categories.{id}"
        if was is None:
            yield Change(place, None, is_now.label, f"新增类别“{is_now.label}”")
        elif is_now is None:
            yield Change(place, was.label, None, f"取消类别“{was.label}”")
        else:
            subject = f"类别“{was.label}”"
            yield from _fields(f"{place}.", subject, (was, is_now), wording.CATEGORY, names)


def _limits(before: Policy, after: Policy, names: Names) -> Changes:
    for key in dict.fromkeys((*before.limits_of, *after.limits_of)):
        old, new = (_by_period(one.limits_of.get(key, ())) for one in (before, after))
        for place, was, is_now in _pairs(old, new):
            yield from _limit(f"limits.{'.'.join(key)}{place}", was, is_now, (before, after), names)


def _by_period(rows: Sequence[LimitRule]) -> dict[str, LimitRule]:
    """Rows for one category and clock, oldest first; the second and later are numbered."""
    ordered = sorted(rows, key=lambda row: (row.applies_from or date.min, row.applies_until or date.max))
    return {f".{place}" if place > 1 else "": row for place, row in enumerate(ordered, start=1)}


def _limit(
    place: str, was: LimitRule | None, is_now: LimitRule | None, policies: tuple[Policy, Policy], names: Names
) -> Changes:
    if was is not None and is_now is not None:
        subject = _limit_subject(policies[0], was)
        if was.term != is_now.term:
            yield _changed(place, subject, was.term, is_now.term)
        yield from _fields(f"{place}.", subject, (was, is_now), wording.LIMIT, names)
    elif is_now is not None:
        words = f"{is_now.term}，自{wording.STARTS[is_now.starts]}起算"
        yield Change(place, None, words, f"新增{_limit_subject(policies[1], is_now)}：{words}")
    elif was is not None:
        yield Change(place, was.term, None, f"取消{_limit_subject(policies[0], was)}（原为{was.term}）")


def _limit_subject(policy: Policy, row: LimitRule) -> str:
    """Names the limit, and its period when it has one."""
    since = f"{row.applies_from}起" if row.applies_from else ""
    until = f"{row.applies_until}止" if row.applies_until else ""
    period = f"（{'、'.join(filter(None, (since, until)))}）" if since or until else ""
    return f"{limit_name(policy, row)}{period}"


def _counting_rules(before: Policy, after: Policy, names: Names) -> Changes:
    old, new = ({rule.name: rule for rule in one.rules} for one in (before, after))
    for name, was, is_now in _pairs(old, new):
        place = f"rules.{name}"
        if was is None:
            yield Change(place, None, is_now.title, f"新增计算规则“{name}”：{is_now.title}")
        elif is_now is None:
            yield Change(place, was.title, None, f"取消计算规则“{name}”（{was.title}）")
        else:
            yield from _fields(f"{place}.", f"计算规则“{name}”", (was, is_now), wording.COUNTING_RULE, names)


def _unclocked(before: Policy, after: Policy, names: Names) -> Changes:
    for id, was, is_now in _pairs(before.unclocked, after.unclocked):
        place, state = f"unclocked.{id}", quoted(names.states.get(id, id))
        if was is None:
            yield Change(place, None, is_now, f"新增不计时的状态{state}：{is_now}")
        elif is_now is None:
            yield Change(place, was, None, f"状态{state}不再列为不计时")
        elif was != is_now:
            yield _changed(place, f"状态{state}不计时的理由", quoted(was), quoted(is_now))


def _rungs(before: Policy, after: Policy, names: Names) -> Changes:
    for step, was, is_now in _pairs(before.rung_of, after.rung_of):
        place = f"rungs.{step}"
        if was is None:
            words = wording.rung_words(is_now)
            yield Change(place, None, words, f"新增步骤“{is_now.label}”：{words}")
        elif is_now is None:
            yield Change(place, wording.rung_words(was), None, f"取消步骤“{was.label}”")
        else:
            yield from _fields(f"{place}.", f"“{was.label}”", (was, is_now), wording.RUNG, names)
    yield from _rung_order(before, after)


def _rung_order(before: Policy, after: Policy) -> Changes:
    """The order of the rungs both have is the order in which they are climbed."""
    both = before.rung_of.keys() & after.rung_of.keys()
    old, new = ([rung.step for rung in one.rungs if rung.step in both] for one in (before, after))
    if old != new:
        said = ["、".join(quoted(before.rung_of[step].label) for step in order) for order in (old, new)]
        yield _changed("rungs", "步骤的次序", said[0], said[1])


def _order(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Rows of equal content in another order mean the same, but make another version."""
    if before.digest == after.digest:
        return ()
    return (Change("", None, None, "条目的书写次序有变，内容不变"),)
