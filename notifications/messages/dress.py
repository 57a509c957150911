"""How a mail looks: plain HTML of the wording dressed for phones, webmail and Outlook.

The wording writes `<p>`, `<table>`, `<strong>` and the like and never a style; mail programs drop style
sheets, so each element gets its own here. Colours are left to the reader's program, by day and by night, but
for the button and what is late. Type is never smaller than 16 px, nothing is fetched from anywhere.

Classes the wording may use: `p.button` around one link, `p.facts` for the matter and its dates, `p.small` for
who writes and how, `p.last` for what stands below that, `strong.late` for what is late.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup

from notifications.layouts import layout

FONT = (
    "font-family: -apple-system, BlinkMacSystemFont, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "sans-serif; font-size: 16px; line-height: 1.7"
)
STYLES: Mapping[str, str] = {
    "p": f"margin: 0 0 16px; {FONT}",
    "p.facts": f"margin: 0 0 16px; padding: 4px 0 4px 12px; border-left: 4px solid #8795a5; {FONT}",
    "p.small": f"margin: 24px 0 0; padding: 12px 0 0; border-top: 1px solid #8795a5; opacity: 0.8; {FONT}",
    "p.last": f"margin: 0; opacity: 0.8; {FONT}",
    "table": "width: 100%; border-collapse: collapse; margin: 0 0 16px",
    "td": f"padding: 10px 0; border-top: 1px solid #8795a5; vertical-align: top; {FONT}",
    "strong.late": "color: #c62828",
    "pre": "margin: 0 0 16px; padding: 12px; border: 1px solid #8795a5; white-space: pre-wrap; "
    "word-break: break-all; font-family: Consolas, Menlo, monospace; font-size: 16px; line-height: 1.5",
}
TAG = re.compile(r'<(p|table|td|strong|pre)(?: class="(\w+)")?(?: role="presentation")?>')
BUTTON = re.compile(r'<p class="button"><a href="([^"<>]*)">([^<>]*)</a></p>')
BUTTON_HTML = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin: 8px 0 24px">'
    '<tr><td align="center" bgcolor="#1a5fb4" style="border-radius: 6px; mso-padding-alt: 12px 24px">'
    rf'<a href="\1" style="display: inline-block; padding: 12px 24px; {FONT}; font-weight: bold; '
    r'color: #ffffff; text-decoration: none; border-radius: 6px">\2</a></td></tr></table>'
)
WHOLE = re.compile(r"\s*<(?:!doctype|html)\b", re.IGNORECASE)
BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def page(html: str, *, title: str, notes: str, last: str = "") -> str:
    """The mail as a whole page; `notes` and `last` are HTML to stand before and behind everything else.

    Wording that is a page already goes as it is, with both within its body.
    """
    if not WHOLE.match(html):
        words = Markup(dressed(notes + html + last).strip())  # noqa: S704  # rendered with every value escaped
        return layout("mail.html.j2").render(title=title, words=words, font=FONT)
    opening, closing = BODY.search(html), html.lower().rfind("</body")
    start, end = opening.end() if opening else 0, closing if closing >= 0 else len(html)
    return html[:start] + notes + html[start:end] + last + html[end:]


def dressed(html: str) -> str:
    """The same HTML with each element's style on it."""
    return TAG.sub(_styled, BUTTON.sub(BUTTON_HTML, html))


def _styled(found: re.Match[str]) -> str:
    style = STYLES.get(f"{found[1]}.{found[2]}") or STYLES.get(found[1])
    return f'{found[0][:-1]} style="{style}">' if style else found[0]
