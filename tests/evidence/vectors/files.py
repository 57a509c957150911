"""Files that were cut, lengthened, or are of another form."""

from tests.evidence.played_exports import an_office, with_end
from tests.evidence.vectors.book import Book, written


def write(book: Book) -> None:
    sound = an_office().text()
    body, end = sound[: sound.rindex(b'{"lines"')], sound[sound.rindex(b'{"lines"') :]
    book.bad(
        "file-byte-changed",
        "file_changed",
        "a byte was changed in the file only",
        body.replace(b'"scope":"all"', b'"scope": "all"') + end,
    )
    book.bad("file-cut-off", "cut_off", "the last line is missing", body)
    book.bad("file-cut-in-a-line", "line_malformed", "cut off within a line", body[:-40])
    book.bad(
        "file-goes-on", "line_malformed", "a line stands behind the last", sound + body.splitlines(True)[3]
    )
    book.bad(
        "file-line-lost",
        "file_changed",
        "a line was taken out of the file only",
        b"".join(body.splitlines(True)[:-1]) + end,
    )
    book.bad("line-no-json", "line_malformed", "a line is no JSON", with_end(body + b"{]\n"))
    book.bad("line-no-object", "line_malformed", "a line is a list", with_end(body + b"[1]\n"))
    book.bad(
        "line-name-twice",
        "line_malformed",
        "a name stands twice in a line",
        with_end(body + b'{"type":"state","type":"entry"}\n'),
    )
    book.lines(
        "line-unknown",
        "line_malformed",
        "a line of no known type",
        lambda lines: lines.append({"type": "note"}),
    )
    book.lines(
        "line-second-header", "line_malformed", "a second header", lambda lines: lines.append(lines[0])
    )
    book.lines(
        "entry-without-hash",
        "line_malformed",
        "a field is missing",
        lambda lines: lines[3].pop("hash") and None,
    )
    book.lines(
        "entry-position-text",
        "line_malformed",
        "a position is a text",
        lambda lines: lines[3].update(position="0"),
    )
    book.lines(
        "entry-position-beyond",
        "line_malformed",
        "a position beyond the log",
        lambda lines: lines[3].update(position=10),
    )
    book.lines(
        "entry-position-negative",
        "line_malformed",
        "a negative position",
        lambda lines: lines[3].update(position=-1),
    )
    book.lines(
        "entry-hash-in-capitals",
        "line_malformed",
        "a hash in capitals",
        lambda lines: lines[3].update(code=lines[3]["code"].upper()),
    )
    book.unclear(
        "other-format", "a format of the future", sound.replace(b"duban-history/1", b"duban-history/2", 1)
    )
    book.unclear(
        "other-algorithm",
        "an algorithm nobody knows",
        sound.replace(b'"algorithm":"sha256"', b'"algorithm":"sha257"'),
    )
    book.unclear("no-export", "another file altogether", b"%PDF-1.7\n")
    book.unclear(
        "too-many-sealed",
        "a log longer than the file can hold",
        written([{**an_office().lines[0], "sealed": 1 << 39}]),
    )
