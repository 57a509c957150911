"""The file itself: only the parts a paper needs, the same bytes for the same paper.

python-docx starts from a file made by a word processor, with a theme, a picture and settings of its own, and
dates every part of the archive by the clock; here both are replaced.
"""

import io
import zipfile
from datetime import UTC, datetime

import docx
from docx.document import Document as Copy
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from notifications.archive import archived
from notifications.document import Document
from notifications.word.markup import grafted, plain
from notifications.word.styles import fonts_xml, styles_xml

NOTICE = "可编辑稿，供在WPS、Word中修改；不是正式文本，正式文本为PDF。"
NEEDED = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS}
ESSENTIAL = {RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES}

SETTINGS = (
    '<w:zoom w:percent="100"/>'
    "<w:evenAndOddHeaders/>"
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
)


def opened() -> Copy:
    """An empty copy with the styles, settings and fonts of official papers."""
    copy = docx.Document()
    _clear(copy)
    copy.styles.element[:] = parse_xml(styles_xml())
    copy.settings.element[:] = grafted([SETTINGS])
    fonts = Part(
        PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, fonts_xml().encode(), copy.part.package
    )
    copy.part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)
    return copy


def described(copy: Copy, document: Document, issued_at: datetime) -> None:
    """Say in the file's properties what it is, and that it is not the official text."""
    told, at = copy.core_properties, issued_at.astimezone(UTC).replace(tzinfo=None)
    told.title, told.comments = plain(document.name)[:255], NOTICE
    told.author = told.last_modified_by = plain(document.signature.organ) if document.signature else ""
    told.content_status = "草稿" if document.draft else "可编辑稿"
    told.subject, told.keywords, told.category = plain(document.number or ""), "", ""
    told.created = told.modified = at
    told.language, told.revision = "zh-CN", 1


def packed(copy: Copy) -> bytes:
    """The copy as a file, without the moment it was packed."""
    saved = io.BytesIO()
    copy.save(saved)
    with zipfile.ZipFile(saved) as source:
        return archived({name: source.read(name) for name in source.namelist()})


def _clear(copy: Copy) -> None:
    """Take away what the starting file brought along."""
    for relations, needed in ((copy.part.rels, NEEDED), (copy.part.package.rels, ESSENTIAL)):
        for id_ in [id_ for id_, relation in relations.items() if relation.reltype not in needed]:
            relations.pop(id_)
