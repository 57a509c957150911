"""What checkpoints kept elsewhere show, and excerpts with their paths."""

from collections.abc import Callable
from typing import Any

from tests.evidence.played_exports import KEY, A, Played, Seal, an_office
from tests.evidence.vectors.book import Book, Lines, edited, entries_of, moved, rehash_from, written
from tests.evidence.vectors.stories import excerpt


def write(book: Book) -> None:
    _outside(book)
    _excerpts(book)


def _outside(book: Book) -> None:
    office = an_office()
    kept = tuple(one.text for one in office.seals)
    older = Played(office.entries[:6], [Seal(1, 6, 10)], [("sha256", 0)]).sealed_again()
    book.bad(
        "outside-newer",
        "older_copy",
        "an older copy of the database was put in its place",
        older.text(),
        checkpoints=kept,
    )
    longer = an_office()
    longer.seals = longer.seals[:1]
    book.bad(
        "outside-checkpoint-gone",
        "checkpoint_replaced",
        "a checkpoint the auditor holds is not in the export",
        longer.sealed_again().text(),
        checkpoints=kept,
    )
    other = an_office()
    other.entries[3].sets = {"state": "assigned", "due_on": "2026-12-31"}
    book.bad(
        "outside-rewritten",
        "checkpoint_replaced",
        "everything was rewritten and signed by the office itself",
        other.sealed_again().text(),
        checkpoints=kept,
        keys=(KEY,),
    )
    book.sound(
        "unseen-rewritten", "the same with nothing kept outside: nothing shows it", other.text(), keys=(KEY,)
    )
    foreign = an_office()
    foreign.entries[0].minute = 0.0
    foreign.entries[0].details = {"rule": "policy"}
    book.bad(
        "outside-foreign",
        "foreign_checkpoint",
        "a checkpoint of another installation",
        office.text(),
        checkpoints=(foreign.sealed_again().seals[0].text,),
    )
    book.bad(
        "outside-forged",
        "signature_forged",
        "a checkpoint kept outside was forged",
        office.text(),
        checkpoints=(moved(kept[1], "root", "1" * 64),),
    )
    book.unclear("outside-malformed", "a file that is no checkpoint", office.text(), checkpoints=("hello\n",))


def _excerpts(book: Book) -> None:
    def change(name: str, code: str, what: str, act: Callable[[Lines], None]) -> None:
        lines = excerpt().lines
        act(lines)
        book.bad(name, code, what, written(lines))

    def first(lines: Lines) -> dict[str, Any]:
        return entries_of(lines, A)[0]

    change(
        "excerpt-proof-changed",
        "proof_wrong",
        "a node of the path was changed",
        lambda lines: first(lines)["proof"].__setitem__(0, "1" * 64),
    )
    change(
        "excerpt-proof-short",
        "proof_wrong",
        "the path is too short",
        lambda lines: first(lines)["proof"].pop() and None,
    )
    change(
        "excerpt-proof-long",
        "proof_wrong",
        "the path is too long",
        lambda lines: first(lines)["proof"].append("1" * 64),
    )
    change(
        "excerpt-proof-missing",
        "line_malformed",
        "an entry has no path",
        lambda lines: first(lines).pop("proof") and None,
    )
    change(
        "excerpt-place-changed",
        "proof_wrong",
        "an entry claims another place",
        lambda lines: first(lines).update(position=3),
    )
    change(
        "excerpt-other-checkpoint",
        "proof_wrong",
        "the path leads to another checkpoint",
        lambda lines: first(lines).update(checkpoint=2),
    )
    change(
        "excerpt-unsealing-checkpoint",
        "line_malformed",
        "a checkpoint that does not seal it",
        lambda lines: entries_of(lines, A)[3].update(checkpoint=1),
    )
    change(
        "excerpt-entry-deleted",
        "entry_missing",
        "an entry was taken out",
        lambda lines: lines.remove(entries_of(lines, A)[1]),
    )
    change(
        "excerpt-rehashed",
        "proof_wrong",
        "the chain hashed anew by one with the key",
        lambda lines: (edited(first(lines), actor="P002"), rehash_from(lines, A, KEY))[0],
    )
    change(
        "excerpt-row-changed",
        "row_changed",
        "the row was changed",
        lambda lines: lines[-1]["facts"].update(due_on="2026-12-31"),
    )
