"""What pydantic and the TOML reader find wrong, said in Chinese.

Called wherever people's tables, settings and words are read; the libraries' own English never reaches them.
"""

import re
import tomllib
from collections.abc import Mapping
from tomllib import TOMLDecodeError
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from states.errors import RuleInvalid

Table = TypeVar("Table", bound=BaseModel)


class Row(BaseModel):
    """A row of a table people write: closed, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def unwritten(value: object) -> bool:
    """For fields that came later: left out of the canonical form while empty, so that older hashes hold."""
    return value is None


WHOLE, NUMBER, SWITCH, TEXT, SEVERAL = "应为整数", "应为数字", "应为true或false", "应为文字", "应为一组值"
COMPLAINTS: Mapping[str, str] = {
    "missing": "没有写",
    "extra_forbidden": "不是可用的名称，请核对拼写",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": SWITCH,
    "bool_parsing": SWITCH,
    "string_type": TEXT,
    "path_type": "应为路径",
    "list_type": SEVERAL,
    "tuple_type": SEVERAL,
    "string_too_long": "不得超过{max_length}字",
    "string_too_short": "不得少于{min_length}字",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不得小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "不得大于{le}",
    "literal_error": "只能是{expected}",
    "enum": "只能是{expected}",
    "too_short": "至少{min_length}",
    "too_long": "最多{max_length}",
    "timezone_aware": "须带时区，如2026-11-27T09:12:00+08:00",
    "json_invalid": "不是有效的JSON",
    "value_error": "{error}",
}
UNREADABLE = "无法识别"


def complaint(error: ValidationError) -> str:
    """What is wrong with the first value refused, without naming it: 应为整数, 不得小于1."""
    return complaint_of(error.errors(include_url=False)[0])


def complaint_of(fault: Mapping[str, Any]) -> str:
    """The same of one of the faults pydantic found."""
    said = COMPLAINTS.get(fault["type"], UNREADABLE).format(**fault.get("ctx", {}))
    return said.replace(" or ", "或").replace(", ", "、")


def place(error: ValidationError) -> str:
    """Where the first value refused stands, as its path in the model: commands.3.roles."""
    return ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])


def broken_at(error: TOMLDecodeError) -> str:
    """Where a text stops being TOML: 第2行第4列."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    return f"第{found[1]}行第{found[2]}列" if found else "末尾"


def tables_in(text: str, *, named: str, prefix: str) -> dict[str, Any]:
    """What stands in a TOML text. Raises `RuleInvalid` (`…_syntax`) for one that is none, that is nested past
    reading, or has a number too long to be one."""
    try:
        return tomllib.loads(text)
    except TOMLDecodeError as error:
        raise RuleInvalid(f"{named}{broken_at(error)}不是有效的TOML。", code=f"{prefix}_syntax") from error
    except (RecursionError, ValueError) as error:
        message = f"{named}嵌套过深或者数字过长，请核对文件。"
        raise RuleInvalid(message, code=f"{prefix}_syntax") from error


def read_table(model: type[Table], text: str, *, named: str, prefix: str) -> Table:
    """The typed value written in a TOML table; `named` is what people call it, `prefix` begins its codes.

    Raises `RuleInvalid` naming the first fault: bad syntax, a field missing or not of its kind.
    """
    try:
        return model.model_validate(tables_in(text, named=named, prefix=prefix))
    except ValidationError as error:
        where = place(error)
        raise RuleInvalid(
            f"{named}“{where}”{complaint(error)}。", code=f"{prefix}_field", place=where
        ) from error
