"""The office's directory as its history tells it: units, people, posts and role grants, row by row.

`diff` says what a change came to, `fold` makes the tables from all changes there ever were, and `Standing`
who held which role by then.
"""

from states.directory.book import TABLES, UNTOLD, Book, Key, Table, empty_book
from states.directory.changes import Change, amend, diff, entries_of, told_in
from states.directory.personal import NAME, Cell, left_behind, standing_from, values_in, without
from states.directory.standing import Held, Standing

__all__ = [
    "NAME",
    "TABLES",
    "UNTOLD",
    "Book",
    "Cell",
    "Change",
    "Held",
    "Key",
    "Standing",
    "Table",
    "amend",
    "diff",
    "empty_book",
    "entries_of",
    "left_behind",
    "standing_from",
    "told_in",
    "values_in",
    "without",
]
