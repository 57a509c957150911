"""Profiles and keys: downgrades, replaced keys used again, strangers' signatures."""

from copy import deepcopy
from dataclasses import replace

from tests.evidence.played_exports import KEY, OLDER_KEY, STRANGER, an_office, public
from tests.evidence.vectors.book import Book, written
from tests.evidence.vectors.stories import handed_on, rotated, switched


def write(book: Book) -> None:
    _profiles(book)
    _keys(book)


def _profiles(book: Book) -> None:
    office = switched()
    mixed = switched()
    mixed.entries[11].algorithm = "sha256"
    book.bad(
        "profile-downgraded",
        "algorithm_mixed",
        "an entry goes back to the former algorithm",
        mixed.sealed_again().text(),
    )
    lines = deepcopy(office.lines)
    lines[0]["epochs"][1]["algorithm"] = "sha256"
    book.bad("profile-header-downgraded", "epoch_differs", "the header denies the switch", written(lines))
    lines = deepcopy(office.lines)
    lines[0]["epochs"][1]["first"] = 9
    book.bad("profile-epoch-moved", "epoch_differs", "the header moves the switch", written(lines))
    lines = deepcopy(office.lines)
    lines[0]["epochs"].reverse()
    book.unclear("profile-epochs-reversed", "the header's epochs stand in no order", written(lines))
    tail = an_office()
    tail.entries[11].algorithm = "sm3"
    book.bad(
        "profile-tail-mixed",
        "algorithm_mixed",
        "an unsealed entry has another algorithm",
        tail.sealed_again().text(),
    )


def _keys(book: Book) -> None:
    book.bad(
        "key-former-used",
        "old_key_used",
        "the replaced key was used again",
        rotated(late=True).text(),
        keys=(OLDER_KEY, KEY),
    )
    book.bad(
        "key-former-used-unkeyed",
        "old_key_used",
        "the same, the auditor has no key",
        rotated(late=True).text(),
    )
    book.unclear("key-lost", "codes by a key the auditor does not have", rotated().text(), keys=(KEY,))
    book.bad(
        "signer-not-handed-on",
        "key_changed",
        "another signing key without a word",
        handed_on(told=False).text(),
    )
    book.bad(
        "signer-handed-on-unsealed",
        "key_changed",
        "the handing on was never signed for by the former key",
        handed_on(covered=False).text(),
    )
    book.bad(
        "signer-not-on-paper",
        "key_foreign",
        "not the key on the auditor's paper",
        an_office().text(),
        public_key=public(STRANGER),
    )
    forged = an_office()
    forged.seals = [replace(one, signer=STRANGER) for one in forged.seals]
    book.bad(
        "signer-never-announced",
        "key_changed",
        "a key the journal never announced",
        forged.sealed_again().text(),
    )
