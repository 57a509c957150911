"""Which of Jinja's syntax wording may use, and what is wrong with a template, line by line.

A closed list: what is not named here is refused before anything is compiled, and so cannot run. Left out is
whatever calls, defines, loads or copies without bound; offices need conditions, loops, filters and sums.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from jinja2 import nodes

from notifications.facts import FACT_LABELS, FORM_LABELS
from notifications.filters import FILTERS, NUMBER_BOUND, TESTS

DEEPEST, DEEPEST_LOOP = 40, 5
MOST_NODES, MOST_MARKS = 6_000, 2_000
"""A notice has about 400 nodes and 100 marks. Marks are counted before parsing, which is slow over many."""

PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name,
    nodes.Const, nodes.List, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Call, nodes.Concat,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos,
)  # fmt: skip
CALLABLE = "range"
MARK = re.compile(r"\{[{%]")
OF_LOOPS = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})

FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.AssignBlock: "{% set %}…{% endset %}",
    nodes.With: "{% with %}",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
    nodes.NSRef: "namespace",
    nodes.Dict: "{…}字典",
    nodes.Tuple: "(…)元组（请写成[…]）",
    nodes.Slice: "[…:…]截取（请用|truncate）",
    nodes.Pow: "乘方**",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a template: on which line, and what to do. `code` is that of a refusal."""

    line: int
    message: str
    advice: str
    code: str = "wording_invalid"
    unknown: str | None = None

    def __str__(self) -> str:
        return f"第{self.line}行{self.message}，{self.advice}"


def overlong(source: str) -> Fault | None:
    """A template with more in it than any paper needs, found without parsing it."""
    marks = list(islice(MARK.finditer(source), MOST_MARKS, MOST_MARKS + 1))
    if not marks:
        return None
    line = source.count("\n", 0, marks[0].start()) + 1
    return Fault(line, f"之前已有{MOST_MARKS}处花括号", "请删减", "wording_unsafe")


def overgrown(tree: nodes.Template) -> Fault | None:
    """Where a template becomes too deep or too much; what lies below is not looked at."""
    for count, (node, depth, loops) in enumerate(_walk(tree), start=1):
        if depth > DEEPEST or loops > DEEPEST_LOOP:
            return Fault(node.lineno, "嵌套太深", f"循环至多{DEEPEST_LOOP}层", "wording_unsafe")
        if count > MOST_NODES:
            return Fault(node.lineno, "之前的写法太多", "请删减", "wording_unsafe")
    return None


def forbidden(tree: nodes.Template) -> Iterator[Fault]:
    """Whatever of a template that is not `overgrown` is outside the list."""
    for node, *_ in _walk(tree):
        yield from _refused(node)


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int, int]]:
    """Every node in the order it was written, with how deep it lies, and in how many loops; no recursion.

    A node that Jinja gave no line gets that of the one it is part of.
    """
    waiting = [(tree, 0, 0)]
    while waiting:
        node, depth, loops = waiting.pop()
        yield node, depth, loops
        inside = loops + isinstance(node, nodes.For)
        below = list(node.iter_child_nodes())
        for child in below:
            child.lineno = child.lineno or node.lineno
        waiting.extend((child, depth + 1, inside) for child in reversed(below))


def _refused(node: nodes.Node) -> Iterator[Fault]:
    if isinstance(node, nodes.Tuple) and node.ctx == "store":
        return
    if not isinstance(node, PLAIN):
        written = FORBIDDEN.get(type(node), f"{type(node).__name__}的写法")
        yield _unsafe(node, f"用了{written}，模板中不能使用", "只能用if、for、set和过滤器")
        return
    yield from _reaching(node)
    yield from _unheard_of(node)
    yield from _unbounded(node)


def _reaching(node: nodes.Node) -> Iterator[Fault]:
    """What would reach for more than facts."""
    match node:
        case nodes.Name(name="self"):
            yield _unsafe(node, "用了“self”", "请删去")
        case nodes.Call() if not _is_callable(node):
            yield _unsafe(node, "写了带括号的调用", "模板中只能用range(…)，其余请用过滤器")
        case nodes.Getattr(attr=str() as name) | nodes.Getitem(arg=nodes.Const(value=str() as name)):
            if name.startswith("_"):
                yield _unsafe(node, f"用了“{name}”", "下划线开头的名称不能使用")


def _unheard_of(node: nodes.Node) -> Iterator[Fault]:
    """Filters and tests there are none of."""
    match node:
        case nodes.Filter() | nodes.Test() if node.dyn_args or node.dyn_kwargs:
            yield _unsafe(node, "用了*或**展开参数", "请逐个写明参数")
        case nodes.Filter() if node.name not in FILTERS:
            yield _unknown_word(node, f"过滤器“{node.name}”不存在或不能使用", FILTERS)
        case nodes.Test() if node.name not in TESTS:
            yield _unknown_word(node, f"判断“is {node.name}”不存在或不能使用", TESTS)


