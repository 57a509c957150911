"""The trail of a case's tasks through its history: which tasks an entry is about, and what became of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from states.tasks import TaskState


class TaskTrail:
    """Follows a history from its first entry; `follow()` each one in turn."""

    def __init__(self, unit_names: Mapping[str, str]) -> None:
        self.names = unit_names
        self._before: Mapping[int, Mapping[str, Any]] = {}
        self._tasks: Mapping[int, Mapping[str, Any]] = {}
        self._named: frozenset[int] = frozenset()

    def follow(self, payload: Mapping[str, Any]) -> None:
        """Go on to an entry."""
        self._before = self._tasks
        if "tasks" in payload["set"]:
            self._tasks = {one["id"]: one for one in payload["set"]["tasks"]}
        is_same, named = self._tasks is self._before, payload["details"].get("task")
        new = frozenset() if is_same else self._tasks.keys() - self._before.keys()
        self._named = frozenset(new if named is None else {named})

    def knows(self, task: int) -> bool:
        """Whether there is such a task by now."""
        return task in self._tasks

    @property
    def touched(self) -> list[int]:
        """The tasks this entry is about: those it names, and those it changes."""
        if self._tasks is self._before:
            return sorted(self._named)
        changed = {id for id, one in self._tasks.items() if one != self._before.get(id)}
        return sorted(self._named | changed)

    @property
    def words(self) -> list[str]:
        """What the entry's sentence says of them: the task it is given on, and those it ends by the way."""
        if self._tasks is self._before and not self._named:
            return []
        return [
            *(self._called(id) for id in sorted(self._named & self._tasks.keys())),
            *(f"{self._called(id)}随之终止" for id in self._ended()),
        ]

    def _called(self, id: int) -> str:
        unit = self._tasks[id]["unit"]
        return f"{self.names.get(unit, unit)}的任务{id}"

    def _ended(self) -> Iterator[int]:
        for id in self.touched:
            now, before = self._tasks.get(id, {}).get("state"), self._before.get(id, {}).get("state")
            if id not in self._named and now == TaskState.CANCELLED != before:
                yield id
