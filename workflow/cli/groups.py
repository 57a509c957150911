"""A command group that answers an unknown command like any other refusal, and shows its help in Chinese."""

from difflib import get_close_matches
from typing import Any

from typer.core import TyperGroup

from workflow.cli.help_words import put_into_chinese
from workflow.errors import NotFound


class Group(TyperGroup):
    """Refuses a word it does not know (`unknown_command`) with the nearest command and all there are."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = super().get_command(ctx, cmd_name)
        if command is None:
            raise self._unknown(cmd_name[:40], list(self.list_commands(ctx)))
        return command

    def _unknown(self, name: str, known: list[str]) -> NotFound:
        nearest = get_close_matches(name, known, n=1)
        meant = f"是不是{nearest[0]}？" if nearest else ""
        message = f"没有“{name}”这个命令。{meant}可用的有：{'、'.join(known)}。"
        return NotFound(message, code="unknown_command", command=name, known=known)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        command = self.meant(command)
        if "--help" in rest:
            put_into_chinese(command, ctx)
        return name, command, rest

    def meant(self, command: Any) -> Any:
        """The command that is to run, by the one that was found."""
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        put_into_chinese(self, ctx)
        super().format_help(ctx, formatter)
