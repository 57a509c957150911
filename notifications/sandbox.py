"""The Jinja that wording runs in: a closed grammar over plain values, every step of it counted.

Three fences stand against reaching out: the grammar has no calls, parts are looked up in facts and never on
Python objects, and Jinja's own sandbox. Against running on, loops, comparisons and text that is made pay by
what they cost (`effort`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

from jinja2 import ChainableUndefined, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from notifications.effort import bounded, spend
from notifications.filters import (
    FILTERS,
    TESTS,
    bounded_range,
    is_number,
    listed,
    made,
    numbered,
    part,
    refused,
    texted,
)
from notifications.grammar import OF_LOOPS, Fault, forbidden, overgrown, overlong
from notifications.syntax_words import in_chinese

SEARCHED_A_STEP = 4
"""Finding one text in another may look at each character of the one for each of the other."""

Medium = Literal["paper", "text", "html"]
Finalizer = Callable[[Any], Any]


UNPARSABLE = (RecursionError, MemoryError, OverflowError, SyntaxError, ValueError)
"""What Jinja and Python run into over a template that is no template: too deep, too long a number."""


UNREADABLE = Fault(1, "起的写法无法识别：嵌套太深，或数字太长", "请改正")


class Ungrammatical(Exception):
    """Syntax that wording may not use, or that nobody can read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Wording(ImmutableSandboxedEnvironment):
    """The environment of templates an office may write."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, *, undefined: type[Undefined], finalize: Finalizer, autoescape: bool) -> None:
        super().__init__(undefined=undefined, finalize=finalize, autoescape=autoescape)
        self.filters = {**FILTERS, **INSERTED}
        self.tests = dict(TESTS)
        self.globals = {"range": bounded_range}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = self.unrestricted(source)
        fault = overgrown(tree) or next(forbidden(tree), None)
        if fault is not None:
            raise Ungrammatical(fault)
        return counted(tree)

    def unrestricted(self, source: str) -> nodes.Template:
        """The tree as it was written, to tell everything that is wrong with it. Raises `Ungrammatical`."""
        too_long = overlong(source)
        if too_long is not None:
            raise Ungrammatical(too_long)
        with _readable():
            return super()._parse(source, None, None)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A part of a group of facts, a place of a list, or what `loop` knows; never a Python attribute."""
        if isinstance(obj, ChainableUndefined):
            return obj
        if isinstance(obj, Undefined):
            return obj._fail_with_undefined_error()
        if isinstance(obj, LoopContext):
            if argument not in OF_LOOPS:
                raise SecurityError(f"loop.{argument}")
            return getattr(obj, argument)
        found = part(obj, argument)
        return self.undefined(obj=obj, name=argument) if found is None else found

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        missing = next((one for one in (left, right) if isinstance(one, Undefined)), None)
        if missing is not None:
            return missing if isinstance(missing, ChainableUndefined) else str(missing)
        if operator == "+" and not is_number(left):
            return made(texted(left) + texted(right))
        return numbered(self.binop_table[operator](numbered(left), numbered(right)))

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        return arg if isinstance(arg, Undefined) else self.unop_table[operator](numbered(arg))

    def is_safe_callable(self, obj: Any) -> bool:
        return obj is bounded_range


def counted(tree: nodes.Template) -> nodes.Template:
    """The same tree, with the counting put in; it is changed in place."""
    visited: nodes.Template = Counted().visit(tree)
    return visited


class Counted(NodeTransformer):
    """Puts the counting into the tree: before loops, comparisons, joined text and lists."""

    def visit_For(self, node: nodes.For) -> nodes.For:
        weight = sum(1 for _ in _inside(node))
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "_each", nodes.Const(weight))
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:
        self.generic_visit(node)
        node.expr = _filtered(node.expr, "_compared")
        for operand in node.ops:
            name = "_searched" if operand.op in ("in", "notin") else "_compared"
            operand.expr = _filtered(operand.expr, name)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Filter:
        self.generic_visit(node)
        return _filtered(node, "_flat")

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:
        self.generic_visit(node)
        return _filtered(node.nodes[0], "_joined", *node.nodes[1:])


def _inside(loop: nodes.For) -> Iterator[nodes.Node]:
    """What one round of a loop carries out; a loop inside it counts its own rounds besides."""
    waiting: list[nodes.Node] = [*loop.body, *([loop.test] if loop.test else []), loop.target]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.iter_child_nodes())


def _filtered(node: Any, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


def _each(value: Any, weight: int) -> Any:
    """The members, each paid for when it is taken; a missing fact is one gap, or an error that names it."""
    for member in listed(value):
        spend(weight)
        yield member


def _compared(value: Any) -> Any:
    """Only plain values are compared: lists within lists could be compared for ever."""
    if isinstance(value, list | Mapping):
        raise refused("清单不能整个比较，请比较其中的项")
    if isinstance(value, str):
        spend(1 + len(value) // 1_000)
    return value


def _searched(value: Any) -> Any:
    """What something is looked for in: a text, a list or a group of facts."""
    if isinstance(value, str | list | Mapping):
        spend(1 + len(value) // SEARCHED_A_STEP)
    return value


def _flat(members: list[Any]) -> list[Any]:
    """A list the template writes holds values and groups of facts, no lists: none grows from another."""
    if any(isinstance(member, list) for member in members):
        raise refused("清单中不能再写清单")
    return members


def _joined(first: Any, *rest: Any) -> str:
    return made("".join(map(texted, (first, *rest))))


INSERTED: Mapping[str, Callable[..., Any]] = {
    "_each": _each,
    "_compared": _compared,
    "_searched": _searched,
    "_flat": _flat,
    "_joined": _joined,
}


@lru_cache(maxsize=128)
def compiled(environment: Wording, source: str) -> Template:
    """The template, compiled once a process. Raises `Ungrammatical`."""
    return built(environment, source)


def built(environment: Wording, source: str | nodes.Template) -> Template:
    """The template of a source, or of a tree that was counted. Raises `Ungrammatical`."""
    with _readable(), bounded():
        return environment.from_string(source)


@contextmanager
def _readable() -> Iterator[None]:
    """What cannot be parsed or compiled is told in one way."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise Ungrammatical(Fault(error.lineno, *in_chinese(str(error.message)))) from error
    except UNPARSABLE as error:
        raise Ungrammatical(UNREADABLE) from error
