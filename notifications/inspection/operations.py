"""Reading a content stream apart into operators and operands (ISO 32000-1, 7.2, 7.3 and 7.8.2)."""

import re
from collections.abc import Iterator
from typing import Any

MAX_PENDING = 1_000

STRING = rb"\(((?:[^\\()]++|\\.)*+)\)"
TOKEN = re.compile(
    rb"\s*(?:\[((?:[^\[\]()]++|\((?:[^\\()]++|\\.)*+\))*+)\]"  # 1 array
    rb"|"
    + STRING  # 2
    + rb"|<<|>>"
    rb"|<([0-9A-Fa-f\s]*)>"  # 3 hexadecimal string
    rb"|/([^\s()<>\[\]{}/%]*)"  # 4 name
    rb"|([-+]?(?:\d+\.?\d*|\.\d+))(?=[\s()<>\[\]{}/%]|$)"  # 5 number
    rb"|([A-Za-z'\"][A-Za-z0-9*]*)"  # 6 operator
    rb"|%[^\r\n]*|([^\s])|$)",  # 7 what is none of these
    re.DOTALL,
)
IN_ARRAY = re.compile(STRING + rb"|<([0-9A-Fa-f\s]*)>|([-+]?(?:\d+\.?\d*|\.\d+))", re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
ESCAPED |= {
    f"{code:o}".zfill(places).encode(): bytes([code & 255]) for places in (1, 2, 3) for code in range(512)
}
PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
END_OF_IMAGE = re.compile(rb"\sEI(?=\s|$)")


class ContentBroken(Exception):
    """A content stream that cannot be read as one."""


def operations(data: bytes) -> Iterator[tuple[bytes, list[Any]]]:
    """Each operator with its operands: numbers, names (str), strings (bytes), arrays (lists of them).

    Raises ContentBroken where a string, an array or a picture among the operators has no end.
    """
    operands: list[Any] = []
    outer: list[list[Any]] = []
    place, read = 0, TOKEN.match
    while place < len(data) and (token := read(data, place)):
        kind, place = token.lastindex, token.end()
        if kind == 5:
            operands.append(float(token[5]))
            check_pending(operands)
        elif kind == 1:
            operands.append([_element(one) for one in IN_ARRAY.finditer(token[1])])
        elif kind == 6:
            yield token[6], operands
            operands = []
            if token[6] == b"BI":
                place = _after(END_OF_IMAGE.search(data, place))
        elif kind in (2, 3):
            operands.append(_unescaped(token[2]) if kind == 2 else _of_hex(token[3]))
        elif kind == 4:
            operands.append(token[4].decode("latin-1"))
        elif token[7] == b"(":
            end = _closing(data, place)
            operands.append(_unescaped(data[place : end - 1]))
            place = end
        elif token[7] == b"[":
            check_pending(outer)
            outer.append(operands)
            operands = []
        elif token[7] == b"]" and outer:
            operands = [*outer.pop(), operands]
        elif kind == 7:
            yield token[7], operands
            operands = []
    if outer:
        raise ContentBroken("数组没有结尾")


def check_pending(waiting: list[Any]) -> None:
    if len(waiting) > MAX_PENDING:
        raise ContentBroken("页面内容嵌套过深")


def _closing(data: bytes, place: int) -> int:
    """Where a string with parentheses of its own ends; they are in pairs (7.3.4.2)."""
    depth = 1
    for found in PARENTHESIS.finditer(data, place):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    raise ContentBroken("字符串没有结尾")


def _after(found: re.Match[bytes] | None) -> int:
    if found is None:
        raise ContentBroken("行内图像没有结尾")
    return found.end()


def _element(one: re.Match[bytes]) -> float | bytes:
    if one.lastindex == 3:
        return float(one[3])
    return _unescaped(one[1]) if one.lastindex == 1 else _of_hex(one[2])


def _of_hex(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())


def _unescaped(string: bytes) -> bytes:
    return ESCAPE.sub(_escape, string) if b"\\" in string else string


def _escape(found: re.Match[bytes]) -> bytes:
    return ESCAPED.get(found[1], found[1])
