"""The few marks that our own documents use, as HTML: headings, paragraphs, lists, tables, code, strong and links."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*"), r"<em>\1</em>"),
    (re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"\[([^\]]+)\]\(([\w-]+)\.md\)"), r'<a href="../\2/">\1</a>'),
    (re.compile(r"\[([^\]]+)\]\([^)\s]+\)"), r"\1"),
)
HEADING = re.compile(r"(#{1,4}) (.+)")
ITEM = re.compile(r"(?:[*-]|\d+\.) (.+)")


def to_html(text: str, *, top_level: int = 2) -> SafeString:
    """The document as HTML; its first heading becomes a heading of `top_level`. Everything else is escaped.

    A link to a document beside it leads to the page of that name beside this one.
    """
    codes: list[str] = []
    blocks = re.split(r"\n\s*\n", _without_code(text, codes).strip())
    html = "\n".join(_block(block, top_level) for block in blocks if block.strip())
    for number, code in enumerate(codes):
        html = html.replace(f"<p>\x00{number}\x00</p>", f"<pre>{escape(code)}</pre>")
    return mark_safe(html)  # noqa: S308 - every run of text was escaped above


def _without_code(text: str, codes: list[str]) -> str:
    def keep(match: re.Match[str]) -> str:
        codes.append(match[1])
        return f"\n\n\x00{len(codes) - 1}\x00\n\n"

    return re.sub(r"^```[^\n]*\n(.*?)^```$", keep, text, flags=re.M | re.S)


def _block(block: str, top_level: int) -> str:
    lines = block.strip().splitlines()
    heading = HEADING.fullmatch(lines[0])
    if heading:
        level = min(6, top_level + len(heading[1]) - 1)
        rest = _block("\n".join(lines[1:]), top_level) if len(lines) > 1 else ""
        return f"<h{level}>{_inline(heading[2])}</h{level}>{rest}"
    if lines[0].startswith("|"):
        return _table(lines)
    if ITEM.match(lines[0]):
        return _list(lines)
    return f"<p>{_inline(' '.join(line.strip() for line in lines))}</p>"


def _list(lines: list[str]) -> str:
    tag = "ol" if lines[0][0].isdigit() else "ul"
    items: list[str] = []
    for line in lines:
        match = ITEM.match(line.strip())
        if match:
            items.append(match[1])
        else:
            items[-1] += f" {line.strip()}"
    return f"<{tag}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{tag}>"


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in rows[2:])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="group" aria-label="Table">{table}</div>'


def _inline(text: str) -> str:
    html = str(escape(text))
    for pattern, replacement in INLINE:
        html = pattern.sub(replacement, html)
    return html
