"""`duban lookback open|list|show`: rounds of 回头看 over the matters struck off in a period."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from states.errors import FactInvalid, FactMissing
from states.lookbacks import PER, Drawing, told_left_out
from states.vocabulary import LookbackFinding
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, check_named, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import table
from workflow.services import lookbacks

app = typer.Typer(cls=Group, help="回头看批次：成批抽取已销号的事项，跟踪回头看结果", no_args_is_help=True)

MAX_SAMPLE = 10_000
SHOWN = 20
Name = Annotated[str, typer.Argument(help="批次名称", callback=particulars.read_name)]


@app.command("open")
def open_round(
    *,
    title: Annotated[str | None, typer.Option("--title", help="批次名称（必填）")] = None,
    since: Annotated[str | None, typer.Option("--since", help="销号期间起始日期（必填）")] = None,
    until: Annotated[str | None, typer.Option("--until", help="销号期间截止日期，含当日（必填）")] = None,
    due: Annotated[str | None, typer.Option("--due", help="回头看完成期限（必填）")] = None,
    everything: Annotated[bool, typer.Option("--all", help="期间内的全部事项")] = False,
    sample: Annotated[str | None, typer.Option("--sample", help="共抽查多少件")] = None,
    seed: Annotated[str | None, typer.Option("--seed", help="抽查的随机种子，任意文字")] = None,
    per: Annotated[
        str | None, typer.Option("--per", help="分层：牵头单位（unit）、难易程度（category），可都写")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只看某一牵头单位（含下属）")] = None,
    category: Annotated[str | None, typer.Option("--category", help="只看某一难易程度")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会抽中哪些，不写入")] = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """成批安排回头看：期间内全部，或者按种子抽查，可复核。"""
    days = {"since": since, "until": until, "due_on": due}
    wanted = lookbacks.Wanted(
        name=_owed("title", title and particulars.read_name(title)),
        **{name: particulars.read_day(_owed(name, day)) for name, day in days.items()},
        everything=everything,
        sample=_count(sample),
        seed=seed and particulars.read_name(seed),
        per=_read_per(per) if per else (),
        unit=particulars.read_name(unit),
        category=particulars.read_name(category),
    )
    instant = moment(at)
    drawing = _preview(wanted, instant) if dry_run else _opened(wanted, person, instant)
    answer(as_json, _told(wanted, drawing, dry_run), lambda: _say_drawing(wanted, drawing, dry_run))


@app.command("list")
def list_rounds(at: At = None, as_json: AsJson = False) -> None:
    """历次回头看批次及进度。"""
    instant = moment(at)
    found = [one.as_json() for one in lookbacks.rounds(open_installation(), at=instant)]
    answer(as_json, {"lookbacks": found}, lambda: _say_rounds(found))


@app.command("show")
def show(name: Name, at: At = None, as_json: AsJson = False) -> None:
    """一个批次：怎样抽取，各事项的回头看结果，反弹率。"""
    instant = moment(at)
    document = lookbacks.show(open_installation(), name, at=instant)
    answer(as_json, document, lambda: _say_round(document))


def _preview(wanted: lookbacks.Wanted, instant: Any) -> Drawing:
    return lookbacks.preview(open_installation(), wanted, at=instant)


def _opened(wanted: lookbacks.Wanted, person: str | None, instant: Any) -> Drawing:
    check_named(person)
    return lookbacks.open_round(open_installation(), wanted, by=signature(person), at=instant)


def _owed(name: str, value: str | None) -> str:
    option = {"due_on": "due"}.get(name, name)
    if not value:
        raise FactMissing(f"请用--{option}填写。", code=f"{name}_missing", missing=name)
    return value


def _read_per(text: str) -> tuple[str, ...]:
    """What to stratify by, by label or identifier; any other word is left for the rule to refuse."""
    words = {label: name for name, label in PER.items()}
    return tuple(words.get(word, word) for word in particulars.read_names([text]))


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= MAX_SAMPLE:
        raise FactInvalid(f"抽查件数请填1至{MAX_SAMPLE}的整数。", code="sample_out_of_range")
    return int(text)


def _told(wanted: lookbacks.Wanted, drawing: Drawing, dry_run: bool) -> dict[str, Any]:
    kept = drawing.as_json()
    sizes = {"population": len(drawing.population), "drawn": kept["drawn"]}
    sizes["left_out"] = dict(drawing.left_out)
    return {"name": wanted.name, "dry_run": dry_run, "criteria": kept["criteria"], **sizes}


def _say_drawing(wanted: lookbacks.Wanted, drawing: Drawing, dry_run: bool) -> None:
    done = "将抽取" if dry_run else "已列入回头看"
    total, drawn = len(drawing.population), drawing.drawn
    screen.print(
        f"{wanted.name}：符合条件{total}件，{done}{len(drawn)}件，{wanted.due_on}前完成", soft_wrap=True
    )
    if drawing.left_out:
        screen.print(f"  {_left_out(drawing.left_out)}", soft_wrap=True)
    for number in drawn[:SHOWN]:
        screen.print(f"  {number}", soft_wrap=True)
    if len(drawn) > SHOWN:
        screen.print(f"  另有{len(drawn) - SHOWN}件，加--json查看全部", soft_wrap=True)
    if dry_run:
        screen.print("以上为预览，尚未写入")


def _say_rounds(found: list[dict[str, Any]]) -> None:
    made = table(
        f"回头看批次（{len(found)}个）", ("批次", "销号期间", "期限", "应看", "已看", "反弹", "反弹率")
    )
    for one in found:
        counts = one["progress"]
        period = f"{one['since']}至{one['until']}"
        numbers = (str(counts[name]) for name in ("listed", "reviewed", "relapsed"))
        made.add_row(one["name"], period, one["due_on"], *numbers, _rate(counts))
    screen.print(made)


def _say_round(document: dict[str, Any]) -> None:
    counts = document["progress"]
    screen.print(
        f"{document['name']}：{document['since']}至{document['until']}销号的事项",
        style="bold",
        soft_wrap=True,
    )
    screen.print(_how(document), soft_wrap=True)
    late = f"（其中逾期{counts['overdue']}件）" if counts["overdue"] else ""
    told = f"已看{counts['reviewed']}件：保持{counts['held']}件、反弹{counts['relapsed']}件"
    screen.print(f"{told}；待看{counts['due']}件{late}；反弹率{_rate(counts)}", soft_wrap=True)
    made = table(None, ("编号", "事项", "牵头单位", "期限", "回头看", "结论"))
    for one in document["matters"]:
        finding = _finding(one)
        cells = (one["lead_unit"] or "—", one["due_on"], one["reviewed_on"] or "—", finding)
        made.add_row(one["number"], one["title"], *cells)
    screen.print(made)


def _finding(one: dict[str, Any]) -> str:
    """The last finding, or that it is waited for; a relapse found before is still counted, and said."""
    last = one["finding_label"] or ("逾期未看" if one["overdue"] else "待看")
    before = one["relapsed"] and one["finding"] != LookbackFinding.RELAPSED
    return f"{last}（曾认定反弹）" if before else last


def _how(document: dict[str, Any]) -> str:
    """How it was drawn, so that it can be drawn again."""
    asked = document["criteria"]
    if asked["sample"] is None:
        how = f"符合条件{document['population']}件，全部回头看"
    else:
        by = "、".join(PER[name] for name in asked["per"])
        strata = f"按{by}分层" if by else "不分层"
        how = f"符合条件{document['population']}件，{strata}抽查{document['drawn']}件，种子“{asked['seed']}”"
    added = f"，另补入{document['added']}件" if document["added"] else ""
    left_out = f"；{_left_out(document['left_out'])}" if document["left_out"] else ""
    return f"{how}{added}；{document['due_on']}前完成{left_out}"


def _left_out(counts: Mapping[str, int]) -> str:
    return f"期间内另有{told_left_out(counts)}，不在其中"


def _rate(counts: dict[str, Any]) -> str:
    rate = counts["relapse_rate"]
    if rate["percent"] is None:
        return "—"
    return f"{rate['numerator']}/{rate['denominator']}（{rate['percent']}%）"
