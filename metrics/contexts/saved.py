"""The saved views above a list, and the address that the list would be saved under."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.access import Actor, may, saved_views
from accounts.choices import Permission


@dataclass(frozen=True)
class View:
    """A saved view in the bar above a list.

    Args:
        note: whose it is, where another person shared it; "shared" where the reader did.
    """

    name: str
    url: str
    note: str
    is_current: bool


@dataclass(frozen=True)
class SavedViews:
    """The bar of saved views.

    Args:
        all_url: the whole list.
        is_all: whether the whole list is shown.
        is_new: whether what is shown has no name yet.
        page: the list's name, to save under.
        query: what would be saved.
    """

    views: tuple[View, ...]
    all_url: str
    is_all: bool
    is_new: bool
    page: str
    query: str
    may_share: bool


def bar_of(actor: Actor, page: str, query: str) -> SavedViews:
    """The bar above the list of this name when its address holds this query; one query to the database."""
    here, query = reverse(page), query.removeprefix("?")
    views = tuple(
        View(
            name=view.name,
            url=f"{here}?{view.query}",
            note=_note(actor, view.owner_id, str(view.owner)) if view.is_shared else "",
            is_current=view.query == query,
        )
        for view in saved_views(actor).filter(page=page)
    )
    return SavedViews(
        views=views,
        all_url=here,
        is_all=not query,
        is_new=bool(query) and not any(view.is_current for view in views),
        page=page,
        query=query,
        may_share=may(actor, Permission.SHARE_VIEWS),
    )


def _note(actor: Actor, owner_id: int, owner: str) -> str:
    is_own = actor.user is not None and actor.user.pk == owner_id
    return "shared" if is_own else f"shared by {owner}"
