"""What every part of a paper is: a frozen value that knows all its fields and is checked once, when made."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_COLUMNS, MAX_ROWS = 8, 1_000

Cell = Annotated[str, Field(max_length=500)]


class Value(BaseModel):
    """A frozen value that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
