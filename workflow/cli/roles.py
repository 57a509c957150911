"""`duban user setup|roles|requests|confirm|decline|link`: the three administrators, and people's rights."""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.accounts.administrators import Change
from states.errors import FactInvalid, FactMissing
from states.vocabulary import Role
from workflow import particulars
from workflow.cli.invitation_words import told_invitation
from workflow.cli.leafing import FEW, After, Limit, answer_listed
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson
from workflow.cli.output import answer, now, screen
from workflow.cli.tables import SHOWN_ID, minute, table
from workflow.services.accounts import appointing, confirming, linking, roles
from workflow.services.accounts.appointing import Appointed
from workflow.services.accounts.confirming import Confirmed


def _named(option: str, help_text: str) -> Any:
    return typer.Option(option, help=help_text, callback=particulars.read_name)


Requests = Annotated[list[str] | None, typer.Argument(help="提请的编号（user requests所列）")]


def add_to_user(app: typer.Typer) -> None:
    """The commands beside those of accounts."""
    app.command("setup")(setup)
    app.command("roles")(roles_of)
    app.command("requests")(requests)
    app.command("confirm")(confirm)
    app.command("decline")(decline)
    app.command("link")(link)


def setup(
    *,
    system_admin: Annotated[str | None, _named("--system-admin", "系统管理员：姓名或人员编码")] = None,
    security_admin: Annotated[str | None, _named("--security-admin", "安全保密管理员")] = None,
    audit_admin: Annotated[str | None, _named("--audit-admin", "安全审计员")] = None,
    codes: Annotated[
        list[str] | None, typer.Option("--code", help="名录中没有的人的编码，写作姓名=编码")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """设立三员，各发一次性邀请链接（只显示这一次）；其后仅在某一员无人可履职时，可在本机另设该员。"""
    chosen = {
        Role.SYSTEM_ADMIN: system_admin,
        Role.SECURITY_ADMIN: security_admin,
        Role.AUDIT_ADMIN: audit_admin,
    }
    named = {role: person for role, person in chosen.items() if person}
    made = appointing.appoint(
        open_installation(), named, codes=_codes(codes or []), by=signature(None), at=now()
    )
    answer(as_json, {"administrators": [_appointed(one) for one in made]}, lambda: _say_appointed(made))


def roles_of(
    person: Annotated[
        str | None, typer.Argument(help="人员：姓名或人员编码；不写则列全部", callback=particulars.read_name)
    ] = None,
    *,
    add: Annotated[str | None, _named("--add", "提请授予的职责，如officer或督查员")] = None,
    end: Annotated[str | None, _named("--end", "提请终止的职责")] = None,
    unit: Annotated[str | None, _named("--unit", "单位职责所在单位")] = None,
    first: Annotated[str | None, typer.Option("--from", help="自哪一天起，默认今天")] = None,
    limit: Limit = FEW,
    after: After = None,
    signer: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """职责一览；或由系统管理员提请授予、终止职责（授予须经安全保密管理员核准；终止当即生效，三员和审计查阅人的除外）。"""
    office = open_installation()
    if not add and not end:
        found = roles.list_roles(office, person, after=after, most=limit + 1, by=signature(signer), at=now())
        answer_listed(found, limit, name="roles", place=roles.place_of, shown=_roles, as_json=as_json)
        return
    change, role = _change(add, end)
    done = roles.propose(
        office, _owed(person), role, change, unit=unit or "",
        valid_from=particulars.read_day(first) if first else None, by=signature(signer), at=now(),
    )  # fmt: skip
    answer(as_json, done, lambda: screen.print(_proposed(done), soft_wrap=True))


def requests(
    *,
    decided: Annotated[bool, typer.Option("--all", help="连同已有结果的，新的在前")] = False,
    limit: Limit = FEW,
    after: After = None,
    signer: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """等待核准的职责和查看范围变动（授予、终止职责，调整单位隶属、名称和主要负责人，调整邮箱，确认姓名、编码）。"""
    found = confirming.list_requests(
        open_installation(), decided=decided, after=after, most=limit + 1, by=signature(signer), at=now()
    )
    answer_listed(
        found, limit, name="requests", place=lambda one: str(one["request"]), shown=_requests, as_json=as_json
    )


def confirm(
    request: Requests = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="核准全部等待的；不能核准的留待，逐项说明")] = False,
    signer: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """核准职责变动（安全保密管理员；涉及本人的由另一位办理）。"""
    office, by = open_installation(), signature(signer)
    if every and not request:
        made = confirming.confirm_all(office, by=by, at=now())
    else:
        made = confirming.confirm(office, _chosen(request), by=by, at=now())
    answer(as_json, made.as_json(), lambda: _say_confirmed(made))


def decline(
    request: Requests = None,
    *,
    reason: Annotated[str | None, typer.Option("--reason", help="理由（必填）")] = None,
    signer: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """不予核准，写明理由（安全保密管理员）。"""
    office, said = open_installation(), particulars.read_text(reason) if reason else None
    done = confirming.decline(office, _chosen(request), reason=said, by=signature(signer), at=now())
    answer(as_json, {"declined": done}, lambda: screen.print(f"不予核准{len(done)}项。"))


def link(
    person: Annotated[str, typer.Argument(help="人员：姓名或人员编码", callback=particulars.read_name)],
    subject: Annotated[
        str | None, typer.Argument(help="统一身份认证给此人的标识（DUBAN_OIDC_CLAIM所指的一项）")
    ] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="解除对应")] = False,
    signer: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """把统一身份认证的账号对应到一人（系统管理员；三员到位后须经核准），此后可由此登录；更改或解除的，结束其登录。"""
    office, by = open_installation(), signature(signer)
    if remove == (subject is not None):
        raise FactMissing("请写明统一身份认证的标识，或用 --remove 解除对应。", code="subject_missing")
    if subject is None:
        done = linking.unlink(office, person, by=by, at=now())
    else:
        done = linking.link(office, person, particulars.read_text(subject), by=by, at=now())
    told = _linked(done, remove=remove)
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


def _linked(done: dict[str, Any], *, remove: bool) -> str:
    whose = f"{done['name']}（{done['login']}）与统一身份认证的对应"
    if remove:
        return f"已解除{whose}。"
    if done["waits"]:
        return f"已提请{whose}，待安全保密管理员核准后生效（duban user admit {done['person']}）。"
    return f"已建立{whose}。"


def _codes(written: list[str]) -> dict[str, str]:
    """Code by name, as written 张三=A1."""
    codes: dict[str, str] = {}
    for one in particulars.read_names(written):
        name, equals, code = (part.strip() for part in one.partition("="))
        if not (name and equals and code):
            raise FactInvalid(f"“{one[:40]}”应写作姓名=编码。", code="code_invalid")
        codes[name] = code
    return codes


def _change(add: str | None, end: str | None) -> tuple[Change, str]:
    if add and end:
        raise FactInvalid("--add和--end一次只写一个，请分别提请。", code="change_ambiguous")
    return (Change.GRANT, add) if add else (Change.END, end or "")


def _owed(person: str | None) -> str:
    if person is None:
        raise FactMissing("请写明是谁的职责。", code="person_missing", missing="person")
    return person


def _chosen(named: list[str] | None) -> list[str]:
    if not named:
        raise FactMissing("请写明提请的编号（duban user requests所列）。", code="request_missing")
    return list(particulars.read_names(named))


def _appointed(one: Appointed) -> dict[str, Any]:
    """With the token: whoever asks for it here hands it on."""
    who = {"role": one.role.value, "role_label": one.role.label, "person": one.person, "name": one.name}
    if one.invited is None:
        return {**who, "login": None, "token": None, "link": None, "until": None}
    until = one.invited.until.isoformat()
    given = {"login": one.invited.login, "token": one.invited.token, "link": one.invited.link}
    return {**who, **given, "until": until}


def _say_appointed(made: list[Appointed]) -> None:
    for one in made:
        screen.print(f"{one.role.label}：{one.name}（{one.person}）", soft_wrap=True)
        if one.invited is not None:
            told = f"  登录名{one.invited.login}，{told_invitation(one.invited)}"
            screen.print(told, soft_wrap=True)
    screen.print("邀请链接请分别当面交给本人设置密码；只显示这一次，只能用一次，七天内有效。", soft_wrap=True)


def _proposed(one: dict[str, Any]) -> str:
    if one["request"] is None:
        return f"已终止：{_held(one)}，自{one['valid_from']}起不再担任"
    return f"已提请{_change_of(one)}（{one['request'][:SHOWN_ID]}），待安全保密管理员核准"


def _held(one: dict[str, Any]) -> str:
    return f"{one['person_name']}的{one['unit_name'] or ''}{one['role_label']}职责"


def _change_of(one: dict[str, Any]) -> str:
    if not Change(one["change"]).is_of_a_role:
        return f"{one['change_label']}：{one['sentence']}"
    return f"{one['change_label']}{one['sentence']}，自{one['valid_from']}起"


def _say_confirmed(made: Confirmed) -> None:
    screen.print(f"已核准{len(made.confirmed)}项。")
    for one in made.confirmed:
        screen.print(f"  {_change_of({**one, 'valid_from': one['effective']})}", soft_wrap=True)
    for one in made.left:
        screen.print(f"  未核准（{one['request'][:SHOWN_ID]}）：{one['message']}", soft_wrap=True)


def _roles(listed: list[dict[str, Any]]) -> Table:
    made = table(f"职责（{len(listed)}项）", ("编码", "姓名", "职责", "单位", "起", "止"))
    for one in listed:
        days = (one["valid_from"] or "", one["valid_to"] or "")
        made.add_row(one["person"], one["person_name"], one["role_label"], one["unit_name"] or "", *days)
    return made


def _requests(listed: list[dict[str, Any]]) -> Table:
    made = table(f"职责和查看范围变动提请（{len(listed)}项）", ("编号", "变动", "提请人", "提请于", "结果"))
    for one in listed:
        decided = f"{one['decision_label']}（{one['decided_by_name']}）" if one["decision"] else ""
        who = (one["proposed_by_name"], minute(one["proposed_at"]))
        made.add_row(one["request"][:SHOWN_ID], _change_of(one), *who, decided)
    return made
