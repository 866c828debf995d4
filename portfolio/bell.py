"""The bell: services ring it on commit, whoever registered hears it. The record side never learns who listens."""

from collections.abc import Callable, Iterable

from django.db import transaction

Listener = Callable[[int, list[int] | None], object]
listeners: list[Listener] = []


def ring(workspace_id: int, initiative_ids: Iterable[int] | None = None) -> None:
    """Tells every listener, once the transaction commits, that inputs changed.

    Args:
        workspace_id: the workspace whose facts or settings changed.
        initiative_ids: the initiatives that changed; None means all of the workspace.
    """
    changed = None if initiative_ids is None else sorted(initiative_ids)

    def tell() -> None:
        for listener in listeners:
            listener(workspace_id, changed)

    transaction.on_commit(tell, robust=True)
