"""The bell: services ring it on commit, whoever registered hears it. The record side never learns who listens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

Listener = Callable[[int, list[int] | None], object]
listeners: list[Listener] = []


@dataclass
class _Ring:
    """What is told on commit; ``changed`` None means all of the workspace."""

    workspace_id: int
    changed: set[int] | None

    def tell(self) -> None:
        """Tells every listener."""
        for listener in listeners:
            listener(self.workspace_id, None if self.changed is None else sorted(self.changed))

    def add(self, other: "_Ring") -> None:
        """Tells what the other one would have told, too."""
        both = self.changed is not None and other.changed is not None
        self.changed = (self.changed or set()) | (other.changed or set()) if both else None


def ring(workspace_id: int, initiative_ids: Iterable[int] | None = None) -> None:
    """Tells every listener, once the transaction commits, that inputs changed.

    Args:
        workspace_id: the workspace whose facts or settings changed.
        initiative_ids: the initiatives that changed; None means all of the workspace.
    """
    _merge_earlier()
    rung = _Ring(workspace_id, None if initiative_ids is None else set(initiative_ids))
    transaction.on_commit(rung.tell, robust=True)


def _merge_earlier() -> None:
    """Rings of this transaction that can only be kept or rolled back together become one.

    Each remembers the savepoints it was rung in; those released since then no longer tell two rings apart.
    """
    open_savepoints = set(connection.savepoint_ids)
    kept: dict[tuple[int, frozenset[str]], _Ring] = {}
    waiting: list[Any] = connection.run_on_commit
    hooks = []
    for savepoints, hook, robust in waiting:
        rung = getattr(hook, "__self__", None)
        if isinstance(rung, _Ring):
            first = kept.setdefault((rung.workspace_id, frozenset(savepoints & open_savepoints)), rung)
            if first is not rung:
                first.add(rung)
                continue
        hooks.append((savepoints, hook, robust))
    waiting[:] = hooks