def _unbounded(node: nodes.Node) -> Iterator[Fault]:
    """Forms of what is allowed that are not."""
    match node:
        case nodes.For() if node.recursive:
            yield _unsafe(node, "用了recursive循环", "请逐层写循环")
        case nodes.Assign() if not isinstance(node.target, nodes.Name):
            yield _unsafe(node, "一次给几个名称赋值", "请逐个写{% set %}")
        case nodes.CondExpr() if node.expr2 is None:
            yield Fault(node.lineno, "的“… if …”没有写else", '请写成“… if … else ""”')
        case nodes.Const(value=int() | float() as number) if not abs(number) <= NUMBER_BOUND:
            yield _unsafe(node, "的数太大", f"不能超过{NUMBER_BOUND}")
        case nodes.Const(value=str() as text) if hidden := first_hidden(text):
            yield _unsafe(node, f"的引号内有看不见的字符{hidden}", "请删去")


def _is_callable(call: nodes.Call) -> bool:
    plain = not (call.kwargs or call.dyn_args or call.dyn_kwargs)
    return plain and isinstance(call.node, nodes.Name) and call.node.name == CALLABLE


def _unsafe(node: nodes.Node, message: str, advice: str) -> Fault:
    return Fault(node.lineno, message, advice, "wording_unsafe")


def _unknown_word(node: nodes.Node, message: str, known: Iterable[str]) -> Fault:
    name = str(getattr(node, "name", ""))
    return Fault(node.lineno, message, near(name, known) or f"可用的有{'、'.join(known)}")


def names_read(tree: nodes.Template) -> frozenset[str]:
    """The names a template reads and does not set itself: its facts, by their roots."""
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"} | {CALLABLE}
    own |= {"loop"} if tree.find(nodes.For) else set()
    own |= _names_of_the_forbidden(tree)
    return frozenset(name.name for name in tree.find_all(nodes.Name) if name.ctx == "load") - own


def _names_of_the_forbidden(tree: nodes.Template) -> set[str]:
    """Names that only a construct which is told as forbidden brings in or calls."""
    called = (call.node for call in tree.find_all(nodes.Call))
    names = {"self", *(one.name for one in called if isinstance(one, nodes.Name))}
    names |= {one.target for one in tree.find_all(nodes.Import)}
    taken = (name for one in tree.find_all(nodes.FromImport) for name in one.names)
    return names | {name if isinstance(name, str) else name[1] for name in taken}


def unknown_facts(tree: nodes.Template, roots: frozenset[str]) -> Iterator[Fault]:
    """Names no fact has: unknown roots, and parts that the vocabulary does not know of a fact it takes apart.

    Names the template sets itself are its own.
    """
    read, told = names_read(tree), set()
    for node, path in _paths(tree):
        root = path.partition(".")[0]
        if root not in read or (path, node.lineno) in told:
            continue
        told.add((path, node.lineno))
        if root not in roots:
            yield _unknown_fact(node, root, roots)
        elif path not in LABELS and root in TAKEN_APART:
            yield _unknown_fact(node, path, _parts_of(roots))


LABELS = {**FACT_LABELS, **FORM_LABELS}
TAKEN_APART = frozenset(path.partition(".")[0] for path in LABELS if "." in path)


def _parts_of(roots: frozenset[str]) -> list[str]:
    return [path for path in LABELS if path.partition(".")[0] in roots]


def _unknown_fact(node: nodes.Node, path: str, known: Iterable[str]) -> Fault:
    advice = near(path, known) or "请核对名称"
    return Fault(node.lineno, f"用到了不存在的事实：{path}", advice, unknown=path)


def _paths(tree: nodes.Node) -> Iterator[tuple[nodes.Node, str]]:
    """Each fact by its whole path: `case.title`, never `case` with it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        path = _path(node)
        if path:
            yield node, path
        else:
            waiting.extend(reversed(list(node.iter_child_nodes())))


def _path(node: nodes.Node) -> str | None:
    match node:
        case nodes.Name(ctx="load"):
            return node.name
        case nodes.Getattr(attr=name) | nodes.Getitem(arg=nodes.Const(value=str() as name)):
            before = _path(node.node)
            return f"{before}.{name}" if before else None
    return None


def near(name: str, known: Iterable[str]) -> str:
    """“是否指…” with the names most like it, or nothing."""
    found = difflib.get_close_matches(name.lower(), known, n=2, cutoff=0.7)
    return f"是否指{'或'.join(found)}" if found else ""


def first_hidden(text: str) -> str:
    """The first character nobody can see, as U+202E; line breaks and tabs aside. Empty if there is none."""
    hidden = (c for c in text if c not in "\n\r\t" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"})
    return next((f"U+{ord(c):04X}" for c in hidden), "")
