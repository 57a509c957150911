"""A branch that was left: the office was put back to a backup, and somebody named what lay outside."""

from tests.evidence.played_exports import Played, Seal, Told, an_office, checkpoint_hash
from tests.evidence.vectors.book import Book, moved, resigned


def write(book: Book) -> None:
    lost = an_office().seals[1].text
    other = resigned(moved(lost, "root", "1" * 64))
    book.sound(
        "branch-left",
        "numbers of checkpoints go on beyond a branch the journal says was left",
        put_back(lost).text(),
    )
    book.sound(
        "branch-left-outside",
        "a checkpoint of that branch, kept outside, is named by the journal",
        put_back(lost).text(),
        checkpoints=(lost,),
    )
    book.bad(
        "branch-left-unnamed",
        "checkpoint_replaced",
        "a checkpoint kept outside that the journal does not name",
        put_back(lost).text(),
        checkpoints=(lost, other),
    )
    book.bad(
        "branch-left-further",
        "checkpoint_missing",
        "numbers jump further than the journal says",
        put_back(lost, number=4).text(),
    )
    book.bad(
        "branch-not-left",
        "checkpoint_missing",
        "numbers jump and the journal says nothing",
        put_back(lost, kind="sweeps_recorded").text(),
    )
    book.lines(
        "branch-left-malformed",
        "line_malformed",
        "what was left is no list of checkpoints",
        lambda lines: lines.__setitem__(slice(None), put_back(lost, left=["x"]).lines),
    )


def put_back(lost: str, *, number: int = 3, kind: str = "branch_left", left: object = None) -> Played:
    """The office as its first checkpoint seals it, going on behind the second, which was lost."""
    office = an_office()
    details = {"last_common": 1, "next": 3, "left": {checkpoint_hash("sha256", lost): {"number": 2}}}
    details |= {} if left is None else {"left": left}
    kept = [one for one in office.entries if one.position is not None and one.position < 6]
    onward = [
        Told("office", kind, 50, 6, details=details),
        Told("滨督2026-001", "progress_reported", 51, 7, {"completion_rate": 20}),
    ]
    seals = [Seal(1, 6, 10), Seal(1, 8, 52, number=number)]
    return Played([*kept, *onward], seals, [("sha256", 0)]).sealed_again()
