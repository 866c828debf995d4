"""One change of many initiatives at once: all of them or none."""

from collections.abc import Callable, Sequence

from django.db import transaction

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import writable_initiatives
from portfolio.models import Initiative
from portfolio.services.initiatives import person
from portfolio.services.versions import bump, with_sharers


def assign(*, actor: Actor, keys: Sequence[str], owner: str) -> list[Initiative]:
    """Gives initiatives another owner, and returns those that changed; those the actor may not write are left alone.

    Raises:
        ValidationError: the name is too long.
    """
    user = person(actor.workspace, owner)

    def change(row: Initiative) -> bool:
        is_other = (row.owner, row.owner_user_id) != (owner, user.pk if user else None)
        row.owner, row.owner_user = owner, user
        return is_other

    return _changed(actor, keys, change, ["owner", "owner_user"])


def tag(*, actor: Actor, keys: Sequence[str], tag: str) -> list[Initiative]:
    """Adds a tag to initiatives, and returns those that did not have it; those the actor may not write are left alone.

    Raises:
        ValidationError: the tag is too long.
    """

    def change(row: Initiative) -> bool:
        is_new = tag not in row.tags
        row.tags = [*row.tags, tag] if is_new else row.tags
        return is_new

    return _changed(actor, keys, change, ["tags"])


@transaction.atomic
def _changed(
    actor: Actor, keys: Sequence[str], change: Callable[[Initiative], bool], columns: list[str]
) -> list[Initiative]:
    rows = writable_initiatives(actor, Permission.WRITE_RECORDS).filter(key__in=keys).order_by("id")
    changed = [row for row in rows.select_for_update() if change(row)]
    others = [field.name for field in Initiative._meta.fields if field.name not in columns]
    for row in changed[:1]:
        row.clean_fields(exclude=others)
    Initiative.objects.bulk_update(changed, columns)
    bump(workspace_id=actor.workspace.pk, initiative_ids=with_sharers(row.pk for row in changed))
    return changed
