"""`{% load marks %}`: marks of a list's rows, which a template of their own would draw several times slower."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from metrics.contexts.marks import Band, Interval

register = template.Library()
BEYOND = {
    "left": '<svg x="0" y="50%" overflow="visible"><path class="clip" d="M0 0 7-5V5z"/></svg>',
    "right": '<svg x="100%" y="50%" overflow="visible"><path class="clip" d="M0 0-7-5V5z"/></svg>',
}


@register.simple_tag
def interval(mark: Interval) -> SafeString:
    """`{% interval row.interval %}`: outlined band, point, zero line, dashed hurdle; its summary as a name."""
    drawn = "".join((_line("z", mark.zero), _line("hd", mark.hurdle), _band(mark.band), _point(mark.point)))
    return format_html(
        '<svg class="ivc {}" role="img" aria-label="{}">{}{}</svg>',
        mark.tone,
        mark.summary,
        mark_safe(drawn),  # noqa: S308 (percentages that we wrote)
        mark_safe(BEYOND.get(mark.beyond, "")),  # noqa: S308
    )


def _line(look: str, at: str) -> str:
    return f'<line class="{look}" x1="{at}" x2="{at}" y1="0" y2="100%"/>' if at else ""


def _band(band: Band | None) -> str:
    if band is None:
        return ""
    place = f'x="{band.at}" width="{band.width}" y="50%" height="11" rx="2"'
    return f'<rect class="w" {place} transform="translate(0 -5.5)"/>'


def _point(at: str) -> str:
    place = f'x="{at}" y="50%" width="4" height="18" rx="1"'
    return f'<rect class="m" {place} transform="translate(-2 -9)"/>' if at else ""


@register.simple_tag
def status(tone: str, word: str) -> SafeString:
    """`{% status tone word %}`: the icon, the word and the colour of components/status.html."""
    icon = '<svg class="ico" aria-hidden="true"><use href="#icon-{}"/></svg>'
    return format_html('<span class="sev {}">' + icon + "{}</span>", tone, tone, word)
