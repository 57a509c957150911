"""Offices that lived through more: another digest, another key, one matter's excerpt."""

from tests.evidence.played_exports import (
    HEIR,
    KEY,
    OLDER_KEY,
    SIGNER,
    A,
    Played,
    Seal,
    an_office,
    key_id,
    public,
)


def switched() -> Played:
    """The office after it went over to SM3 at position 10."""
    office = an_office()
    for place, one in enumerate(office.entries[10:], start=10):
        one.position, one.algorithm = place, "sm3"
    office.epochs.append(("sm3", 10))
    office.seals.append(Seal(2, 2, 45))
    return office.sealed_again()


def rotated(*, late: bool = False) -> Played:
    """The office after the key of its codes was replaced by the entry at position 9."""
    office = an_office()
    for one in office.entries[:10]:
        one.key = OLDER_KEY
    office.entries[9].kind = "key_rotated"
    office.entries[9].details = {"former": key_id(OLDER_KEY), "new": key_id(KEY)}
    if late:
        office.entries[10].key = OLDER_KEY
    return office.sealed_again()


def handed_on(*, covered: bool = True, told: bool = True) -> Played:
    """The office after it handed its signing key on with the entry at position 9."""
    office = an_office()
    handed = {"former": public(SIGNER), "public": public(HEIR)}
    office.entries[9].kind, office.entries[9].details = "signing_key_rotated", handed if told else {}
    office.entries[10].position, office.entries[11].position = 10, 11
    office.seals.append(Seal(1, 12, 45, HEIR))
    if not covered:
        office.seals[1].size = 9
    return office.sealed_again()


def excerpt() -> Played:
    """One matter of the office."""
    office = an_office()
    office.only = A
    office.write_lines()
    return office
