"""A paper, the papers there are and the register of numbers, as the command line prints them."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.cli.output import screen
from workflow.cli.tables import SHOWN_ID, minute, table

AS_OF = "尚未签发：成文日期、逾期天数等按今日（{}）计算，签发时以签发之日为准"
WITHHELD = "（涉及个人，只供组织部门和经办人阅看；审计查阅人请用 --reason 写明理由）"


def say_paper(told: Mapping[str, Any]) -> None:
    """The paper's text, then where it stands and how it came there."""
    screen.print(told["text"] or _no_text(told), soft_wrap=True)
    screen.print("─" * 40)
    if told["as_of"]:
        screen.print(AS_OF.format(told["as_of"]), soft_wrap=True)
    about = f"{told['kind_label']}{told['number'] or '（未编号）'}：{told['state_label']}"
    screen.print(about + (f"，事项{told['case']}" if told["case"] else ""), soft_wrap=True)
    if told["void_reason"]:
        screen.print(f"作废理由：{told['void_reason']}", soft_wrap=True)
    if told["unprintable"]:
        screen.print(not_laid_out(told["unprintable"]), soft_wrap=True)
    for name, label in (("content_sha256", "文稿哈希"), ("stationery", "措辞"), ("sha256", "成稿哈希")):
        if told[name]:
            screen.print(f"{label} {told[name]}", soft_wrap=True)
    for one in told["substitutions"]:
        screen.print(f"字体替代：{one}", soft_wrap=True)
    _say_steps(told)


def say_withheld(told: Mapping[str, Any]) -> None:
    """What was read about a person with a reason, and the entry that tells of it."""
    screen.print(told["text"] or "（尚无成文的内容）", soft_wrap=True)
    screen.print("─" * 40)
    screen.print(f"{told['what']}{told.get('document_number', '')}，事项{told['case']}", soft_wrap=True)
    _say_steps(told)
    screen.print(f"本次查阅及其理由已记入工作日志第{told['journal_seq']}条。", soft_wrap=True)


def _say_steps(told: Mapping[str, Any]) -> None:
    for step in told["steps"]:
        words = "；".join(str(one) for one in step["words"].values())
        said = f"{minute(step['occurred_at'])} {step['actor_name']} {step['sentence']}"
        screen.print(said + (f"：{words}" if words else ""), soft_wrap=True)


def _no_text(told: Mapping[str, Any]) -> str:
    if told["withheld"]:
        return WITHHELD
    return "（内容不能成文）" if told["unprintable"] else "（没有留存的内容）"


def not_laid_out(refusal: Mapping[str, Any]) -> str:
    """Why a paper could not be laid out, in people's words and by its code."""
    return f"未能排版：{refusal['message']}（{refusal['code']}）"


def say_list(papers: Sequence[Mapping[str, Any]]) -> None:
    """One line for each paper."""
    made = table(f"文书（{len(papers)}件）", ("文书编号", "文号", "种类", "状态", "编号", "拟稿", "签发"))
    for one in papers:
        made.add_row(
            one["id"][:SHOWN_ID], one["number"] or "", one["kind_label"], one["state_label"],
            one["case"] or "", one["drafted_by_name"] or "", one["signed_by_name"] or "",
        )  # fmt: skip
    screen.print(made)


def say_numbers(found: Mapping[str, Any]) -> None:
    """发文登记簿, and the numbers that are missing in it."""
    made = table("发文登记簿", ("文号", "成文日期", "标题", "主送", "签发人", "状态"))
    for one in found["numbers"]:
        reason = f"（{one['void_reason']}）" if one["void_reason"] else ""
        made.add_row(
            one["number"], one["date"] or "", one["title"], one["addressee"] or "", one["signer"],
            one["state_label"] + reason,
        )  # fmt: skip
    screen.print(made)
    gaps = "、".join(found["gaps"])
    screen.print(f"缺号：{gaps}；请用duban verify核查" if gaps else "没有缺号", soft_wrap=True)
