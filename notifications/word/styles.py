"""The styles of an official paper, each named for the part it sets: a table of type, size and spacing.

Sizes are those of GB/T 9704-2012 (二号 22, 三号 16, 四号 14 points). A line of the grid is 28.95 points, so
that 22 fill the type area; with 28.9 or 29 points word processors fit 21 or leave a gap.
"""

from dataclasses import dataclass

from notifications.word.markup import NAMESPACES, cells

FAMILIES = {
    "fang": ("仿宋_GB2312", "仿宋,FangSong,方正仿宋_GBK,FandolFang R"),
    "hei": ("黑体", "SimHei,方正黑体_GBK,FandolHei"),
    "kai": ("楷体_GB2312", "楷体,KaiTi,方正楷体_GBK,FandolKai"),
    "song": ("宋体", "SimSun,方正书宋_GBK,FandolSong"),
    "biao": ("方正小标宋简体", "FZXiaoBiaoSong-B05S,方正小标宋_GBK,FandolSong"),
}
"""Role → the family as WPS and Word list it, and what may stand in for it."""

PITCH = 579
"""Twips a line: 22 of them fill the 225 mm of the type area."""

RED = "D7000F"
TIGHT = '<w:spacing w:val="-5"/>'
"""28 characters of 16 points are 2 mm wider than the type area: a quarter of a point less for each."""


def _two_in(character: int) -> str:
    """The first line two characters in (7.3.3), told in characters, so that it holds in other sizes too."""
    return f'w:firstLineChars="200" w:firstLine="{2 * character}"'


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """How a part of the paper is set. `size` and `exact` (a fixed line height) in points."""

    id: str
    name: str
    font: str = "fang"
    size: float = 16
    align: str = "both"
    exact: float | None = None
    indent: str = ""
    color: str | None = None


PARAGRAPHS = (
    ParagraphStyle("GwPlain", "公文顶格", align="left"),
    ParagraphStyle("GwBody", "公文正文", indent=_two_in(cells(1))),
    ParagraphStyle("GwMark", "发文机关标志", font="biao", size=40, align="center", color=RED),
    ParagraphStyle("GwNumber", "发文字号", align="left"),
    ParagraphStyle("GwTitle", "公文标题", font="biao", size=22, align="center", exact=34),
    ParagraphStyle("GwTo", "主送机关"),
    ParagraphStyle("GwAttach", "附件说明", align="left"),
    ParagraphStyle("GwSign", "署名和日期", align="right"),
    ParagraphStyle("GwAnnex", "附件标识", font="hei", align="left"),
    ParagraphStyle("GwCopies", "版记", size=14, align="left", exact=28),
    ParagraphStyle("GwPage", "公文页码", font="song", size=14, align="left", exact=14),
    ParagraphStyle("GwHead", "表格栏目", font="hei", size=12, align="center", exact=16),
    ParagraphStyle("GwCell", "表格文字", size=12, align="left", exact=16),
    ParagraphStyle("GwLabel", "表单栏目", font="hei", size=14, align="center", exact=20),
    ParagraphStyle("GwEntry", "表单文字", size=14, align="left", exact=20),
    ParagraphStyle("GwWords", "表单段落", size=14, align="left", exact=20, indent=_two_in(280)),
    ParagraphStyle("GwDraft", "草稿提示", font="hei", size=9, align="center", exact=12, color="808080"),
    ParagraphStyle("GwNil", "占位", size=1, exact=1),
)
CHARACTERS = {"fang": ("GwFang", "仿宋字"), "hei": ("GwHei", "黑体字"), "kai": ("GwKai", "楷体字")}


def styles_xml() -> str:
    """The whole part `styles.xml`."""
    made = [_DEFAULTS, _NORMAL, _TABLE, *map(_paragraph_style, PARAGRAPHS)]
    made += [_character_style(id_, name, font) for font, (id_, name) in CHARACTERS.items()]
    return f"<w:styles {NAMESPACES}>{''.join(made)}</w:styles>"


def fonts_xml() -> str:
    """The whole part `fontTable.xml`: without it a machine lacking 仿宋_GB2312 takes any font it likes."""
    made = (
        f'<w:font w:name="{family}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for family, others in FAMILIES.values()
    )
    return f"<w:fonts {NAMESPACES}>{''.join(made)}</w:fonts>"


def faces(font: str) -> str:
    """All scripts in one family: digits and quotation marks too."""
    family = FAMILIES[font][0]
    return f'<w:rFonts w:ascii="{family}" w:eastAsia="{family}" w:hAnsi="{family}" w:cs="{family}"/>'


def sized(points: float) -> str:
    """A size of type; Word counts half points."""
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _paragraph_style(style: ParagraphStyle) -> str:
    grid = '<w:snapToGrid w:val="0"/>' if style.exact else ""
    line = f'<w:spacing w:line="{round(style.exact * 20)}" w:lineRule="exact"/>' if style.exact else ""
    indent = f"<w:ind {style.indent}/>" if style.indent else ""
    color = f'<w:color w:val="{style.color}"/>' if style.color else ""
    tracking = TIGHT if style.size == 16 else '<w:spacing w:val="0"/>'
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        '<w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr>{grid}{line}{indent}<w:jc w:val="{style.align}"/></w:pPr>'
        f"<w:rPr>{faces(style.font)}{color}{tracking}{sized(style.size)}</w:rPr></w:style>"
    )


def _character_style(id_: str, name: str, font: str) -> str:
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{id_}"><w:name w:val="{name}"/>'
        f"<w:qFormat/><w:rPr>{faces(font)}</w:rPr></w:style>"
    )


_DEFAULTS = (
    f"<w:docDefaults><w:rPrDefault><w:rPr>{faces('fang')}{sized(16)}"
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
)
# No gap of a quarter em between 汉字 and digits, and no page a line short for widows: both break the grid.
_NORMAL = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr>'
    '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>'
)
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    "<w:semiHidden/><w:tblPr><w:tblCellMar>"
    '<w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="table" w:customStyle="1" w:styleId="GwTable"><w:name w:val="公文表格"/>'
    f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{_EDGES}</w:tblBorders></w:tblPr></w:style>'
)
