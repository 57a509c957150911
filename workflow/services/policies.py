"""Policies as files: the presets that ship, the examination of one, the comparison of two.

Called by the command line before an office puts a policy into force; nothing here changes an installation.
What the pure core cannot see is looked at here: whether the wording of each rung's paper finds its facts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

from notifications.errors import NoticeUnrenderable
from notifications.facts import FACT_LABELS, KINDS, ROOTS, label
from notifications.filled_forms import ROOTS as FILLED_FORMS
from notifications.letter_labels import LETTER_LABELS
from notifications.messages import CONFIDENTIAL_FACTS, CONFIDENTIAL_KINDS
from notifications.stationery import Stationery, load_stationery
from states import policy as policies
from states.lifecycle import Lifecycle
from states.policy import Policy, PolicyFinding, Rung
from states.policy.findings import FAULT, fault
from states.vocabulary import IssueMode
from workflow.errors import FileRefused
from workflow.services.office import Office
from workflow.storage import rules
from workflow.storage.session import reading

CURRENT, DEFAULT = "current", "default"
FILE_BOUND = 1_000_000

OF_COMMANDS = frozenset({"cadence", "result", "closed_on", "verification"})
"""Facts of the papers a command sends; a rung's paper never has them."""

OF_DIGESTS = frozenset({"day", "items", "count", "more"})
"""Facts of the list of what somebody owes; neither a rung's nor a command's paper has them."""

OF_URGES = frozenset({"urge"})
"""Facts of a 催办单, which a person has sent; no rung's paper has them, nor those of filled forms."""

OF_LETTERS = frozenset(path.partition(".")[0] for path in LETTER_LABELS) - {"effect_months"}
"""Facts of letters that people draft; no rung's paper has them."""

OF_MAILS = frozenset({"recipient_name", "copy_code"})
PAPER, MAIL = ("notice",), ("subject", "text", "html")


