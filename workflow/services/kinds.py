"""The kinds of entries there are, and the words people name them by."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Connection

from states.errors import FactInvalid
from states.lifecycle import CommandRow
from workflow.services import journal, timeline
from workflow.services.office import Office


class Kinds:
    """Every kind an entry of this office can be: of any table that was ever in force, or of the system's own.

    A command's entry goes by its kind, its sentence, and the command's id or label; any other by its kind,
    its sentence, or the first clause of that.
    """

    def __init__(self, tx: Connection, office: Office) -> None:
        self.called: dict[str, str] = {}
        self._of_word: dict[str, set[str]] = defaultdict(set)
        for row in (row for one in office.every_lifecycle(tx) for row in one.commands):
            self._learn(row.event, row.label, *_words(row))
        for kind, sentence in (timeline.SENTENCES | journal.SENTENCES).items():
            self._learn(kind, sentence.partition("，")[0], sentence)

    def read(self, words: Collection[str]) -> frozenset[str]:
        """The kinds these words name. Raises `FactInvalid` (`kind_unknown`) with the list of all."""
        return frozenset(kind for word in words for kind in self._named(word))

    def _named(self, word: str) -> set[str]:
        if word not in self._of_word:
            known = "、".join(dict.fromkeys(self.called.values()))
            raise FactInvalid(
                f"没有“{word[:40]}”这一种记载，可用的有：{known}。",
                code="kind_unknown",
                kind=word[:40],
                known=dict(self.called),
            )
        return self._of_word[word]

    def _learn(self, kind: str, label: str, *words: str) -> None:
        self.called[kind] = label
        for word in (kind, label, *words):
            self._of_word[word].add(kind)


def _words(row: CommandRow) -> Iterator[str]:
    yield from (row.id, row.id.replace("_", "-"), row.sentence)
