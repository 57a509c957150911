"""What a drafted paper says: the register's facts and the stated ones, frozen under one hash.

Some facts are of the day the paper is signed, which is its date (成文日期, GB/T 9704-2012 7.3.5.4). They join
it with the signature, and are no part of what was read and reviewed before.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from notifications.facts import FACT_LABELS
from states.document_number import DocumentNumber
from states.papers.kinds import PAPERS
from workflow.canonical import canonical_text
from workflow.services.batch import JOURNAL, OpenCase
from workflow.services.documents.composing import written_paper
from workflow.services.documents.stating import Facts, merged
from workflow.services.paper_facts import OF_OFFICE, particulars, period_of
from workflow.services.paper_values import Paper, Recipient
from workflow.services.papers import Desk
from workflow.services.printing import printed
from workflow.services.work import Work
from workflow.storage import queries

SEPARATOR, BRACKETED = re.compile("[、，；]"), re.compile("（[^）]*）")
OF_THE_DAY = ("number", "date", "late", "left", "reply_by")
"""Facts of the day a paper is signed, and its number."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a paper says, what the day of its signing adds (`of_the_day`), and the hash of its wording."""

    facts: Facts
    of_the_day: Facts
    stationery: str

    @property
    def text(self) -> str:
        """The facts as they are kept."""
        return canonical_text(self.facts)

    @property
    def sha256(self) -> str:
        return content_hash(self.text, self.stationery)

    @property
    def columns(self) -> dict[str, Any]:
        """The wording and the hash as the row of the paper has them."""
        return {"stationery": self.stationery, "content_sha256": self.sha256}

    @property
    def signed(self) -> Facts:
        """The facts of the paper as it is signed, without a number."""
        return {**self.of_the_day, "number": None, **self.facts}


def content_hash(text: str, stationery: str) -> str:
    """SHA-256 over what a draft says, as it is kept, and the hash of its wording."""
    return sha256(f"{stationery}\n{text}".encode()).hexdigest()


class Writing:
    """Papers of one kind at one desk: what the register says for them now."""

    def __init__(self, work: Work, case: OpenCase | None, kind: str, units: tuple[str, ...]) -> None:
        self.work, self.case, self.kind, self.units = work, case, kind, units
        self.row = PAPERS[kind]
        self.desk = Desk(work)
        if case is not None:
            self.desk.know([case])
        self.desk.units |= queries.units_by_code(work.tx, units)

    @property
    def chain_id(self) -> int:
        """The id of the case the paper is kept with, or of the journal."""
        return JOURNAL if self.case is None else self.case.id

    def content(self, stated: Facts) -> Content:
        """What the paper says with what people state for it."""
        told = self._told(stated)
        facts = {name: value for name, value in told.items() if name not in OF_THE_DAY or name in stated}
        return Content(facts, _daily(told, facts), self.desk.keep_wording(self.kind))

    def of_the_day(self, facts: Facts) -> Facts:
        """What the day adds to a draft that says these facts, were it signed on it."""
        return _daily(self._told(facts), facts)

    def paper(self, stated: Facts) -> Paper:
        """The paper with what is known of its addressee; `stated` may say it otherwise."""
        addressee = str(stated.get("addressee") or self._addressee(stated))
        several = {"to_several": True} if names_several(addressee) else {}
        return Paper(
            kind=self.kind,
            series=self.row.series,
            addressee=addressee,
            recipients=(),
            particulars={**self._particulars(stated), **several},
            issuer=self.row.issuer,
        )

    def _told(self, stated: Facts) -> Facts:
        return merged(self.desk.draft(self.case, self.paper(stated)), stated)

    def _particulars(self, stated: Facts) -> Facts:
        """What the register says for this kind, of the case or of a period of the office's work."""
        if self.kind in OF_OFFICE:
            return _known(OF_OFFICE[self.kind](self.desk, period_of(stated)))
        return particulars(self.desk, self.case, self.kind, stated) if self.case is not None else {}

    def recipients(self) -> tuple[Recipient, ...]:
        """Where its mails go: the liaisons of its units, or the handlers of what concerns a person."""
        if self.row.is_confidential:
            return self.desk.handlers()
        return tuple(one for unit in self.units for one in self.desk.liaison(unit))

    def _addressee(self, stated: Facts) -> str:
        person = stated.get("person")
        if self.row.is_confidential and isinstance(person, Mapping) and person.get("name"):
            return f"{person['name']}同志"
        if self.case is not None and self.units == (self.case.facts.lead_unit,):
            return self.desk.lead_name(self.case.facts)
        return "、".join(str(self.desk.unit(unit).name) for unit in self.units)


def names_several(addressee: str) -> bool:
    """Whether a paper goes to more than one unit, by its 主送; what stands in brackets explains one name."""
    return addressee.startswith("各") or SEPARATOR.search(BRACKETED.sub("", addressee)) is not None


def check_whole(work: Work, facts: Facts, stationery: str) -> None:
    """Refuse to let a paper be signed that still has gaps, or cannot be printed as it should be."""
    sample = str(DocumentNumber("函", work.day.year, 1))
    paper = written_paper(work.tx, {**facts, "number": sample}, stationery, draft=False)
    printed(paper, work.office.settings, issued_at=work.at)


def different(kept: str, now: Facts) -> tuple[str, ...]:
    """The labels of the facts the register has otherwise than a draft that is kept."""
    before, after = dict(_flat(json.loads(kept))), dict(_flat(json.loads(canonical_text(now))))
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return tuple(dict.fromkeys(FACT_LABELS.get(name, name) for name in names))


def _daily(told: Facts, facts: Facts) -> Facts:
    return {name: told.get(name) for name in OF_THE_DAY if name not in facts}


def _known(facts: Facts) -> Facts:
    """The facts there are; one that is of no matter has none of a matter's."""
    return {name: value for name, value in facts.items() if value is not None}


def _flat(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            yield name, value
