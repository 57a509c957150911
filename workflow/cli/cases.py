"""`duban case …`: one sub-command for each command of the lifecycle table, and the views of a case.

The sub-commands are made from the table, so that an office's own stage has its command without code.
"""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from states.errors import FactMissing
from states.lifecycle import CommandRow
from workflow import particulars
from workflow.cli import attachments, coordinating, instructing, milestones, redacting, splitting
from workflow.cli.acted import answer_act
from workflow.cli.case_done import done, say_done
from workflow.cli.case_view import say_case, say_history
from workflow.cli.difference_view import say_differences
from workflow.cli.groups import Group
from workflow.cli.list_view import listing
from workflow.cli.looking_in import look_into
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import (
    AsJson,
    AsOf,
    AsPerson,
    AsViewer,
    At,
    NewSeries,
    Number,
    check_named,
    common,
    detail,
    moment,
    parameter,
    past_instant,
)
from workflow.cli.output import answer, notes, now, screen
from workflow.services import cases, commenting, comparing, register, timeline
from workflow.services.installation import lifecycle_of
from workflow.services.register_shown import list_shown
from workflow.settings import load_settings


class CaseGroup(Group):
    """The views of a case, and the commands of the office's table, which is read when one is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        self._add_table()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            self._add_table()
        return super().get_command(ctx, cmd_name)

    def _add_table(self) -> None:
        """Raises `ConfigurationError` or `RuleInvalid` when the settings or the table cannot be read."""
        table = typer.Typer()
        for row in lifecycle_of(load_settings()).commands:
            table.command(row.id.replace("_", "-"), help=f"{row.label}（{_who(row)}）")(_command(row))
        for name, command in typer.main.get_group(table).commands.items():
            self.commands.setdefault(name, command)


app = typer.Typer(cls=CaseGroup, help="督办事项：查看与办理", no_args_is_help=True)
attachments.add_to(app)
coordinating.add_to(app)
instructing.add_to(app)
splitting.add_to(app)
milestones.add_to(app)
redacting.add_to_case(app)


@app.command("list")
def list_cases(
    *,
    state: Annotated[str | None, typer.Option("--state", help="只看某一环节，如handling或办理")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只看某一牵头单位：编码或名称")] = None,
    as_co_unit: Annotated[
        bool, typer.Option("--as-co-unit", help="连同所给单位协办的事项（与--unit合用）")
    ] = False,
    light: Annotated[str | None, typer.Option("--light", help="只看某一亮灯，如red或红")] = None,
    as_of: AsOf = None,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """台账一览。"""
    instant, colour = past_instant(as_of), light and particulars.read_light(light)
    if as_co_unit and unit is None:
        raise FactMissing("--as-co-unit须与--unit合用，请写明单位。", code="unit_missing", missing="unit")
    office = open_installation()
    units = register.check_filters(office, state=state, unit=unit)
    found = list_shown(office, today=now(), as_of=instant, by=onlooker(viewer))
    listed = [
        one
        for one in found
        if _is_wanted(one, state, colour) and _concerns(one, units, as_co_unit=as_co_unit)
    ]
    document = {"cases": [one.as_json() for one in listed], "unreadable": found.unreadable}
    answer(as_json, document, lambda: screen.print(listing(listed, screen.width)))
    for bad in found.unreadable:
        notes.print(f"事项{bad['case']}未列出：{bad['message']}", soft_wrap=True)


@app.command("show")
def show(number: Number, *, as_of: AsOf = None, viewer: AsViewer = None, as_json: AsJson = False) -> None:
    """一个事项的全部情况。"""
    instant = past_instant(as_of)
    office = open_installation()
    document = register.show(office, number, today=now(), as_of=instant, by=onlooker(viewer))
    look_into(office, number, what="show", viewer=viewer)
    answer(as_json, document, lambda: say_case(document))


@app.command("history")
def history(
    number: Number,
    *,
    task: Annotated[str | None, typer.Option("--task", help="只看某一协办任务的经过：任务序号")] = None,
    as_of: AsOf = None,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """一个事项的全部历史，或其中一项协办任务的经过。"""
    instant, wanted, by = past_instant(as_of), particulars.read("task", task), onlooker(viewer)
    office = open_installation()
    entries = timeline.history(office, number, as_of=instant, task=wanted, by=by)
    look_into(office, number, what="history", viewer=viewer)
    answer(as_json, {"case": number, "events": entries}, lambda: say_history(entries))


@app.command("diff")
def diff(
    number: Number,
    *,
    since: Annotated[str, typer.Option("--from", help="从何时的记载，如2026-09-30T09:00:00+08:00")],
    until: Annotated[str, typer.Option("--to", help="到何时的记载")],
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """一个事项在两个时间的记载有哪些差别：每一项的原值、新值，由哪一条历史所记。"""
    first, last = particulars.read_instant(since), particulars.read_instant(until)
    office = open_installation()
    found = comparing.compare(office, number, since=first, until=last, by=onlooker(viewer))
    look_into(office, number, what="diff", viewer=viewer)
    span = {"from": first.isoformat(), "to": last.isoformat()}
    answer(as_json, {"case": number, **span, "differences": found}, lambda: say_differences(found))


@app.command("mention-seen")
def mention_seen(number: Number, *, person: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """已阅：本人在该事项批注中被提及的，自此不再列入待办。"""
    if person is None:
        raise FactMissing("请用 --as 写明是谁已阅。", code="person_missing", missing="as")
    instant = moment(at)
    case = commenting.put_behind(open_installation(), number, by=signature(person), at=instant)
    document = {"case": case.number, "seq": case.seq, "hash": case.head}
    answer_act(as_json, document, lambda: screen.print(f"{case.number} 批注已阅"), at=instant)


def _command(row: CommandRow) -> Callable[..., None]:
    """The function of one sub-command; typer reads its options from the signature made here."""

    def run(**words: Any) -> None:
        as_json, person, at = words.pop("as_json"), words.pop("person"), words.pop("at")
        number, series = words.pop("number", None), particulars.read("series", words.pop("series", None))
        new_series = words.pop("new_series", False)
        details = {name: particulars.read(name, value) for name, value in words.items()}
        if not row.machine:
            check_named(person)
        instant = moment(at)
        office, by = open_installation(), signature(person)
        if number is None:
            named: dict[str, Any] = {"series": series, "new_series": new_series, **details}
            case = cases.create(office, row.id, by=by, at=instant, **named)
        else:
            case = cases.perform(office, number, row.id, by=by, at=instant, **details)
        answer_act(as_json, done(row.id, case), lambda: say_done(row.label, case), at=instant)

    run.__signature__ = inspect.Signature(_parameters(row))  # type: ignore[attr-defined]
    return run


def _parameters(row: CommandRow) -> list[inspect.Parameter]:
    first = [
        parameter("series", str | None, typer.Option("--series", help="编号系列")),
        inspect.Parameter("new_series", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=NewSeries),
    ]
    if not row.creates:
        first = [inspect.Parameter("number", inspect.Parameter.KEYWORD_ONLY, annotation=Number)]
    details = [detail(name, owed=name in row.needs) for name in (*row.needs, *row.accepts)]
    return first + details + common()


def _who(row: CommandRow) -> str:
    return "、".join(role.label for role in row.roles)


def _is_wanted(one: register.Listed, state: str | None, light: str | None) -> bool:
    return state in (None, one.facts.state, one.state) and light in (None, one.timeliness.light.value)


def _concerns(one: register.Listed, units: frozenset[str] | None, *, as_co_unit: bool) -> bool:
    """Whether one of the units leads the matter or, if asked, is a co-unit of it."""
    leads = {one.facts.lead_unit, one.facts.lead_group}
    return units is None or not units.isdisjoint(leads | set(one.facts.co_units if as_co_unit else ()))