@dataclass(frozen=True, slots=True)
class Examination:
    """A policy and what was found in it."""

    policy: Policy
    findings: tuple[PolicyFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether it may come into force: warnings alone do not hinder it."""
        return not any(one.level == FAULT for one in self.findings)


def preset_names() -> tuple[str, ...]:
    """The names of the policies that ship, the default first."""
    folder = files("states") / "tables" / "presets"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return (DEFAULT, *(name.removesuffix(".toml") for name in names))


def preset(name: str) -> Policy:
    """The policy that ships under this name."""
    return policies.parse(preset_text(name))


def preset_text(name: str) -> str:
    """Its text."""
    return _preset_file(name).read_text(encoding="utf-8")


def read_policy(named: str) -> Policy:
    """The policy in a file, or the preset of this name; its gates are not checked yet.

    Raises `FileRefused` for a file that is not there or no text, `RuleInvalid` for one that is no policy.
    """
    path = Path(named)
    if named in preset_names() and not path.is_file():
        return preset(named)
    if not path.is_file():
        known = "、".join(preset_names())
        raise FileRefused(
            f"找不到文件“{named}”，也没有这个名称的预设规则，预设规则有：{known}。",
            code="file_not_found",
            name=named,
        )
    return policies.read(_text(path))


def in_force(office: Office) -> Policy:
    """The policy the installation works by."""
    with reading(office.engine) as tx:
        return office.policy(tx)


def text_of(office: Office, beginning: str) -> str:
    """The text of a preset by its name, or of a kept policy by its hash; else of the one in force."""
    if beginning in preset_names():
        return preset_text(beginning)
    with reading(office.engine) as tx:
        row = rules.rule(tx, beginning)
        if row is None or row.kind != "policy":
            row = rules.rule_in_force(tx, "policy")
    return str(row.source) if row is not None else ""


def look_over(office: Office, policy: Policy) -> tuple[Examination, tuple[policies.Change, ...]]:
    """What is found in a policy, and what it changes against the one in force."""
    with reading(office.engine) as tx:
        lifecycle, current = office.lifecycle(tx), office.policy(tx)
    return examine(policy, lifecycle, office.settings.templates), compare(current, policy, lifecycle)


def examine(policy: Policy, lifecycle: Lifecycle, templates: Path | None = None) -> Examination:
    """Everything found in a policy under a lifecycle and the office's wording. Never raises."""
    found = (*policies.examine(policy, lifecycle), *_wording(policy, templates))
    return Examination(policy, found)


def compare(before: Policy, after: Policy, lifecycle: Lifecycle) -> tuple[policies.Change, ...]:
    """What changed, in sentences that call states and papers by their Chinese names."""
    states = {row.id: row.label for row in lifecycle.states}
    return policies.diff(before, after, states=states, papers=KINDS)


def terms(policy: Policy) -> dict[str, Any]:
    """Categories, limits, pause and extension of a policy, as the doors print them."""
    return policy.model_dump(mode="json", include={"basis", "categories", "limits", "pause", "extension"})


def _preset_file(name: str) -> Traversable:
    tables = files("states") / "tables"
    return tables / "default_policy.toml" if name == DEFAULT else tables / "presets" / f"{name}.toml"


def _text(path: Path) -> str:
    content = path.read_bytes()
    if len(content) > FILE_BOUND:
        raise FileRefused(
            f"“{path}”超过{FILE_BOUND}字节，不像督办规则。", code="file_too_large", name=str(path)
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"“{path}”不是UTF-8文本，请另存为UTF-8。", code="file_not_text", name=str(path)
        ) from error


def _wording(policy: Policy, templates: Path | None) -> Iterator[PolicyFinding]:
    """A fault for every rung whose paper cannot be worded with the facts it is given."""
    for rung in policy.rungs:
        place = f"rungs.{rung.step}.document"
        try:
            stationery = load_stationery(rung.document, templates)
        except NoticeUnrenderable as refusal:
            yield fault(refusal.code, place, f"督办规则中“{rung.label}”的文书不能使用：{refusal.message}")
            continue
        for path in sorted(_uncovered(stationery, rung)):
            said = f"督办规则中“{rung.label}”的文书用到{label(path)}，该步骤不提供，请修改模板或步骤。"
            yield fault("fact_uncovered", place, said)


def _uncovered(stationery: Stationery, rung: Rung) -> set[str]:
    """The facts its wording needs and the rung does not deliver: in the paper, or in the mail beside it."""
    withheld = _withheld(rung) | OF_COMMANDS | _within(OF_DIGESTS | OF_URGES | OF_LETTERS | FILLED_FORMS)
    in_mail = withheld | (
        _within(ROOTS - CONFIDENTIAL_FACTS) if rung.document in CONFIDENTIAL_KINDS else set()
    )
    without = {**dict.fromkeys(PAPER, withheld | OF_MAILS), **dict.fromkeys(MAIL, in_mail - OF_MAILS)}
    return {
        path
        for part, lacking in without.items()
        for path, guarded in facts_used(getattr(stationery, part)).items()
        if path not in FACT_LABELS or (path in lacking and not guarded)
    }


def _withheld(rung: Rung) -> set[str]:
    """Facts this rung's paper may lack; wording may use them only where it asks first if they are there."""
    on_approval = rung.mode is IssueMode.ON_APPROVAL
    given = {
        "number": rung.is_numbered,
        "authority": not on_approval and rung.is_numbered,
        "approved_by": on_approval,
        "approved_on": on_approval,
        "question": "question" in rung.needs,
        "ground": "ground" in rung.needs,
        "person": rung.addressee == "person",
        "effect_months": rung.effect_months is not None,
        "reply_working_days": rung.reply_working_days is not None,
        "reply_by": rung.reply_working_days is not None,
        "late": rung.offset > 0,
        "left": rung.offset <= 0 and rung.lapses,
    }
    return _within(frozenset(root for root, is_given in given.items() if not is_given))


def _within(roots: frozenset[str]) -> set[str]:
    return {path for path in FACT_LABELS if _root(path) in roots}


def facts_used(source: str) -> dict[str, bool]:
    """The facts a template draws on, by path, and whether it asks for each before it prints it."""
    tree = Environment(autoescape=True).parse(source)
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    asked = {path for question in _questions(tree) for path in _asked(question)}
    return {path: bool(asked & {path, _root(path)}) for path in _paths(tree, ROOTS - own)}


def _questions(tree: nodes.Node) -> Iterator[nodes.Node]:
    """The tests of its conditions, and what has a value to fall back on."""
    yield from (one.test for one in tree.find_all(nodes.If))
    yield from (one.test for one in tree.find_all(nodes.CondExpr))
    yield from (one.left for one in tree.find_all(nodes.Or))


def _asked(question: nodes.Node) -> Iterator[str]:
    """What a question asks for; comparing or filtering a fact already needs it."""
    if isinstance(question, nodes.And | nodes.Or | nodes.Not):
        for part in question.iter_child_nodes():
            yield from _asked(part)
    elif path := _path(question):
        yield path


def _paths(node: nodes.Node, roots: frozenset[str]) -> Iterator[str]:
    """The facts named below a node; a part of what the vocabulary does not take apart is that fact."""
    path = _path(node)
    if path and _root(path) in roots:
        yield path if _has_parts(_root(path)) else _root(path)
        return
    for child in node.iter_child_nodes():
        yield from _paths(child, roots)


def _path(node: nodes.Node) -> str | None:
    """`case.title` for a name and its attributes, None for anything else."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr(attr=name) | nodes.Getitem(arg=nodes.Const(value=str() as name)):
            before = _path(node.node)
            return f"{before}.{name}" if before else None
    return None


def _root(path: str) -> str:
    return path.partition(".")[0]


def _has_parts(root: str) -> bool:
    return any(path.startswith(f"{root}.") for path in FACT_LABELS)
