"""Papers nobody would think of: any form and length, digits, marks, rare characters, long names, tables."""

import random

from notifications.document import GAP, Annex, Block, Document, Imprint, Run, Signature
from notifications.form import ItemsRow, OpinionRow, Pair, PairsRow, TallRow
from notifications.title import title_lines

COMMON = "".join(
    bytes([0xB0 + place // 94, 0xA1 + place % 94]).decode("gb2312") for place in range(3755 - 40)
)
RARE = "䶮喆堃㛃𬭎赟祎昉垚昇"
MARKS = "，，，、。；："
WORDS = (
    "滨督函〔2026〕12号",
    "滨督2026-031",
    "https://duban.binhai.example/cases/0123456789abcdef0123456789",
    "2026年11月17日",
    "（一）",
    "“督办”",
    "95.5%",
    "第3季度",
    "ABC",
    "1234567",
)


class Papers:
    """Makes papers from one seed; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def letters(self, count: int) -> str:
        return "".join(self.random.choices(COMMON, k=count))

    def name(self, most: int = 14) -> str:
        return self.letters(self.random.randint(4, most)) + self.random.choice(
            ["", "局", self.random.choice(RARE)]
        )

    def sentence(self) -> str:
        pieces = []
        for _ in range(self.random.randint(1, 9)):
            told = self.letters(self.random.randint(2, 24))
            extra = self.random.choice(WORDS) if self.random.random() < 0.2 else ""
            rare = self.random.choice(RARE) if self.random.random() < 0.05 else ""
            pieces.append(told + extra + rare + self.random.choice(MARKS))
        return "".join(pieces).rstrip(MARKS) + "。"

    def paragraph(self) -> Block:
        level = self.random.choice([0, 0, 0, 1, 2, 3, 4])
        head = ["", "一、", "（二）", "3.", "（4）"][level]
        font = ["fang", "hei", "kai", "fang", "fang"][level]
        if level in (1, 2) and self.random.random() < 0.6:
            return Block(level=level, runs=(Run(text=head + self.name(24), font=font),))
        if level in (1, 2):
            first = Run(text=f"{head}{self.name()}。", font=font)
            return Block(level=level, runs=(first, Run(text=self.sentence())))
        return Block(level=level, runs=(Run(text=head + self.sentence()),))

    def body(self) -> tuple[Block, ...]:
        count = self.random.choice([1, 2, 4, 8, 12, 20, 40])
        return (*(self.paragraph() for _ in range(count)), Block(runs=(Run(text=self.sentence()),)))

    def date(self) -> str:
        some = self.random
        return f"{some.randint(2020, 2030)}年{some.randint(1, 12)}月{some.randint(1, 28)}日"

    def annex(self) -> Annex:
        columns = self.random.randint(1, 5)
        rows = tuple(
            self.cells(columns, self.random.choice([4, 20])) for _ in range(self.random.randint(1, 60))
        )
        return Annex(title=self.name(30), columns=tuple(self.letters(2) for _ in range(columns)), rows=rows)

    def cells(self, count: int, most: int) -> tuple[str, ...]:
        return tuple(self.letters(self.random.randint(0, most)) for _ in range(count))

    def paper(self) -> Document:
        some = self.random
        form = some.choice(["letter", "letter", "document", "document", "internal", "form"])
        return self.form() if form == "form" else self.running(form)

    def running(self, form: str) -> Document:
        some = self.random
        draft = some.random() < 0.2
        annexes = tuple(self.annex() for _ in range(some.choice([0, 0, 0, 1, 2])))
        named = tuple(self.name(40) for _ in range(some.choice([0, 0, 1, 2, 5, 40])))
        official = form == "document"
        return Document(
            form=form,
            mark=None if form == "internal" else self.name(20) + "文件",
            number=some.choice(
                [
                    None,
                    f"{self.letters(3)}〔2026〕{some.randint(1, 9999)}号",
                    f"滨督函{GAP}" if draft else None,
                ]
            ),
            copy_number=some.choice([None, "000012"]),
            marking=some.choice([None, "内部", "工作秘密"]),
            urgency=some.choice([None, "特急", "加急"]),
            approvers=tuple(self.letters(some.randint(2, 4)) for _ in range(some.choice([0, 0, 1, 3])))
            if official
            else (),
            title=title_lines([self.letters(some.randint(1, 18)) for _ in range(some.randint(1, 5))]),
            addressee=some.choice([None, "，".join(self.name() for _ in range(some.choice([1, 1, 2, 4])))]),
            body=self.body(),
            attachments=(*named, *(one.title for one in annexes)),
            annexes=annexes,
            signature=Signature(
                organ=self.name(some.choice([8, 20, 55])), date=GAP if draft else self.date()
            ),
            seal=some.choice(["place", "none"]),
            note=some.choice([None, f"联系人：{self.letters(3)}，电话：0000-12345678"]),
            copies=tuple(self.name() for _ in range(some.choice([0, 1, 4, 25]))),
            printed=some.choice([None, Imprint(organ=self.name(), date=self.date())]) if official else None,
            draft=draft,
        )

    def form(self) -> Document:
        some = self.random
        signed = some.random() < 0.3
        return Document(
            form="form",
            number=some.choice([None, "滨督销〔2026〕7号"]),
            marking=some.choice([None, "内部"]),
            title=title_lines([self.letters(some.randint(3, 18))]),
            rows=tuple(self.row() for _ in range(some.randint(1, 20))),
            body=tuple(self.paragraph() for _ in range(some.choice([0, 1, 3]))),
            signature=Signature(organ=self.name(), date=self.date()) if signed else None,
            seal=some.choice(["place", "none"]),
            page_signers=some.choice([(), ("谈话人", "记录人")]),
            draft=some.random() < 0.2,
        )

    def row(self) -> PairsRow | TallRow | OpinionRow | ItemsRow:
        kinds = (self.pairs_row, self.tall_row, self.opinion_row, self.items_row)
        return self.random.choice(kinds)()

    def told(self) -> tuple[str, ...]:
        return tuple(self.sentence() for _ in range(self.random.choice([0, 1, 1, 3])))

    def pairs_row(self) -> PairsRow:
        count = self.random.randint(1, 3)
        return PairsRow(
            pairs=tuple(Pair(label=self.letters(4), paragraphs=(self.name(),)) for _ in range(count))
        )

    def tall_row(self) -> TallRow:
        some = self.random
        label = self.letters(some.randint(2, 12))
        return TallRow(label=label, lines=some.randint(1, 8), paragraphs=self.told())

    def opinion_row(self) -> OpinionRow:
        signer, date = self.random.choice([("", ""), (self.letters(3), self.date())])
        return OpinionRow(label=self.letters(5), lines=3, paragraphs=self.told(), signer=signer, date=date)

    def items_row(self) -> ItemsRow:
        count = self.random.randint(2, 5)
        items = tuple(self.cells(count, 20) for _ in range(self.random.randint(1, 9)))
        return ItemsRow(columns=tuple(self.letters(3) for _ in range(count)), items=items)
