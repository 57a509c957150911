"""What must pass, with what no export can show."""

from copy import deepcopy

from tests.evidence.played_exports import KEY, OLDER_KEY, SIGNER, A, an_office, public, rehashed
from tests.evidence.vectors.book import Book, edited, entries_of, written
from tests.evidence.vectors.stories import excerpt, handed_on, rotated, switched


def write(book: Book) -> None:
    office = an_office()
    outside = tuple(one.text for one in office.seals)
    held = {"checkpoints": outside, "public_key": public(SIGNER), "keys": (KEY,)}
    book.sound("sound", "untouched, with everything an auditor can hold beside it", office.text(), **held)
    book.sound("sound-sm3", "the same under the SM3 profile", an_office("sm3").text(), keys=(KEY,))
    book.sound("sound-alone", "untouched, with nothing beside it", office.text())
    without = deepcopy(office.lines)
    for one in without:
        one.pop("words", None)
    book.sound("sound-words-left-out", "people's words were left out or redacted", written(without))
    tail = [
        one for one in deepcopy(office.lines) if one.get("position") is not None or one["type"] != "entry"
    ]
    head = entries_of(tail, A)[-1]
    for one in tail:
        if one["type"] == "state" and one["case"] == A:
            one |= {"seq": 4, "head": head["hash"], "facts": {**one["facts"], "state": "registered"}}
    book.sound(
        "unseen-cut-tail", "entries no checkpoint sealed were cut off: nothing shows it", written(tail)
    )
    forged = deepcopy(office.lines)
    edited(entries_of(forged, "office")[3], actor="P002")
    unsealed = entries_of(forged, "office")[3]
    unsealed |= rehashed(
        {**unsealed, "previous": entries_of(forged, "office")[2]["hash"]}, b"not the key" * 3
    )
    book.sound("unseen-forged-tail", "an unsealed entry was forged, the auditor has no key", written(forged))
    book.bad("forged-tail-keyed", "forged", "the same, the auditor has the key", written(forged), keys=(KEY,))
    book.sound("sound-two-epochs", "the digest was switched to SM3", switched().text(), keys=(KEY,))
    book.sound(
        "sound-key-rotated", "the key of the codes was replaced", rotated().text(), keys=(OLDER_KEY, KEY)
    )
    handed = handed_on().text()
    book.sound("sound-signer-handed-on", "the signing key was handed on", handed, public_key=public(SIGNER))
    book.sound(
        "sound-excerpt",
        "one matter, each entry proved by its path",
        excerpt().text(),
        public_key=public(SIGNER),
    )
