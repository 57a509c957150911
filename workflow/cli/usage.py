"""What typer finds wrong with a command's words, said in Chinese with what to write instead."""

import re
from typing import Any

from pydantic import ValidationError
from typer import TyperException
from typer._click import exceptions as usage

from states.errors import Refusal
from states.validation import complaint

CODE = "usage"
MAX_SHOWN = 40
EXTRA = re.compile(r"extra argument\(s\) \((.*)\)$", re.DOTALL)


def refusal_of(error: TyperException) -> Refusal:
    """The refusal that stands for a usage error; its sentence is ours, never typer's."""
    return Refusal(f"{_fault(error)}，可加--help查看用法。", code=CODE)


def _fault(error: TyperException) -> str:
    match error:
        case usage.NoArgsIsHelpError():
            return "请写明要执行的命令"
        case usage.NoSuchOption():
            return f"没有“{_short(error.option_name)}”这个选项{_instead(error)}"
        case usage.BadOptionUsage():
            return f"选项“{error.option_name}”{_value_fault(error)}"
        case usage.MissingParameter():
            return f"缺少{_called(error.param)}"
        case usage.BadParameter():
            return f"{_called(error.param)}{_why(error)}"
        case _:
            found = EXTRA.search(str(error))
            return f"多写了“{_short(found[1])}”" if found else "命令写法有误"


def _instead(error: usage.NoSuchOption) -> str:
    """The nearest names, or all there are."""
    if error.possibilities:
        return f"，是否指{'或'.join(error.possibilities)}"
    parameters = error.ctx.command.params if error.ctx else []
    known = [name for one in parameters for name in one.opts if name.startswith("--")]
    return f"，可用的有{'、'.join(known)}" if known else ""


def _value_fault(error: usage.BadOptionUsage) -> str:
    return "后面缺少要填的值" if "requires" in error.message else "不带值"


def _called(param: Any) -> str:
    """What a person knows a parameter by: its option with what it means, or the meaning alone."""
    meaning = param.help or param.name
    return f"选项{param.opts[0]}（{meaning}）" if param.opts[0].startswith("-") else f"“{meaning}”"


def _why(error: usage.BadParameter) -> str:
    cause = error.__cause__
    return complaint(cause) if isinstance(cause, ValidationError) else "的值无法识别"


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
