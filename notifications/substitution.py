"""How facts get into wording: Jinja2 in a sandbox, with every substituted value fenced off.

In the medium `paper` each value is wrapped in two private-use characters, so that whoever reads the result
knows which words the template wrote and which came from data; structure is taken from the former only.
Never touches files: templates arrive as text.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from jinja2 import ChainableUndefined, StrictUndefined, Template, Undefined, UndefinedError, meta
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.document import GAP
from notifications.errors import NoticeUnrenderable
from notifications.facts import KINDS, ROOTS, Branch, label, prepared
from notifications.term import cn_date

OPEN, CLOSE = "\ue000", "\ue001"
RESULT_BOUND = 200_000

ENDS = tuple("。！？；：，、…—.!?;:,")
CLOSING = "”’）》〉〕】」』)]\"'"
"""Behind these the last mark of a line is looked for."""

Medium = Literal["paper", "text", "html"]


def render(source: str, facts: Mapping[str, Any], *, medium: Medium, draft: bool = False) -> str:
    """The template with its facts.

    Raises NoticeUnrenderable naming the missing fact (`fact_missing`); a draft prints 〔待填〕 in its place.
    """
    try:
        result = _template(source, medium, draft).render(prepared(facts))
    except UndefinedError as error:
        raise _missing(str(error.message)) from error
    except SecurityError as error:
        raise NoticeUnrenderable(
            "模板用到了不允许的写法，请联系管理员改正。", code="wording_unsafe"
        ) from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise NoticeUnrenderable(f"模板无法套用：{error}。请检查模板。", code="wording_invalid") from error
    if len(result) > RESULT_BOUND:
        raise NoticeUnrenderable(f"文书超过{RESULT_BOUND}字，请删减。", code="paper_too_long")
    return result


@lru_cache(maxsize=256)
def check(source: str, *, name: str, roots: frozenset[str] = ROOTS) -> None:
    """Refuse wording that cannot work, before it is frozen: bad syntax, unknown facts, private characters.

    `roots` are the facts it may draw on.
    """
    if OPEN in source or CLOSE in source:
        raise NoticeUnrenderable(f"模板{name}含有私用区字符，请删去。", code="wording_invalid", template=name)
    environment = _environment("paper", False)
    try:
        unknown = meta.find_undeclared_variables(environment.parse(source)) - roots - set(environment.globals)
    except TemplateSyntaxError as error:
        raise NoticeUnrenderable(
            f"模板{name}第{error.lineno}行写法有误：{error.message}",
            code="wording_invalid",
            template=name,
            line=error.lineno,
        ) from error
    if unknown:
        names = "、".join(sorted(unknown))
        raise NoticeUnrenderable(
            f"模板{name}用到了不存在的事实：{names}，请核对名称。",
            code="wording_invalid",
            template=name,
            facts_unknown=sorted(unknown),
        )


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


def _cndate(value: Any) -> Any:
    """2026-03-05 as 2026年3月5日: Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    if isinstance(value, Undefined):
        return value
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise NoticeUnrenderable(f"“{value}”不是日期，应形如2026-03-05。", code="fact_invalid") from error
    return cn_date(day)


def _paragraphs(value: Any) -> Any:
    """The lines of a longer text, one paragraph each, closed with a full stop where the clerk wrote none."""
    if isinstance(value, Undefined):
        return value
    return [line if _is_closed(line) else f"{line}。" for line in str(value).split("\n") if line]


def _is_closed(line: str) -> bool:
    """Whether it ends with a mark that ends or goes on; %, a bracket or a quotation mark alone is none."""
    return line.rstrip(CLOSING).endswith(ENDS)


def _nested(value: Any) -> Any:
    """For use inside “”: quotation marks within quotation marks are single (GB/T 15834-2011, 4.8.3)."""
    return value if isinstance(value, Undefined) else str(value).replace("“", "‘").replace("”", "’")


def _paper(value: Any) -> Any:
    """A step of the ladder by the name of its paper; an office's own step is called what it is called."""
    return value if isinstance(value, Undefined) else KINDS.get(str(value), str(value))


def _folded(value: Any) -> str:
    return str(value).replace("\n", " ")


def _fenced(value: Any) -> str:
    return f"{OPEN}{_folded(value)}{CLOSE}"


FINALIZERS: Mapping[Medium, Callable[[Any], Any] | None] = {"paper": _fenced, "text": _folded, "html": None}


@lru_cache(maxsize=8)
def _environment(medium: Medium, draft: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=medium == "html",
        undefined=Gap if draft else MissingFact,
        finalize=FINALIZERS[medium],
    )
    environment.filters.update(cndate=_cndate, paragraphs=_paragraphs, nested=_nested, paper=_paper)
    return environment


@lru_cache(maxsize=128)
def _template(source: str, medium: Medium, draft: bool) -> Template:
    return _environment(medium, draft).from_string(source)
