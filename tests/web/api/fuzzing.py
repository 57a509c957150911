"""What the fuzz test asks: every operation of the document, by somebody, about matters there are and are not.

Few questions are asked of each; under the profile `ci` of hypothesis more than five thousand in all, the same
each time, and counted: of an operation that takes nothing there are few questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation

from workflow.web.api.mounting import ROUTERS
from workflow.web.api.openapi import described

CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
DOCUMENT = described(ROUTERS)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS: Mapping[str, APIOperation] = {
    found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()
}
IDENTITIES, ENGINES, IN_ALL = 2, 2, 5_000
EXAMPLES = {"default": 3, "ci": 12}
"""Questions of one operation at most, by one somebody, on one engine."""

OF_SETTINGS = frozenset({"office", "mail", "work", "own", "imports", "audit"})
"""What only whoever looks after an office comes far in, by the tags of operations."""

LEAST = {"default": len(OPERATIONS), "ci": IN_ALL // (IDENTITIES * ENGINES)}
"""Questions of all of them at least, by one somebody, on one engine."""


@dataclass(frozen=True)
class World:
    """What may be asked about, by the name of a gap in a path, and commands somebody may think of."""

    gaps: Mapping[str, Sequence[str]]
    commands: Sequence[str]


def named_profile() -> str:
    """The profile of hypothesis, of those there are numbers for."""
    named = settings.get_current_profile_name()
    return named if named in EXAMPLES else "default"


def profile() -> settings:
    """How many questions are asked, and that they are the same each time."""
    return settings(
        max_examples=EXAMPLES[named_profile()],
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def questions(operation: APIOperation, mode: GenerationMode, world: World) -> st.SearchStrategy[Case]:
    """Questions of an operation, most of them about what there is."""
    gaps = {one: world.gaps[one] for one in names_of(operation) if one in world.gaps}
    if not gaps:
        return operation.as_strategy(mode)
    named = st.fixed_dictionaries({name: st.sampled_from(known) for name, known in gaps.items()})
    return named.flatmap(lambda given: operation.as_strategy(mode, path_parameters=given))


def names_of(operation: APIOperation) -> Iterator[str]:
    """The gaps in its path."""
    yield from (part[1:-1] for part in operation.path.split("/") if part.startswith("{"))


def ordering(case: Case, world: World, number: int) -> Case:
    """Of commands nobody guesses one is named in its place."""
    body: Any = case.body
    if body is not NOT_SET and isinstance(body, dict) and "command" in body and number % 2:
        case.body = {**body, "command": world.commands[number % len(world.commands)]}
    return case
