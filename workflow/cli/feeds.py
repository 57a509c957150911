"""`duban calendar feed …`: calendars at a secret address, for telephones, Outlook and WPS."""

from typing import Annotated

import typer
from rich.table import Table

from states.office_time import office_minute
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, check_named
from workflow.cli.output import answer, now, screen
from workflow.cli.tables import table
from workflow.services.accounts import feeds
from workflow.services.accounts.feeds import Made, Place
from workflow.services.seeing import Onlooker

OfUnit = Annotated[
    str | None,
    typer.Option("--unit", help="单位（编码或名称）；不写则为本人的日历", callback=particulars.read_name),
]
HEADINGS = ("日历", "生成", "生成人", "最近一次读取")

app = typer.Typer(cls=Group, no_args_is_help=True, help="日历订阅地址：列出、生成（更换）、停用")


@app.command("list")
def list_feeds(person: AsPerson = None, as_json: AsJson = False) -> None:
    """某人和其单位的日历订阅地址（不含地址本身）。"""
    check_named(person)
    found = feeds.places(open_installation(), Onlooker(str(person), now()))
    document = {"calendars": [one.as_json() for one in found]}
    answer(as_json, document, lambda: screen.print(_listed(found)))


@app.command("make")
def make(unit: OfUnit = None, person: AsPerson = None, as_json: AsJson = False) -> None:
    """生成订阅地址，只显示这一次；原有的地址随即作废。"""
    check_named(person)
    office = open_installation()
    made = feeds.make(office, unit or "", by=signature(person), at=now())
    document = {"unit": made.unit or None, "name": made.name, "link": made.link}
    answer(as_json, document, lambda: _say(made))


@app.command("revoke")
def revoke(unit: OfUnit = None, person: AsPerson = None, as_json: AsJson = False) -> None:
    """停用订阅地址。"""
    check_named(person)
    office = open_installation()
    name = feeds.revoke(office, unit or "", by=signature(person), at=now())
    answer(as_json, {"revoked": name}, lambda: screen.print(f"“{name}”的日历订阅地址已停用"))


def _say(made: Made) -> None:
    screen.print(f"“{made.name}”的日历订阅地址（只显示这一次，请交本人保管）：")
    screen.print(made.link, soft_wrap=True)


def _listed(found: tuple[Place, ...]) -> Table:
    made = table("日历订阅", HEADINGS)
    for one in found:
        made_at, fetched_at = (office_minute(at) if at else "—" for at in (one.made_at, one.fetched_at))
        made.add_row(one.name, made_at, one.made_by or "—", fetched_at)
    return made
