"""What Find shows for some words: pages, initiatives and what can be done, eight lines at the most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse

from accounts.access import Actor, may
from accounts.choices import Permission
from portfolio.access import initiatives, may_write, writable_initiatives
from portfolio.models import Initiative
from portfolio.selectors import best_by_words
from web.context import Link

MOST = 8
MOST_PAGES = 3
MOST_INITIATIVES = 5
MOST_CHARACTERS = 100
MOST_WORDS = 6
LEAST_OF_A_VERB = 3
FILLERS = frozenset({"a", "add", "an", "change", "enter", "for", "in", "new", "of", "on", "record", "the", "to"})
OTHER_WORDS: Mapping[str, str] = {
    "overview": "home portfolio start",
    "initiatives": "list projects",
    "risk": "failure causes heat",
    "import": "file csv spreadsheet upload",
    "reports": "digest workbook mail export",
    "preferences": "theme colours time zone language shortcuts",
    "tokens": "integrations api",
    "people": "users roles invite members",
    "settings": "currency fiscal year units programmes hurdle",
    "audit": "history changes log",
    "method": "help formulas",
    "keys": "shortcuts help",
    "period_locks": "lock reopen",
    "price_index": "prices inflation",
    "exchange_rates": "currency",
}


@dataclass(frozen=True)
class Deed:
    """Something that people record about an initiative.

    Args:
        label: what is done, up to the initiative's name.
        page: the name of the URL where it is done.
        words: what people call it, in small letters.
        permission: what it needs.
    """

    label: str
    page: str
    words: tuple[str, ...]
    permission: Permission


DEEDS = (
    Deed("Add a reading to", "kpis", ("readings", "kpis", "values"), Permission.WRITE_RECORDS),
    Deed("Enter costs of", "costs", ("costs", "spending", "money"), Permission.WRITE_MONEY),
    Deed("Score the causes of", "assessment", ("causes", "scores", "assessments"), Permission.WRITE_RECORDS),
    Deed("Add a benefit to", "benefit_new", ("benefits", "savings"), Permission.WRITE_MONEY),
    Deed("Change the stage of", "stage", ("stages", "gates"), Permission.WRITE_RECORDS),
    Deed("Plan an action for", "mitigations", ("actions", "mitigations", "plan"), Permission.WRITE_RECORDS),
    Deed("Add evidence to", "evidence_files", ("evidence", "files"), Permission.WRITE_MONEY),
    Deed("Edit", "initiative_edit", ("edit", "rename"), Permission.WRITE_RECORDS),
)


@dataclass(frozen=True)
class Find:
    """One line of what was found.

    Args:
        label: what it is.
        note: unit and owner of an initiative.
        kind: Page, Initiative or Action.
        url: where it leads.
    """

    label: str
    note: str
    kind: str
    url: str


@dataclass(frozen=True)
class Finds:
    """What was found for the words, best first; nothing for no words."""

    words: str
    rows: tuple[Find, ...]

    @property
    def is_full(self) -> bool:
        """Whether there may be more than is shown."""
        return len(self.rows) == MOST


def finds(actor: Actor, text: str, pages: Sequence[Link]) -> Finds:
    """What the actor may open that the text names: actions it asks for, then pages, then initiatives.

    Args:
        text: as typed; what is beyond 100 characters or six words is left out.
        pages: the pages that the actor's role opens.
    """
    shown = " ".join(text.replace("\0", " ")[:MOST_CHARACTERS].split())
    words = shown.lower().split()[:MOST_WORDS]
    if not words:
        return Finds("", ())
    named = best_by_words(initiatives(actor), shown, words, MOST_INITIATIVES)
    asked, is_full = _deeds_asked_for(actor, words)
    plain = [*_pages_named(words, pages), *map(_line, named), *_pages_about(words, pages)]
    rows = [*asked, *plain] if is_full else [*plain, *asked]
    distinct: dict[str, Find] = {}
    for row in [*rows, *_deeds_of_first(actor, named)]:
        distinct.setdefault(row.url, row)
    return Finds(shown, tuple(islice(distinct.values(), MOST)))


def _pages_named(words: Sequence[str], pages: Sequence[Link]) -> list[Find]:
    """Pages of whose name every word begins a word."""
    return [_page(page) for page in pages if _all_begin(words, page.label)][:MOST_PAGES]


def _pages_about(words: Sequence[str], pages: Sequence[Link]) -> list[Find]:
    """Pages that people may mean by the words, by what else they are called."""
    about = [page for page in pages if _all_begin(words, f"{page.label} {OTHER_WORDS.get(page.name, '')}")]
    return [_page(page) for page in about][:MOST_PAGES]


def _all_begin(words: Sequence[str], text: str) -> bool:
    own = text.lower().replace(",", "").split()
    return all(any(each.startswith(word) for each in own) for word in words)


def _deeds_asked_for(actor: Actor, words: Sequence[str]) -> tuple[list[Find], bool]:
    """The deed that the words name, of each initiative that the other words name and that the actor may write; and
    whether there are other words."""
    deed = next((deed for deed in DEEDS if may(actor, deed.permission) and _named(deed, words)), None)
    if deed is None:
        return [], False
    others = [word for word in words if word not in FILLERS and word not in _named(deed, words)]
    rows = best_by_words(writable_initiatives(actor, deed.permission), " ".join(others), others, MOST_INITIATIVES)
    return [_deed(deed, row) for row in rows], bool(others)


def _deeds_of_first(actor: Actor, named: Sequence[Initiative]) -> list[Find]:
    """What the actor may record about the first initiative found."""
    return [_deed(deed, row) for row in named[:1] for deed in DEEDS if may_write(actor, row, deed.permission)]


def _named(deed: Deed, words: Sequence[str]) -> set[str]:
    """Which of the words name the deed: three letters of one of its names or more."""
    long = [word for word in words if len(word) >= LEAST_OF_A_VERB]
    return {word for word in long if any(name.startswith(word) for name in deed.words)}


def _page(page: Link) -> Find:
    return Find(page.label, "", "Page", page.url)


def _line(initiative: Initiative) -> Find:
    about = (str(initiative.unit or ""), str(initiative.owner_user or initiative.owner))
    note = " · ".join(part for part in about if part)
    return Find(initiative.name, note, "Initiative", reverse("initiative", args=[initiative.key]))


def _deed(deed: Deed, initiative: Initiative) -> Find:
    return Find(f"{deed.label} {initiative.name}", "", "Action", reverse(deed.page, args=[initiative.key]))
