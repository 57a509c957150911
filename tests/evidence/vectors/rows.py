"""Register rows and people's words that differ from the entries."""

from typing import Any

from tests.evidence.played_exports import A
from tests.evidence.vectors.book import Book, Lines, entries_of


def write(book: Book) -> None:
    def row(lines: Lines, case: str = A) -> dict[str, Any]:
        return next(one for one in lines if one["type"] == "state" and one["case"] == case)

    book.lines(
        "row-changed",
        "row_changed",
        "the register's due date was changed",
        lambda lines: row(lines)["facts"].update(due_on="2026-12-31"),
    )
    book.lines(
        "row-fact-added",
        "row_changed",
        "the row knows a fact no entry told",
        lambda lines: row(lines)["facts"].update(outcome="on_time"),
    )
    book.lines(
        "row-fact-lost",
        "row_changed",
        "the row lost a fact",
        lambda lines: row(lines)["facts"].pop("title") and None,
    )
    book.lines("row-removed", "row_missing", "the row was taken out", lambda lines: lines.remove(row(lines)))
    book.lines(
        "row-head-changed",
        "row_head_differs",
        "the row remembers another last entry",
        lambda lines: row(lines).update(seq=4),
    )
    book.lines(
        "row-of-nobody",
        "line_malformed",
        "a row of a matter without entries",
        lambda lines: lines.append({**row(lines), "case": "滨督2026-003"}),
    )
    book.lines(
        "row-twice",
        "line_malformed",
        "a matter has two rows",
        lambda lines: lines.insert(lines.index(row(lines)), dict(row(lines))),
    )
    book.lines(
        "words-changed",
        "words_changed",
        "somebody's words were changed",
        lambda lines: entries_of(lines, A)[1]["words"].update(text="不必办结"),
    )
    book.lines(
        "words-salt-changed",
        "words_changed",
        "their salt was changed",
        lambda lines: entries_of(lines, A)[1]["words"].update(salt="00" * 16),
    )
    book.lines(
        "words-added",
        "words_changed",
        "words were put beside an entry that had none",
        lambda lines: entries_of(lines, A)[2].update(words={"text": "同意", "salt": "5a" * 16}),
    )
    book.lines("words-exchanged", "words_changed", "the words of two entries were exchanged", _exchange_words)


def _exchange_words(lines: Lines) -> None:
    first, second = entries_of(lines, A)[1], entries_of(lines, A)[3]
    first["words"], second["words"] = second["words"], first["words"]
