"""What every page is given beside its own context: how figures are written, the theme, the navigation."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from web import formats

Pages = tuple[tuple[str, str], ...]
NAVIGATION: Pages = (
    ("Overview", "overview"),
    ("Initiatives", "initiatives"),
    ("Risk", "risk"),
    ("Alerts", "alerts"),
    ("Reports", "reports"),
    ("Import", "import"),
)
PERSONAL: Pages = (
    ("Your preferences", "preferences"),
    ("Access tokens", "tokens"),
    ("People", "people"),
    ("Settings", "settings"),
    ("Audit trail", "audit"),
    ("Method and limits", "method"),
    ("API", "api_docs"),
    ("Keyboard", "keys"),
)
FURTHER: Pages = (
    ("New initiative", "initiative_new"),
    ("How we count", "settings_workspace"),
    ("Hurdle, discount rate, inflation", "settings_dated"),
    ("Exchange rates", "exchange_rates"),
    ("Price index", "price_index"),
    ("Closed periods", "period_locks"),
    ("Published failure rates", "published_rates"),
    ("The scale of the eight causes", "rubric"),
    ("Your password", "account_change_password"),
)
NEEDS = {
    "import": ("write_records", "write_money"),
    "tokens": ("own_tokens",),
    "people": ("administer",),
    "audit": ("read_audit",),
    "initiative_new": ("write_records",),
    "settings_workspace": ("administer",),
    "settings_dated": ("confirm",),
    "exchange_rates": ("confirm",),
}
THEMES = ("light", "dark")
SYSTEM = "system"
THEME_COOKIE = "theme"
HEEDS_A_DAY = "heeds_a_day"


@dataclass(frozen=True)
class Link:
    """One entry of the navigation.

    Args:
        label: the word shown.
        name: the URL's name.
        url: where it leads.
        is_current: whether the page shown lies below it.
    """

    label: str
    name: str
    url: str
    is_current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    return {
        "formats": formats_of(request),
        "theme": theme_of(request),
        "navigation": _links(request, NAVIGATION),
        "user_links": _links(request, PERSONAL),
        "unheeded_day": unheeded_day(request),
    }


def unheeded_day(request: HttpRequest) -> date | None:
    """The past day in the address of a page that shows only what is recorded now; the page says so."""
    if getattr(request, HEEDS_A_DAY, False):
        return None
    try:
        return date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return None


def theme_of(request: HttpRequest) -> str:
    """light, dark, or nothing for the system's: what this browser was told, else what the person prefers."""
    preferred = getattr(getattr(request, "user", None), "theme", "")
    chosen = request.COOKIES.get(THEME_COOKIE, preferred)
    return chosen if chosen in THEMES else ""


def every_page(request: HttpRequest) -> list[Link]:
    """Every page that the person's role opens and that needs no choice of a row first."""
    return [link for pages in (NAVIGATION, PERSONAL, FURTHER) for link in _links(request, pages)]


def formats_of(request: HttpRequest) -> formats.Formats:
    """The reader's formats: the person's own choice, else the workspace's, else English and UTC."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return formats.of("", "")
    return formats.of(
        actor.user.locale or actor.workspace.locale,
        actor.user.time_zone or actor.workspace.time_zone,
        has_full_amounts=actor.user.has_full_amounts,
    )


def _links(request: HttpRequest, pages: Pages) -> list[Link]:
    return [
        Link(label, name, url, _is_below(request.path, url))
        for label, name, url in _existing(pages)
        if _is_for(request, name)
    ]


@lru_cache(maxsize=8)
def _existing(pages: Pages) -> tuple[tuple[str, str, str], ...]:
    found = []
    for label, name in pages:
        try:
            found.append((label, name, reverse(name)))
        except NoReverseMatch:
            continue
    return tuple(found)


def _is_below(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _is_for(request: HttpRequest, name: str) -> bool:
    """Whether the person's role opens the page; the role table, asked through the actor, decides."""
    needed = NEEDS.get(name)
    actor = getattr(request, "actor", None)
    return needed is None or (actor is not None and any(actor.may(permission) for permission in needed))
