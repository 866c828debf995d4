"""The documents of docs/methods as pages: one for each figure, in groups that a reader can scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString

from web.markdown import to_html

METHODS = Path(__file__).resolve().parents[2] / "docs" / "methods"
GROUPS: Mapping[str, Sequence[str]] = {
    "Returns": (
        "roi", "npv", "npv-profile", "irr", "mirr", "payback", "net-value", "cost-to-date", "unit-cost", "fiscal-year",
        "portfolio",
    ),
    "Benefits and proof": (
        "benefit", "attribution", "before-after", "shared-kpi", "smallest-effect", "saved-time", "realisation",
        "variance",
    ),
    "How sure": ("ranges", "chances", "sensitivity", "expected-shortfall", "together", "evidence-of-ranges"),
    "Failure risk": (
        "risk", "risk-record", "published-rates", "assessment", "signals", "value-at-risk", "ratings",
    ),
    "Time and money": ("horizon", "as-of", "restatements", "exchange-rates", "real-terms"),
}  # fmt: skip


@dataclass(frozen=True)
class Title:
    """A document in a list: its name in the address, and its title."""

    name: str
    title: str


@dataclass(frozen=True)
class Group:
    """Documents about one subject."""

    title: str
    documents: tuple[Title, ...]


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """All documents by subject."""
    return tuple(Group(title, tuple(map(_title, names))) for title, names in GROUPS.items())


@lru_cache(maxsize=64)
def document(name: str) -> SafeString:
    """One document as HTML, its title the heading of the page. Raises KeyError for an unknown name."""
    if name not in {known for names in GROUPS.values() for known in names}:
        raise KeyError(name)
    return to_html((METHODS / f"{name}.md").read_text(), top_level=1)


def title_of(name: str) -> str:
    """The title of a document."""
    return _title(name).title


@lru_cache(maxsize=64)
def _title(name: str) -> Title:
    with (METHODS / f"{name}.md").open() as text:
        return Title(name, text.readline().removeprefix("# ").strip())
