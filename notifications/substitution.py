"""How facts get into wording: Jinja2 in a sandbox, with every substituted value fenced off.

In the medium `paper` each value is wrapped in two private-use characters, so that whoever reads the result
knows which words the template wrote and which came from data; structure is taken from the former only.
Never touches files: templates arrive as text. `sandbox` says what a template may do, `effort` how much.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from operator import attrgetter
from types import TracebackType
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, Undefined, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError

from notifications.document import GAP
from notifications.effort import bounded
from notifications.errors import NoticeUnrenderable
from notifications.facts import ROOTS, Branch, label, prepared
from notifications.filters import texted
from notifications.grammar import Fault, first_hidden, forbidden, names_read, overgrown, unknown_facts
from notifications.sandbox import Medium, Ungrammatical, Wording, built, compiled, counted

OPEN, CLOSE = "\ue000", "\ue001"
RESULT_BOUND = 200_000


def render(source: str, facts: Mapping[str, Any], *, medium: Medium, draft: bool = False) -> str:
    """The template with its facts.

    Raises NoticeUnrenderable naming the missing fact (`fact_missing`); a draft prints 〔待填〕 in its place.
    What the wording does is bounded (`wording_endless`, `paper_too_long`), on every machine alike.
    """
    try:
        with bounded():
            return _written(compiled(_environment(medium, draft), source).generate(prepared(facts)))
    except UndefinedError as error:
        raise _missing(str(error.message)) from error
    except SecurityError as error:
        raise NoticeUnrenderable(
            "模板用到了不允许的写法，请联系管理员改正。", code="wording_unsafe"
        ) from error
    except Ungrammatical as error:
        raise NoticeUnrenderable(f"模板{error}。", code=error.fault.code) from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise NoticeUnrenderable(f"模板无法套用：{error}。请检查模板。", code="wording_invalid") from error


def _written(pieces: Iterator[str]) -> str:
    """The pieces together; it stops where they are too many, before there are more."""
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > RESULT_BOUND:
            raise NoticeUnrenderable(f"文书超过{RESULT_BOUND}字，请删减。", code="paper_too_long")
        kept.append(piece)
    return "".join(kept)


@lru_cache(maxsize=256)
def check(source: str, *, name: str, roots: frozenset[str] = ROOTS) -> None:
    """Refuse wording that cannot work, before it is frozen; the refusal names file and line.

    `roots` are the facts it may draw on.
    """
    fault = next(faults(source, roots=roots), None)
    if fault is not None:
        unknown = {"facts_unknown": [fault.unknown]} if fault.unknown else {}
        message = f"模板{name}第{fault.line}行{fault.message}，{fault.advice}。"
        raise NoticeUnrenderable(message, code=fault.code, template=name, line=fault.line, **unknown)


def faults(source: str, *, roots: frozenset[str] = ROOTS) -> Iterator[Fault]:
    """All that can be seen to be wrong with a template without facts, in the order of its lines."""
    yield from _hidden(source)
    try:
        tree = _environment("paper", False).unrestricted(source)
        if excess := overgrown(tree):
            yield excess
            return
        outside = list(forbidden(tree))
        yield from sorted([*outside, *unknown_facts(tree, roots)], key=attrgetter("line"))
        if not outside:
            built(_environment("paper", False), counted(tree))
    except Ungrammatical as error:
        yield error.fault


@lru_cache(maxsize=256)
def names_in(source: str) -> frozenset[str]:
    """The facts a template draws on, by their roots. Raises `Ungrammatical` for one that cannot be read."""
    return names_read(_environment("paper", False).unrestricted(source))


def _hidden(source: str) -> Iterator[Fault]:
    for line, text in enumerate(source.split("\n"), start=1):
        if OPEN in text or CLOSE in text:
            yield Fault(line, "含有私用区字符", "请删去")
        elif found := first_hidden(text):
            yield Fault(line, f"有看不见的字符{found}", "请删去")


def line_of(refusal: BaseException) -> int | None:
    """The line of the template on which rendering stopped, as far as it is known."""
    found, error = None, refusal.__cause__ or refusal
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        if "__jinja_exception__" in traceback.tb_frame.f_globals:
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found


class MissingFact(StrictUndefined):
    """A fact nobody gave: false when tested with `if`, an error when printed, joined or compared."""

    def __bool__(self) -> bool:  # type: ignore[override]  # jinja2 types it as never returning
        return False

    @property
    def _undefined_message(self) -> str:
        return _path(self)


class Gap(ChainableUndefined):
    """A fact still missing from a draft: printed as 〔待填〕."""

    def __str__(self) -> str:
        return GAP

    def __iter__(self) -> Any:
        return iter((GAP,))


def _path(missing: Undefined) -> str:
    parent, name = missing._undefined_obj, str(missing._undefined_name)
    return parent.path_of(name) if isinstance(parent, Branch) else name


def _missing(path: str) -> NoticeUnrenderable:
    return NoticeUnrenderable(f"缺少{label(path)}，请补齐后再成文。", code="fact_missing", fact=path)


def _folded(value: Any) -> str:
    return texted(value).replace("\n", " ")


def _fenced(value: Any) -> str:
    return f"{OPEN}{_folded(value)}{CLOSE}"


FINALIZERS: Mapping[Medium, Callable[[Any], str]] = {"paper": _fenced, "text": _folded, "html": texted}


@lru_cache(maxsize=8)
def _environment(medium: Medium, draft: bool) -> Wording:
    return Wording(
        undefined=Gap if draft else MissingFact, finalize=FINALIZERS[medium], autoescape=medium == "html"
    )
