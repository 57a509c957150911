"""Which way each `if` of a template went while texts were made of it.

Every branch gets a mark that says whose it is; a missing `else` is written in, with its mark alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from notifications.substitution import render

TAG = re.compile(r"{%\s*(if|elif|else|endif|for|endfor)\b.*?%}")
MARK = re.compile("⟦([0-9]+)([是否])⟧")


class Branches:
    """A template whose branches are watched, by the number of their question in its order."""

    def __init__(self, source: str) -> None:
        self.questions: list[str] = []
        self.taken: set[tuple[str, str]] = set()
        self._open: list[list[int]] = []
        self._source = TAG.sub(self._marked, source)

    def print(self, facts: Mapping[str, Any]) -> None:
        """Make the text over these facts."""
        self.taken |= set(MARK.findall(render(self._source, facts, medium="text")))

    @property
    def never(self) -> list[str]:
        """The questions that were not answered both ways, with the answer that never came."""
        every = [(str(place), answer) for place in range(len(self.questions)) for answer in "是否"]
        return [
            f"{self.questions[int(place)]} {answer}"
            for place, answer in every
            if (place, answer) not in self.taken
        ]

    def _marked(self, tag: re.Match[str]) -> str:
        word, whole = tag[1], tag[0]
        if word in ("if", "for"):
            self._open.append([])
        chain = self._open[-1]
        if word in ("endif", "endfor"):
            self._open.pop()
            return f"{{% else %}}{_no(chain)}{whole}" if chain else whole
        if word == "if":
            return whole + self._asked(whole, chain)
        if word == "elif":
            return whole + _no(chain) + self._asked(whole, chain)
        if word == "else" and chain:
            marks = _no(chain)
            chain.clear()
            return whole + marks
        return whole

    def _asked(self, question: str, chain: list[int]) -> str:
        self.questions.append(question)
        chain.append(len(self.questions) - 1)
        return f"⟦{chain[-1]}是⟧"


def _no(chain: list[int]) -> str:
    return "".join(f"⟦{place}否⟧" for place in chain)
