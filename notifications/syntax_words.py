"""What Jinja finds wrong with the syntax of a template, said in Chinese with what to do."""

import re
from collections.abc import Callable

Told = tuple[str, str]
"""What is wrong, as it goes on from “第3行”, and what to do."""

FULL_WIDTH = "“”‘’（），。：；｜＝｛｝％！？"
NAMES = {
    "end of print statement": "}}",
    "end of statement block": "%}",
    "begin of print statement": "{{",
    "begin of statement block": "{%",
    "name": "名称",
    "string": "引号内的文字",
    "integer": "数字",
    "in": "in",
}


def in_chinese(message: str) -> Told:
    """The message for people; one that is not known here is quoted."""
    for pattern, told in MESSAGES:
        found = pattern.search(message)
        if found:
            return told(found)
    return f"写法有误：{message.rstrip('.')}", "请改正"


def _unknown_tag(found: re.Match[str]) -> Told:
    tag = found[1]
    if tag.startswith("end") or tag in ("else", "elif"):
        return f"写法有误：多了“{{% {tag} %}}”，没有与它相配的开头", "请核对if、for的配对"
    return f"写法有误：没有“{{% {tag} %}}”这种写法", "只能用if、for、set"


def _unclosed(found: re.Match[str]) -> Told:
    tag = found[1]
    return f"写法有误：“{{% {tag} %}}”没有结束", f"请补上“{{% end{tag} %}}”"


def _expected(found: re.Match[str]) -> Told:
    wanted, got = (NAMES.get(one, one) for one in found.groups())
    return f"写法有误：应为“{wanted}”，写成了“{got}”", "请核对花括号内的写法"


def _unexpected(found: re.Match[str]) -> Told:
    got = NAMES.get(found[1], found[1])
    if got in FULL_WIDTH:
        return f"写法有误：花括号内用了全角符号“{got}”", "请改为半角"
    return f"写法有误：花括号内多了“{got}”", "请核对花括号内的写法"


MESSAGES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Told]], ...] = (
    (re.compile(r"block that needs to be closed is '(\w+)'"), _unclosed),
    (re.compile(r"unknown tag '(\w+)'"), _unknown_tag),
    (
        re.compile(r"end of template", re.IGNORECASE),
        lambda _: ("写法有误：模板没有写完", "请补上缺少的结束写法"),
    ),
    (re.compile(r"Missing end of comment"), lambda _: ("写法有误：注释没有结束", "请补上“#}”")),
    (re.compile(r"Missing end of raw"), lambda _: ("写法有误：raw没有结束", "请补上“{% endraw %}”")),
    (re.compile(r"Tag name expected"), lambda _: ("写法有误：“{%”后面没有写命令", "请写if、for或set")),
    (re.compile(r"Expected an expression, got"), lambda _: ("写法有误：花括号内没有写完", "请补全或删去")),
    (re.compile(r"expected token '(.+)', got '(.+)'"), _expected),
    (re.compile(r"unexpected char '(.)'"), _unexpected),
    (re.compile(r"unexpected '(.+)'"), _unexpected),
)
