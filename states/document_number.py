"""发文字号 as a value: organ code, year, serial, written 滨督函〔2026〕12号.

GB/T 9704-2012 7.2.5: the year stands in 六角括号 in full, the serial has no leading zero and no 第.
Serials are unique per code and year, restart each year, and are never used twice.
"""

import re
from dataclasses import dataclass

from states.errors import FactInvalid

PATTERN = re.compile(r"^(?P<code>[一-鿿]{1,16})〔(?P<year>[0-9]{4})〕(?P<serial>[1-9][0-9]{0,5})号$")


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    code: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.serial}号"


def parse(text: str) -> DocumentNumber:
    """The number written in `text`. Raises `FactInvalid` when it is not a proper 发文字号."""
    match = PATTERN.match(text.strip())
    if match is None:
        raise FactInvalid(
            f"“{text}”不是规范的发文字号，应如“滨督函〔2026〕12号”。",
            code="document_number_invalid",
            text=text[:64],
        )
    return DocumentNumber(match["code"], int(match["year"]), int(match["serial"]))
