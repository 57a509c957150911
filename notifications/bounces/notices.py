"""Notices of failure in free words, as Exim, qmail, Sendmail, Exchange, Coremail, 网易 and QQ邮箱 write them.

Read only when a mail system wrote the mail: a person who quotes such a notice is a person.
"""

import re
from collections.abc import Iterator
from itertools import islice, zip_longest

from notifications.bounces.bounce import Bounce, Kind
from notifications.bounces.letter import ADDRESS, Letter
from notifications.bounces.reasons import Reason
from notifications.bounces.verp import OUR_TOKEN
from notifications.bounces.vocabulary import (
    BEFORE_A_RECIPIENT,
    EXPLANATION,
    FAILED,
    FAILURE_TITLE,
    ORIGINAL,
    STILL_TRYING,
)

RECIPIENTS_BOUND = 64
SYSTEM = re.compile(
    r"\b(?:mailer-?daemon|mail-?daemon|mdaemon|postmaster|microsoftexchange[0-9a-f]{0,40})@"
    r"|mail[ .]delivery[ .](?:sub)?system|system administrator|系统退信",
    re.ASCII | re.IGNORECASE,
)
"""A mail system, by the name or the address it writes under."""
ANYWHERE = re.compile(rf"({ADDRESS.pattern})", re.ASCII)
LISTED = re.compile(rf"{BEFORE_A_RECIPIENT}({ADDRESS.pattern})", re.IGNORECASE | re.MULTILINE)


def from_mail_system(letter: Letter) -> bool:
    """Whether a mail system wrote it: by its name, by what only it writes, or by an empty sender."""
    if SYSTEM.search(letter.header("from")) or letter.header("x-failed-recipients"):
        return True
    sender = letter.header("return-path")
    nobody = sender == "<>" or bool(SYSTEM.search(sender))
    reports = letter.parameter("report-type").lower() == "delivery-status"
    return reports or (nobody and bool(FAILURE_TITLE.search(letter.header("subject"))))


def read_notice(letter: Letter) -> tuple[Bounce, ...]:
    """One bounce for each recipient named; none where neither words nor subject tell of a failure."""
    notice, *_ = ORIGINAL.split(letter.words, maxsplit=1)
    if STILL_TRYING.search(notice):
        return tuple(_bounces(letter, notice, "delayed"))
    told = FAILED.search(notice) or FAILURE_TITLE.search(letter.header("subject"))
    return tuple(_bounces(letter, notice, None)) if told else ()


def _bounces(letter: Letter, notice: str, kind: Kind | None) -> Iterator[Bounce]:
    said = _said(letter, notice)
    for recipient, words in list(said.items())[:RECIPIENTS_BOUND]:
        reason = _reason(words, notice, alone=len(said) == 1)
        told = kind or reason.of_failure(notice=notice)
        yield Bounce(told, (), None, recipient or None, reason.status, reason.smtp_code, reason.words)


def _said(letter: Letter, notice: str) -> dict[str, str]:
    """What the notice says of each recipient; of nobody by name, under no name."""
    listed = {one.lower(): one for one in letter.addresses("x-failed-recipients")}
    said = dict.fromkeys(listed.values(), "")
    places = _places(letter, notice)
    for place, following in zip_longest(places, places[1:]):
        recipient = listed.get(place[1].lower()) if listed else place[1]
        if recipient:
            words = notice[place.end() : following.start() if following else None]
            said[recipient] = said.get(recipient, "") + words
    return said or {"": notice}


def _places(letter: Letter, notice: str) -> list[re.Match[str]]:
    """Where recipients stand in it: listed, or the first address that is neither ours nor the writer's."""
    ours = {*letter.addresses("to", "delivered-to", "x-original-to", "from")}

    def others(pattern: re.Pattern[str], bound: int) -> list[re.Match[str]]:
        found = (one for one in pattern.finditer(notice) if one[1].lower() not in ours)
        meant = (one for one in found if not (SYSTEM.search(one[1]) or OUR_TOKEN.match(one[1])))
        return list(islice(meant, bound))

    return others(LISTED, RECIPIENTS_BOUND) or others(ANYWHERE, 1)


def _reason(words: str, notice: str, *, alone: bool) -> Reason:
    """Codes from beside the recipient, or where only one is named, from anywhere in the notice."""
    explained = EXPLANATION.search(words) or (EXPLANATION.search(notice) if alone else None)
    reason = Reason.read(explained[1] if explained else words)
    whole = Reason.read(notice) if alone else reason
    return Reason(
        reason.status or whole.status, reason.smtp_code or whole.smtp_code, reason.words or whole.words
    )
