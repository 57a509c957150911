"""A command group that answers an unknown command like any other refusal."""

from typing import Any

from typer.core import TyperGroup

from workflow.errors import NotFound


class Group(TyperGroup):
    """Refuses a word it does not know with `unknown_command` and the commands there are."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = super().get_command(ctx, cmd_name)
        if command is None:
            known = list(self.list_commands(ctx))
            raise NotFound(
                f"没有“{cmd_name[:40]}”这个命令，可用的有：{'、'.join(known)}。",
                code="unknown_command",
                command=cmd_name[:40],
                known=known,
            )
        return command
