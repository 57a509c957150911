"""Checkpoints forged, exchanged, taken out."""

from collections.abc import Callable

from tests.evidence.played_exports import STRANGER, public, stamp
from tests.evidence.vectors.book import Book, moved, resigned, swap


def write(book: Book) -> None:
    def text(name: str, code: str, what: str, change: Callable[[str], str], at: int = 2) -> None:
        book.lines(name, code, what, lambda lines: lines[at].update(text=change(lines[at]["text"])))

    other = "1" * 64
    text(
        "checkpoint-root-changed",
        "signature_forged",
        "its root was changed",
        lambda one: moved(one, "root", other),
    )
    text(
        "checkpoint-root-resigned",
        "root_differs",
        "its root changed and signed by the office",
        lambda one: resigned(moved(one, "root", other)),
    )
    text(
        "checkpoint-by-a-stranger",
        "key_changed",
        "signed with a stranger's key",
        lambda one: resigned(moved(one, "key", public(STRANGER)), STRANGER),
    )
    text(
        "checkpoint-strangers-signature",
        "signature_forged",
        "a stranger's signature under the office's key",
        lambda one: resigned(one, STRANGER),
    )
    text(
        "checkpoint-signature-malleable", "signature_forged", "the signature's other form (S + L)", _malleable
    )
    text(
        "checkpoint-signature-zero",
        "signature_forged",
        "a signature of zeros",
        lambda one: moved(one, "signature", "0" * 128),
    )
    text(
        "checkpoint-unlinked",
        "checkpoints_unlinked",
        "it names another predecessor",
        lambda one: resigned(moved(one, "previous", other)),
    )
    text(
        "checkpoint-first-changed",
        "checkpoints_unlinked",
        "the one before was signed anew",
        lambda one: resigned(moved(one, "time", stamp(9))),
        at=1,
    )
    text(
        "checkpoint-shrunk",
        "checkpoint_went_back",
        "it seals less than the one before",
        lambda one: resigned(moved(one, "size", "5")),
    )
    text(
        "checkpoint-earlier",
        "checkpoint_went_back",
        "it is older than the one before",
        lambda one: resigned(moved(one, "time", stamp(-5))),
    )
    text(
        "checkpoint-foreign",
        "foreign_checkpoint",
        "it belongs to another installation",
        lambda one: resigned(moved(one, "origin", other)),
    )
    text(
        "checkpoint-number-jumps",
        "checkpoint_missing",
        "its number jumps",
        lambda one: resigned(moved(one, "number", "3")),
    )
    text(
        "checkpoint-other-algorithm",
        "epoch_differs",
        "it names another algorithm",
        lambda one: resigned(moved(one, "algorithm", "sm3")),
    )
    text(
        "checkpoint-other-first",
        "epoch_differs",
        "its epoch begins elsewhere",
        lambda one: resigned(moved(moved(one, "first", "1"), "size", "9")),
    )
    text(
        "checkpoint-other-epoch",
        "epoch_differs",
        "an epoch nobody began",
        lambda one: resigned(moved(one, "epoch", "2")),
    )
    text(
        "checkpoint-beyond",
        "older_copy",
        "it seals more than the export holds",
        lambda one: resigned(moved(one, "size", "11")),
    )
    text(
        "checkpoint-crlf", "line_malformed", "its lines end otherwise", lambda one: one.replace("\n", "\r\n")
    )
    text(
        "checkpoint-line-added",
        "line_malformed",
        "it has a line more",
        lambda one: resigned(one.replace("time:", "note: x\ntime:")),
    )
    text(
        "checkpoint-capitals",
        "line_malformed",
        "its root in capitals",
        lambda one: resigned(moved(one, "root", "AB" * 32)),
    )
    text(
        "checkpoint-leading-zero",
        "line_malformed",
        "a number with a zero in front",
        lambda one: resigned(moved(one, "number", "02")),
    )
    text(
        "checkpoint-other-time",
        "line_malformed",
        "a time in another form",
        lambda one: resigned(moved(one, "time", "2026-07-01T17:43:00.000000+08:00")),
    )
    book.lines(
        "checkpoint-removed",
        "checkpoint_missing",
        "the first was taken out",
        lambda lines: lines.pop(1) and None,
    )
    book.lines(
        "checkpoint-repeated",
        "checkpoint_missing",
        "one stands twice",
        lambda lines: lines.insert(2, dict(lines[1])),
    )
    book.lines("checkpoints-swapped", "checkpoint_missing", "two changed places", swap(1, 2))


def _malleable(text: str) -> str:
    raw = bytes.fromhex(text.rsplit("signature: ", 1)[1])
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(raw[32:], "little") + order
    return moved(text, "signature", (raw[:32] + scalar.to_bytes(32, "little")).hex())
