"""A letter as somebody would write it straight into Typst: what a bare compile of the finished page costs.

The same words in the same types and sizes at about the same places, nothing asked and nothing worked out.
"""

import json

from notifications.document import Document
from notifications.fonts import FontSet

SOURCE = """\
#set document(title: {title})
#set page(width: 210mm, height: 297mm, margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm),
  footer: align(left, text(font: {song}, size: 14pt, "— 2 —")))
#set text(font: {fang}, fallback: false, size: 16pt, lang: "zh", region: "cn", top-edge: 0.88em,
  bottom-edge: -0.12em, tracking: -0.256pt, cjk-latin-spacing: none, hyphenate: false,
  costs: (widow: 0%, orphan: 0%))
#set par(justify: true, leading: 13.61pt, spacing: 13.61pt, first-line-indent: (amount: 31.6pt, all: true),
  linebreaks: "simple")
#let red = rgb("#d7000f")
#place(top + left, dx: -8mm, dy: 238.3mm, rect(width: 170mm, height: 0.35mm, fill: red))
#place(top + left, dx: -8mm, dy: 239.2mm, rect(width: 170mm, height: 0.8mm, fill: red))
#place(top + left, dx: -8mm, dy: -7mm, block(width: 170mm, align(center, par(first-line-indent: 0pt,
  text(font: {biao}, weight: 700, size: 40pt, fill: red, tracking: 5pt, {mark})))))
#place(top + left, dx: -8mm, dy: 11.1mm, rect(width: 170mm, height: 0.8mm, fill: red))
#place(top + left, dx: -8mm, dy: 12.4mm, rect(width: 170mm, height: 0.35mm, fill: red))
#v(17.7mm)
#align(right, text({number}))
#v(60pt)
#align(center, par(first-line-indent: 0pt, leading: 12pt,
  text(font: {biao}, weight: 700, size: 22pt, {title})))
#v(30pt)
#par(first-line-indent: 0pt, text({addressee}))
{body}
#v(60pt)
#pad(left: 90mm, text({organ}))
#pad(left: 94mm, text(size: 10pt, "（印章）"))
#pad(left: 94mm, text({date}))
#par(text({note}))
#v(1fr)
#par(first-line-indent: 14pt, text(size: 14pt, {copies}))
"""


def finished(document: Document, fonts: FontSet) -> bytes:
    """The source of a letter, ready to be compiled."""
    faces = {role: f"({', '.join(map(literal, families))},)" for role, families in fonts.as_json().items()}
    assert document.signature is not None
    body = "\n".join(
        f"#par({{{'; '.join(f'text(font: {faces[run.font]}, {literal(run.text)})' for run in block.runs)}}})"
        for block in document.body
    )
    words = {
        "title": document.name,
        "mark": document.mark,
        "number": document.number,
        "addressee": f"{document.addressee}：",
        "organ": document.signature.organ,
        "date": document.signature.date,
        "note": f"（{document.note}）",
        "copies": f"抄送：{'，'.join(document.copies)}。",
    }
    return SOURCE.format(
        **faces, body=body, **{name: literal(text or "") for name, text in words.items()}
    ).encode()


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
