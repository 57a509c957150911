"""The rows that tell where papers stand, carried on by what happens to matters and measures.

The rules are `states.papers.lives`; here they are asked in a transaction, and what they say joins its batch.
The case, or the journal, is locked by then, and with it its papers.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from states.papers.lives import ACKNOWLEDGED, ARCHIVED, ONE_IN_FORCE, Changes, Lives
from workflow.services.batch import JOURNAL, OpenCase
from workflow.services.chains import enter
from workflow.services.entries import Act
from workflow.services.work import Work
from workflow.storage import outbox, papers
from workflow.storage.paper_models import PaperLife

FOLLOWED = (ACKNOWLEDGED, ARCHIVED)
ROW = tuple(PaperLife.model_fields)


class LivesAtWork:
    """The papers of the cases of one transaction, read when they are asked for."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._known: dict[int, Lives] = {}
        self._sent: dict[int, list[Mapping[str, Any]]] = defaultdict(list)

    def of(self, case: OpenCase) -> Lives:
        """The papers of a case, those of this transaction among them."""
        if case.id not in self._known:
            rows = [] if _is_new(case) else papers.lives_of(self.work.tx, [case.id])
            sent = self._sent.pop(case.id, ())
            self._known[case.id] = Lives([*(row._asdict() for row in rows), *sent])
        return self._known[case.id]

    def send(
        self,
        case: OpenCase,
        id: str,
        kind: str,
        *,
        number: str,
        signed_by: str,
        replaces: str | None = None,
        matters: int = 1,
    ) -> None:
        """A paper that a command or the ladder sends comes into its life, and those it replaces are void."""
        day = self.work.day
        told: dict[str, Any] = {"number": number, "signed_by": signed_by, "matters": matters}
        if kind in ONE_IN_FORCE or replaces or case.id in self._known:
            lives = self.of(case)
            self._keep(case, lives.replace(replaces, day))
            self._keep(case, lives.send(id, kind, day, **told))
        else:  # nothing before it is touched, and a sweep sends many
            lives = Lives()
            lives.send(id, kind, day, **told)
            self._sent[case.id].append(lives.of[id])
        row = {name: value for name, value in lives.of[id].items() if name in ROW}
        self.work.batch.add(PaperLife, **row, case_id=case.id)

    def follow(self, case: OpenCase, event: str) -> None:
        """What a command on the case means for its papers."""
        if event in FOLLOWED:
            self._keep(case, self.of(case).follow_case(event, self.work.day))

    def follow_measure(self, case: OpenCase, id: str | None, event: str, told: Mapping[str, Any]) -> None:
        """What became of the measure a paper of this case went out with."""
        if id is not None:
            self._keep(case, self.of(case).follow_measure(id, event, told, self.work.day))

    def drop(self, case: OpenCase, id: str) -> Mapping[str, Any]:
        """A paper kept with this case, none of whose measures stands any more, is void; what that sets."""
        changes = self.of(case).drop(id, self.work.day)
        self._amend(changes)
        return changes.get(id, {})

    def issued(self, case: OpenCase, kind: str, replaced: str | None) -> None:
        """What a paper people wrote makes void when it is issued."""
        day = self.work.day
        self._keep(case, self.of(case).supersede(kind, day))
        self._keep(case, self.of(case).replace(replaced, day))

    def _keep(self, case: OpenCase, changes: Changes) -> None:
        """Keep what changed; the mails of what became void do not leave any more."""
        self._amend(changes)
        for id, columns in changes.items():
            if columns["state"] == "voided":
                stop_mails(self.work, [case], id)

    def _amend(self, changes: Changes) -> None:
        for id, columns in changes.items():
            self.work.batch.amend(PaperLife, id, **columns)


def stop_mails(work: Work, cases: Collection[OpenCase], id: str) -> None:
    """Cancel the mails of a void paper that have not left, and enter it in the matters it is about."""
    for message in outbox.stop(work.tx, id):
        told = {"message": message.id, "message_id": message.message_id, "document": id}
        for case in cases:
            enter(work, case, Act("mail_cancelled", work.at, details=told | {"because": "paper_void"}))


def _is_new(case: OpenCase) -> bool:
    """Whether a case has no rows yet; the journal, which has no version, is always there."""
    return case.is_new and case.id != JOURNAL
