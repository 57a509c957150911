"""The root command and the one place where every failure becomes an exit code."""

import sys

import typer
from sqlalchemy.exc import DBAPIError

from states.errors import Refusal
from states.lifecycle import Lifecycle
from workflow.cli import cases, escalations, installation, mail, particulars, policy, register
from workflow.cli.groups import Group
from workflow.cli.output import MISCONFIGURED, REFUSED, close_installations, tell_refusal
from workflow.errors import ConfigurationError
from workflow.services.installation import lifecycle_of
from workflow.settings import load_settings

USAGE = "usage"

app = typer.Typer(
    cls=Group, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Duban 督办：督查事项从交办到销号，历史可核验",
)  # fmt: skip
app.add_typer(cases.app, name="case")
app.add_typer(escalations.app, name="escalation")
app.add_typer(mail.app, name="outbox")
app.add_typer(policy.app, name="policy")
installation.add_to(app)
register.add_to(app)


def main() -> None:
    """Run the command line; ends the process with 0, 1 or 2."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Run one command; its exit code. Refusals are told in Chinese, with JSON if JSON was asked for."""
    as_json = "--json" in words
    try:
        _check_text(words)
        cases.add_commands(_lifecycle())
        return int(typer.main.get_command(app).main(words, prog_name="duban", standalone_mode=False) or 0)
    except Refusal as refusal:
        tell_refusal(refusal, as_json=as_json)
        return MISCONFIGURED if isinstance(refusal, ConfigurationError) else REFUSED
    except DBAPIError as error:
        tell_refusal(_database_away(error), as_json=as_json)
        return MISCONFIGURED
    except OSError as error:
        tell_refusal(_file_unusable(error), as_json=as_json)
        return REFUSED
    except typer.TyperException as error:
        tell_refusal(_usage(error), as_json=as_json)
        return REFUSED
    except (typer.Abort, KeyboardInterrupt):
        return REFUSED
    finally:
        close_installations()


def _check_text(words: list[str]) -> None:
    """Bytes that are no text reach Python as lone surrogates, which no database and no screen can take."""
    for word in words:
        particulars.check_characters(word)


def _lifecycle() -> Lifecycle:
    """The table the sub-commands of `duban case` are made from."""
    return lifecycle_of(load_settings())


def _database_away(error: DBAPIError) -> ConfigurationError:
    kind = type(error.orig).__name__
    return ConfigurationError(
        f"数据库无法使用（{kind}），请检查DUBAN_DATABASE_URL及数据库服务。", code="database_away"
    )


def _file_unusable(error: OSError) -> Refusal:
    name = str(error.filename or "")[:200]
    return Refusal(
        f"文件或文件夹“{name}”无法读写（{error.strerror}），请核对路径和权限。",
        code="file_unusable",
        name=name,
    )


def _usage(error: typer.TyperException) -> Refusal:
    said = error.format_message() if hasattr(error, "format_message") else str(error)
    if not said:
        return Refusal("请写明要执行的命令，用法见上。", code=USAGE)
    return Refusal(f"命令写法有误：{said} 请加 --help 查看用法。", code=USAGE)
