"""`duban unit …`: the units of the office, and how they are renamed, merged and split."""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.burden import Inherited, told_number
from states.errors import FactInvalid, FactMissing
from states.office_time import office_day
from states.vocabulary import Role
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import table
from workflow.services import reforms, unit_views
from workflow.services.reforms import Decree, Reform

app = typer.Typer(cls=Group, help="单位：查看，以及机构改革中的更名、合并、分设", no_args_is_help=True)

DONE = {"renamed": "更名", "merged": "合并", "split": "分设"}
PARTS = {"lead": "牵头", "co": "配合", "task": "协办任务"}

Unit = Annotated[str, typer.Argument(help="单位：编码或任一名称", callback=particulars.read_name)]
Units = Annotated[list[str], typer.Argument(help="并入的单位，可写多个")]
On = Annotated[str | None, typer.Option("--on", help="生效日期，如2026-07-01（必填）")]
Basis = Annotated[str | None, typer.Option("--basis", help="机构改革文件，如滨编发〔2026〕3号（必填）")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只报告涉及的事项、任务和人员，不写入")]


@app.command("list")
def list_units(
    *,
    ended: Annotated[bool, typer.Option("--all", help="连同已停用的单位")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """单位一览。"""
    day = office_day(moment(at))
    listed = unit_views.list_units(open_installation(), day=day, ended=ended)
    answer(as_json, {"units": listed}, lambda: screen.print(_table(listed)))


@app.command("show")
def show(unit: Unit, *, at: At = None, as_json: AsJson = False) -> None:
    """一个单位：名称沿革、承继单位、在办事项。"""
    day = office_day(moment(at))
    shown = unit_views.show_unit(open_installation(), unit, day=day)
    answer(as_json, shown, lambda: _say_unit(shown))


@app.command("rename")
def rename(
    unit: Unit,
    *,
    to: Annotated[str | None, typer.Option("--to", help="新名称（必填）")] = None,
    on: On = None,
    basis: Basis = None,
    dry_run: DryRun = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """单位更名：编码不变，原名留作别名（督查员或督查室主任）。"""
    decree = _decree(on, basis, person, at, dry_run)
    name = particulars.read_text(_owed("to", to, "新名称"))
    _tell(reforms.rename(open_installation(), unit, name, decree), as_json)


@app.command("merge")
def merge(
    units: Units,
    *,
    into: Annotated[str | None, typer.Option("--into", help="承继的单位（必填）")] = None,
    on: On = None,
    basis: Basis = None,
    dry_run: DryRun = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """单位合并：所列单位停用，在办事项由承继单位接续，期限照走（督查员或督查室主任）。"""
    decree = _decree(on, basis, person, at, dry_run)
    heir = particulars.read_name(_owed("into", into, "承继的单位")) or ""
    _tell(reforms.merge(open_installation(), particulars.read_names(units), heir, decree), as_json)


@app.command("split")
def split(
    unit: Unit,
    *,
    into: Annotated[list[str] | None, typer.Option("--into", help="承继的单位，两个以上（必填）")] = None,
    case: Annotated[list[str] | None, typer.Option("--case", help="事项的去向：编号=单位")] = None,
    below: Annotated[list[str] | None, typer.Option("--below", help="下级单位的去向：单位=单位")] = None,
    on: On = None,
    basis: Basis = None,
    dry_run: DryRun = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """单位分设：逐项写明在办事项和下级单位由谁承继（督查员或督查室主任）。"""
    decree = _decree(on, basis, person, at, dry_run)
    heirs = particulars.read_names(into or [])
    made = reforms.split(open_installation(), unit, heirs, decree, cases=_shares(case), below=_shares(below))
    _tell(made, as_json)


def _decree(on: str | None, basis: str | None, person: str | None, at: str | None, dry_run: bool) -> Decree:
    return Decree(
        particulars.read_day(_owed("on", on, "生效日期")),
        particulars.read_text(_owed("basis", basis, "机构改革文件")),
        signature(_owed("as", person, "由谁办理")),
        moment(at),
        dry_run,
    )


def _owed(name: str, given: str | None, label: str) -> str:
    if not given:
        code = "person_missing" if name == "as" else f"{name}_missing"
        raise FactMissing(f"请用 --{name} 写明{label}。", code=code, missing=name)
    return given


def _shares(texts: list[str] | None) -> dict[str, str]:
    """Who gets what, written 滨督2026-001=市水务局; of several for the same thing none is taken."""
    shares: dict[str, str] = {}
    for one in particulars.read_names(texts or []):
        what, equals, whose = (part.strip() for part in one.partition("="))
        if not (what and equals and whose) or shares.get(what, whose) != whose:
            raise FactInvalid(f"“{one[:40]}”应写成“编号=单位”，且只写一个去向。", code="share_invalid")
        shares[what] = whose
    return shares


def _tell(made: Reform, as_json: bool) -> None:
    answer(as_json, made.as_json(), lambda: _say(made))


def _say(made: Reform) -> None:
    """What was done; the matters, people and units it touches."""
    done = ("将" if made.decree.dry_run else "已") + DONE[made.kind]
    screen.print(f"{done}：{_which(made)}，自{made.decree.on}起，依据{made.decree.basis}", soft_wrap=True)
    if made.cases:
        screen.print(_cases(made))
    for one in made.people:
        screen.print(
            f"  {one['name']}不再履行{_named(made, one['unit'])}{Role(one['role']).label}职责", soft_wrap=True
        )
    for code, parent in made.below.items():
        screen.print(
            f"  下级单位{_named(made, code)}改隶{_named(made, parent) if parent else '（无上级）'}",
            soft_wrap=True,
        )
    for code, owner in made.groups.items():
        screen.print(f"  {_named(made, code)}的责任单位改为{_named(made, owner)}", soft_wrap=True)
    for heir in made.burdens:
        if heir.before != heir.after:
            screen.print(f"  {_burden(heir)}", soft_wrap=True)


def _burden(heir: Inherited) -> str:
    """What a successor is asked for now; past the cap the reform stands, and the cadences can be changed."""
    told = f"{heir.name}每月须反馈由{told_number(heir.before)}次变为{told_number(heir.after)}次"
    if not heir.over_by:
        return told
    over = f"超过上限{heir.cap}次，多{told_number(heir.over_by)}次"
    return f"{told}，{over}；机构承继不受此限，请酌情调整反馈周期（set-cadence）"


def _which(made: Reform) -> str:
    if made.kind == "renamed":
        return f"{made.names['from']}→{made.names['to']}"
    former, heirs = (
        "、".join(_named(made, code) for code in codes) for codes in (made.units, made.successors)
    )
    return f"{former}→{heirs}"


def _named(made: Reform, code: str) -> str:
    """A unit by its name before the reform, and its code."""
    return f"{made.called.get(code, code)}（{code}）"


def _cases(made: Reform) -> Table:
    shown = table(f"涉及的在办事项（{len(made.cases)}项）", ("编号", "事项", "承担", "原单位", "承继单位"))
    for one in made.cases:
        tasks = f"（任务{'、'.join(map(str, one['tasks']))}）" if one["tasks"] else ""
        former, heir = _named(made, one["unit"]), made.names.get("to") or _named(made, one["successor"])
        shown.add_row(one["case"], one["title"], PARTS[one["part"]] + tasks, former, heir)
    return shown


def _table(listed: list[dict[str, Any]]) -> Table:
    made = table(f"单位（{len(listed)}个）", ("编号", "单位", "类别", "上级", "责任单位", "情况"))
    for one in listed:
        made.add_row(
            one["code"], one["name"], one["kind"] or "", one["parent_name"] or "", one["owner_name"] or "",
            _standing(one),
        )  # fmt: skip
    return made


def _standing(one: dict[str, Any]) -> str:
    """Until when a unit was there and who goes on with its work; since when it has its name."""
    heirs = "、".join(heir["name"] for heir in one["successors"] if heir["code"] != one["code"])
    renamed = "".join(f"{heir['on']}更名" for heir in one["successors"] if heir["code"] == one["code"])
    ended = f"{one['valid_to']}停用" if one["ended"] else renamed
    return f"{ended}，由{heirs}承继" if heirs else ended


def _say_unit(one: dict[str, Any]) -> None:
    """A unit, the names it went by, who answers for it, and what it has to do."""
    said = {
        "单位": f"{one['name']}（{one['code']}）",
        "别名": "、".join(one["aliases"]),
        "类别": one["kind"],
        "上级": one["parent"] and f"{one['parent_name']}（{one['parent']}）",
        "责任单位": one["owner_name"],
        "主要负责人": one["head_name"],
        "督查联络员": one["liaison_name"],
        "情况": _standing(one),
        "依据": "、".join(heir["basis"] for heir in one["successors"]),
    }
    for label, value in said.items():
        if value:
            screen.print(f"{label}：{value}", soft_wrap=True)
    for case in one["cases"]:
        screen.print(f"  {case['case']} {case['title']}（{case['state']}）", soft_wrap=True)
