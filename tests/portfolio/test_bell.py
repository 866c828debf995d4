"""The bell rings on commit, few times for many writes, and never for what was rolled back."""

import contextlib

import pytest
from django.db import transaction

from portfolio import bell

pytestmark = pytest.mark.django_db(transaction=True)
Heard = list[tuple[int, list[int] | None]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What a listener was told."""
    told: Heard = []
    monkeypatch.setattr(bell, "listeners", [lambda workspace, changed: told.append((workspace, changed))])
    return told


def write(*initiatives: int, workspace: int = 1) -> None:
    with transaction.atomic():
        bell.ring(workspace, initiatives)


def test_it_rings_on_commit(heard: Heard) -> None:
    with transaction.atomic():
        write(2, 1)
        assert heard == []
    assert heard == [(1, [1, 2])]


def test_many_writes_of_one_transaction_ring_at_most_twice(heard: Heard) -> None:
    with transaction.atomic():
        for number in range(50):
            write(number)
    assert len(heard) <= 2
    assert sorted(number for _, changed in heard for number in changed or []) == list(range(50))


def test_a_write_that_was_rolled_back_does_not_ring(heard: Heard) -> None:
    with transaction.atomic():
        write(1)
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            write(2)
            write(3)
            raise ZeroDivisionError
        write(4)
        write(5)
    assert sorted(number for _, changed in heard for number in changed or []) == [1, 4, 5]


def test_all_of_a_workspace_outweighs_some_of_it(heard: Heard) -> None:
    with transaction.atomic():
        write(1)
        bell.ring(1)
        write(2)
        write(3)
    assert (1, None) in heard


def test_workspaces_ring_apart(heard: Heard) -> None:
    with transaction.atomic():
        write(1, workspace=1)
        write(2, workspace=2)
        write(3, workspace=3)
    assert heard == [(1, [1]), (2, [2]), (3, [3])]
