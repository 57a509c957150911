"""In which order a service reads a case and locks it."""

import pytest

from workflow.storage import queries

READS = ("case_by_number", "cases_for_update")


def reads_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the reads of cases from now on, in their order; they are made as ever."""
    made: list[str] = []
    for name in READS:
        monkeypatch.setattr(queries, name, _noted(made, name))
    return made


def _noted(made: list[str], name: str):
    read = getattr(queries, name)

    def reading(*given):
        made.append(name)
        return read(*given)

    return reading
