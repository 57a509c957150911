"""What is owed on mails that did not get where they were to go: a look, and a word to somebody."""

from collections.abc import Iterator, Sequence
from datetime import date

from states.duties.duty import OFFICER, Duty, DutyKind, Whose
from states.duties.matter import Matter
from states.papers.kinds import PAPERS
from states.vocabulary import Role

HANDLERS = Whose((Role.ORGANIZATION,))


def of_mails(matter: Matter, undelivered: Sequence[tuple[str, date]]) -> Iterator[Duty]:
    """One duty for all of a matter's mails, by kind and day, that were refused, sent back, given up or held
    since nobody knows whether they left; another for those about a person, which are not named.
    """
    private = [on for kind, on in undelivered if kind in PAPERS and PAPERS[kind].is_confidential]
    named = [on for kind, on in undelivered if kind not in PAPERS or not PAPERS[kind].is_confidential]
    if named:
        yield matter.duty(DutyKind.UNDELIVERED, OFFICER, since=min(named))
    if private:
        yield matter.duty(
            DutyKind.UNDELIVERED, HANDLERS, since=min(private), number=None, title=None, confidential=True
        )
