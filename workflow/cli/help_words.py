"""The words of a help page that are not ours: what typer says in English, in Chinese."""

from importlib import import_module
from typing import Any

TITLES = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "REQUIRED_LONG_STRING": "（必填）",
    "DEFAULT_STRING": "（默认{}）",
    "ENVVAR_STRING": "（环境变量{}）",
}
HELP = "显示本说明"


def put_into_chinese(command: Any, ctx: Any) -> None:
    """Before the help of a command is shown, and only then: what typer draws with loads slowly."""
    drawing = import_module("typer.rich_utils")
    for name, words in TITLES.items():
        setattr(drawing, name, words)
    option = command.get_help_option(ctx)
    if option is not None:
        option.help = HELP
