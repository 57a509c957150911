"""A history as an event log: what of its entries goes out of the house, and how long each step took.

Payloads in, frozen values out; the service reads, `workflow.eventlogs` writes them down in some form. What is
told of an entry is a closed list (`COLUMNS`): whatever is not on it stays in the house.
"""

from states.eventlog.columns import COLUMNS, LEFT_OUT, Column, Kind
from states.eventlog.durations import Took, took
from states.eventlog.happenings import Happening, Names, Trace, trace_of
from states.eventlog.objects import OBJECT_TYPES, Change, Relation, Thing, related, things_of
from states.eventlog.pseudonyms import Pseudonyms

__all__ = [
    "COLUMNS",
    "LEFT_OUT",
    "OBJECT_TYPES",
    "Change",
    "Column",
    "Happening",
    "Kind",
    "Names",
    "Pseudonyms",
    "Relation",
    "Thing",
    "Took",
    "Trace",
    "related",
    "things_of",
    "took",
    "trace_of",
]
