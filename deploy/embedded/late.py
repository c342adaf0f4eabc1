"""Commands whose modules are imported when they are called: what one command needs, the others do not wait for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


def late_module(name: str) -> Any:
    """A module imported when a command first needs it."""
    return import_module(name)


@dataclass(frozen=True)
class Late:
    """A command, or a group of commands, by the module that holds it as `app`."""

    module: str
    help: str
    """What it does, in the list of commands and in its own help."""


class LateGroup(TyperGroup):
    """A group that lists its late commands from their table and imports one when it is called."""

    late: ClassVar[Mapping[str, Late]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, one in self.late.items():
            self.add_command(TyperCommand(name=name, callback=None, help=one.help))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command itself; imported now if it is a late one."""
        if cmd_name not in self.late:
            return super().get_command(ctx, cmd_name)
        command = get_command(late_module(self.late[cmd_name].module).app)
        command.name, command.help = cmd_name, self.late[cmd_name].help
        return command

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """The list of commands in the help."""
        width = formatter.width - 6 - max(map(len, self.commands))
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(width)) for name, command in self.commands.items()])


def late_group(commands: Mapping[str, Late]) -> type[LateGroup]:
    """The class of a group (`typer.Typer(cls=...)`) that has these late commands."""
    return type("LateGroup", (LateGroup,), {"late": commands})


def single(function: Callable[..., None]) -> typer.Typer:
    """One function as the `app` of a late module."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(function)
    return app
