"""`duban policy …`: the policy in force and its authorisation, the presets, and what a new one would change.

`check`, `diff` and `presets` work without an installation; only `current` asks for one.
"""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.burden import NO_CAP
from states.errors import FactMissing
from states.policy import EVERY_CATEGORY, Change, Policy
from states.policy.wording import STARTS
from states.vocabulary import ClockName, IssueMode, LimitUnit
from workflow import particulars
from workflow.cli import retargeting, simulating
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import REFUSED, answer, screen
from workflow.cli.tables import table
from workflow.services import authorisation, policies
from workflow.services.installation import lifecycle_of
from workflow.settings import load_settings

LEVELS = {"fault": "错误", "warning": "注意"}

PolicyFile = Annotated[str, typer.Argument(help="规则文件，或预设规则的名称", metavar="FILE")]
Side = Annotated[str, typer.Argument(help="规则文件、预设规则的名称，或current（现行规则）")]

app = typer.Typer(cls=Group, help="督办规则：查看、检查、比较与授权", no_args_is_help=True)
retargeting.add_to(app)
simulating.add_to(app)


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """现行督办规则。"""
    office = open_installation()
    document = {**authorisation.show(office), **policies.terms(policies.in_force(office))}
    answer(as_json, document, lambda: _say_policy(document))


@app.command("authorise")
def authorise(person: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """授权系统自动签发（督查室主任）。"""
    if person is None:
        raise FactMissing("请用 --as 写明由谁授权。", code="person_missing", missing="as")
    instant = moment(at)
    done = authorisation.authorise(open_installation(), by=signature(person), at=instant)
    answer(as_json, done, lambda: screen.print(f"已授权{done['policy']}", highlight=False))


@app.command("revoke")
def revoke(
    *,
    reason: Annotated[str | None, typer.Option("--reason", help="撤销理由（必填）")] = None,
    policy: Annotated[str | None, typer.Option(help="规则的哈希（policy list所列）；默认现行规则")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """撤销自动签发的授权（督查室主任）：此后改为提请主任审批。"""
    if person is None:
        raise FactMissing("请用 --as 写明由谁撤销。", code="person_missing", missing="as")
    instant, said = moment(at), particulars.read("reason", reason)
    digest = particulars.read_name(policy)
    done = authorisation.revoke(
        open_installation(), by=signature(person), at=instant, reason=said, policy=digest
    )
    answer(as_json, done, lambda: screen.print(f"已撤销{done['policy']}的自动签发授权", highlight=False))


@app.command("presets")
def presets(as_json: AsJson = False) -> None:
    """随系统提供的预设规则。"""
    known = {name: policies.preset(name) for name in policies.preset_names()}
    document = {"presets": [_preset(name, policy) for name, policy in known.items()]}
    answer(as_json, document, lambda: screen.print(_presets_table(document["presets"])))


@app.command("check")
def check(file: PolicyFile, as_json: AsJson = False) -> None:
    """检查督办规则，有错误时以1退出。"""
    settings = load_settings()
    policy = policies.read_policy(file)
    found = policies.examine(policy, lifecycle_of(settings), settings.templates)
    document = {
        "file": file,
        "policy": policy.reference,
        "digest": policy.digest,
        "findings": [one.as_json() for one in found.findings],
        "notes": [NO_CAP] if policy.feedback.reports_per_unit_month is None else [],
        "ok": found.ok,
    }
    answer(as_json, document, lambda: _say_examined(document))
    if not found.ok:
        raise typer.Exit(REFUSED)


@app.command("diff")
def diff(before: Side, after: Side, as_json: AsJson = False) -> None:
    """两份督办规则的差别，逐条说明。"""
    sides = _side(before), _side(after)
    changes = policies.compare(*sides, lifecycle_of(load_settings()))
    document = {
        "from": _cited(sides[0]),
        "to": _cited(sides[1]),
        "changes": [one.as_json() for one in changes],
    }
    answer(as_json, document, lambda: _say_changes(changes))


def _side(named: str) -> Policy:
    if named == policies.CURRENT:
        return policies.in_force(open_installation())
    return policies.read_policy(named)


def _cited(policy: Policy) -> dict[str, str]:
    return {"policy": policy.reference, "digest": policy.digest}


def _preset(name: str, policy: Policy) -> dict[str, Any]:
    categories = [row.model_dump() for row in policy.categories]
    cited = {"policy": policy.reference, "digest": policy.digest, "basis": policy.basis}
    return {"name": name, "title": policy.title, "version": policy.version, **cited, "categories": categories}


def _say_policy(document: dict[str, Any]) -> None:
    for made in (_limits_table(document), _rungs_table(document)):
        screen.print(made)
    screen.print(f"依据：{document['basis']}")


def _say_examined(document: dict[str, Any]) -> None:
    _say_findings(document)
    for note in document["notes"]:
        screen.print(f"{note}。", soft_wrap=True)


def _say_findings(document: dict[str, Any]) -> None:
    if not document["findings"]:
        screen.print(f"{document['policy']}：未发现问题")
        return
    made = table(
        f"{document['policy']}：{'可以使用' if document['ok'] else '不可使用'}", ("程度", "条目", "问题")
    )
    for one in document["findings"]:
        made.add_row(LEVELS[one["level"]], f"{one['place']}\n{one['code']}", one["message"])
    screen.print(made)


def _say_changes(changes: tuple[Change, ...]) -> None:
    for change in changes:
        screen.print(change.sentence, soft_wrap=True)
    if not changes:
        screen.print("两份规则内容相同")


def _presets_table(presets: list[dict[str, Any]]) -> Table:
    made = table(None, ("名称", "规则", "类别", "依据"))
    for one in presets:
        labels = "、".join(category["label"] for category in one["categories"])
        made.add_row(one["name"], one["title"], labels, one["basis"])
    return made


def _limits_table(document: dict[str, Any]) -> Table:
    labels = {EVERY_CATEGORY: "各类别", **{row["id"]: row["label"] for row in document["categories"]}}
    made = table("时限", ("类别", "环节", "时限", "起算", "计算规则", "适用"))
    for row in document["limits"]:
        term = f"{row['amount']}{LimitUnit(row['unit']).label}"
        days = "至".join(filter(None, (row["applies_from"], row["applies_until"])))
        clock, starts = ClockName(row["clock"]).label, STARTS[row["starts"]]
        made.add_row(labels[row["category"]], clock, term, starts, row["rule"], days)
    return made


def _authority(document: dict[str, Any]) -> str:
    if document["revoked_by"]:
        return f"授权已由{document['revoked_by']}撤销"
    return f"由{document['authorised_by']}授权" if document["authorised_by"] else "尚未授权"


def _rungs_table(document: dict[str, Any]) -> Table:
    made = Table(title=f"{document['policy']}（{_authority(document)}）")
    for heading in ("步骤", "距期限（工作日）", "文书", "方式", "答复期限（工作日）"):
        made.add_column(heading)
    for rung in document["rungs"]:
        mode = IssueMode(rung["mode"]).label
        term = str(rung["reply_working_days"] or "")
        made.add_row(rung["label"], str(rung["offset"]), rung["document"], mode, term)
    return made
