"""Whatever is done to a matter at the desk, in whatever order: its row is what its history comes to.

The commands are drawn as `tests/states/test_any_sequence.py` draws them, and given by the people of the demo
directory; many are refused.
"""

import json
from random import Random

from states import lifecycle as lifecycles
from states.errors import Refusal
from states.facts import CaseFacts, fold
from states.vocabulary import UNIT_ROLES, Role
from tests.auditing import report_of
from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LEADER,
    OFFICER,
    a_case,
    a_paper_of_proof,
    history,
    signed,
    stored,
)
from tests.states.matters import TABLES
from tests.states.test_any_sequence import BEGUN, GROUP, LIVES, UNITS, given_on, lived
from workflow.services import cases
from workflow.services.turns import turns
from workflow.services.verification import verify

STANDARD = lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
OF_THE_OFFICE = {
    Role.OFFICER: OFFICER,
    Role.DIRECTOR: DIRECTOR,
    Role.LEADER: LEADER,
    Role.ARCHIVIST: ARCHIVIST,
}
GROUP_CODE = "BH502"
FEW = max(LIVES // 16, 1)
"""A life at a desk takes a hundred times as long as one on paper."""


class StoredLife:
    """One matter on its way through the desk; after every command it is read back."""

    lifecycle = STANDARD

    def __init__(self, office):
        self.office, self.at, self.facts, self.case = office, BEGUN, CaseFacts(), None

    def hand(self, row, dice):
        """Somebody with one of the command's roles, of the lead unit or of any other."""
        role = dice.choice(row.roles)
        if role not in UNIT_ROLES:
            return OF_THE_OFFICE.get(role, OFFICER)
        unit = self.facts.lead_unit if dice.random() < 0.7 else dice.choice(UNITS)
        return f"{unit}-{'H' if role == Role.UNIT_HEAD else 'L'}"

    def give(self, command, person, details):
        words = {name: self.meant(name, value) for name, value in details.items()}
        by = signed(person, self.at)
        try:
            if self.case is None:
                self.case = cases.open_matter(self.office, by=by, at=self.at, **words)
            else:
                cases.perform(self.office, self.case.number, command, by=by, at=self.at, **words)
            decided = True
        except Refusal:
            decided = False
        self.read_back(decided)
        return decided

    @property
    def turns(self):
        """The acts whose times may be corrected, by the places of their entries."""
        return {turn.seq: turn for turn in turns(history(self.office, self.case))}

    def meant(self, name, value):
        """A particular as the desk takes it: files by their path, groups of the demo directory."""
        if name.startswith("evidence"):
            return [a_paper_of_proof(self.office)]
        return GROUP_CODE if value == GROUP else value

    def read_back(self, decided):
        """The row is what the entries come to; a refused command changed neither."""
        before, self.facts = self.facts, stored(self.office, self.case).facts
        assert decided or self.facts == before
        assert fold(map(told_by, history(self.office, self.case))) == self.facts


def told_by(row):
    """What an entry sets, with the words that are kept beside it."""
    words = json.loads(row.personal) if row.personal else {}
    return {"set": json.loads(row.payload)["set"] | words.get("set", {})}


def test_after_any_sequence_the_row_is_what_the_history_comes_to_and_that_conforms(office):
    done, wanted = set(), given_on(STANDARD)
    for _ in range(2):
        a_case(office, when=BEGUN)  # what the drawn particulars name as another matter
    for seed in range(FEW):
        dice = Random(seed)
        done |= lived(StoredLife(office), dice, wanted - done)
    assert verify(office).exit_code == 0
    assert report_of(office).sections["deviations"] == []
    assert len(done) >= FEW, sorted(done)
