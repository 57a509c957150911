"""XES (IEEE 1849): a trace a case, an event an entry, with the concept, time, lifecycle and org extensions.

The elements stand in no namespace, as in the schema of the standard. Characters that XML cannot hold are
shown as U+FFFD.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from states.eventlog import COLUMNS, Happening, Kind, Trace
from workflow.eventlogs.about import About

UNKNOWN, NOBODY_BEFORE = "UNKNOWN", "1970-01-01T00:00:00.000000Z"
MACHINE = "system"
BREAKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
SPECIAL = re.compile('[&<>"\t\n\r]|[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
QUOTED = 4_096
TAB = "\t"

TAGS = {Kind.TEXT: "string", Kind.TIME: "date", Kind.WHOLE: "int", Kind.YES_NO: "boolean"}
BY_EXTENSION = frozenset({"case", "activity", "occurred_at", "person"})
"""What the standard extensions have keys of their own for."""

OWN = tuple(column for column in COLUMNS if column.name not in BY_EXTENSION)
_own_of = attrgetter(*(column.name for column in OWN))
_STARTS = tuple(f'\t\t\t<{TAGS[column.kind]} key="{column.name}" value="' for column in OWN)

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2023" xes.features="">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
"""


def write_xes(path: Path, about: About, traces: Iterable[Trace]) -> None:
    """Write the traces into a file."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("".join((HEAD, *_globals(), *_classifiers(), *_of_the_log(about))))
        for trace in traces:
            file.write("".join(_trace(trace)))
        file.write("</log>\n")


def _globals() -> Iterator[str]:
    """What every trace and every event has, with the value that stands for an unknown one."""
    yield '\t<global scope="trace">\n'
    yield _attribute("string", "concept:name", UNKNOWN, 2)
    yield _attribute("string", "calendar", UNKNOWN, 2)
    yield '\t</global>\n\t<global scope="event">\n'
    for key in ("concept:name", "lifecycle:transition", "org:resource", "label", "actor_kind"):
        yield _attribute("string", key, UNKNOWN, 2)
    for key in ("time:timestamp", "recorded_at"):
        yield _attribute("date", key, NOBODY_BEFORE, 2)
    yield _attribute("int", "seq", 0, 2)
    yield _attribute("boolean", "provisional", "false", 2)
    yield "\t</global>\n"


def _classifiers() -> Iterator[str]:
    for name, keys in (("Activity", "concept:name"), ("Label", "label"), ("Resource", "org:resource")):
        yield f'\t<classifier name="{name}" scope="event" keys="{keys}"/>\n'


def _of_the_log(about: About) -> Iterator[str]:
    yield _attribute("string", "concept:name", "Duban", 1)
    yield _attribute("string", "lifecycle:model", "standard", 1)
    for key, value in about.told.items():
        yield _attribute("date" if key == "made_at" else "string", key, value, 1)


def _trace(trace: Trace) -> Iterator[str]:
    yield "\t<trace>\n"
    for key, value in {"concept:name": trace.case, "calendar": trace.calendar, **trace.facts}.items():
        if value is not None:
            yield _attribute("string", key, value, 2)
    for happening in trace.happenings:
        yield from _event(happening)
    yield "\t</trace>\n"


def _event(happening: Happening) -> Iterator[str]:
    yield (
        f'\t\t<event>\n\t\t\t<string key="concept:name" value="{_quoted(happening.activity)}"/>\n'
        f'\t\t\t<date key="time:timestamp" value="{happening.occurred_at}"/>\n'
        '\t\t\t<string key="lifecycle:transition" value="complete"/>\n'
        f'\t\t\t<string key="org:resource" value="{happening.person or MACHINE}"/>\n'
    )
    for start, value in zip(_STARTS, _own_of(happening), strict=True):
        if value is not None:
            yield f'{start}{_told(value)}"/>\n'
    yield "\t\t</event>\n"


def _attribute(tag: str, key: str, value: Any, depth: int) -> str:
    return TAB * depth + f'<{tag} key="{key}" value="{_told(value)}"/>\n'


def _told(value: Any) -> str:
    if type(value) is str:
        return _quoted(value)
    return ("false", "true")[value] if type(value) is bool else str(value)


@lru_cache(QUOTED)
def _quoted(text: str) -> str:
    """Text inside the quotes of an attribute. The same few words come again and again."""
    return SPECIAL.sub(lambda found: BREAKS.get(found[0], "\ufffd"), text)
