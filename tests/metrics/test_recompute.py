"""recompute, as the contract has it."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Workspace
from metrics.models import CurrentPortfolio, CurrentSnapshot, Snapshot
from tests.factories import make_initiative

Answer = Callable[..., dict[str, Any]]


@pytest.fixture
def answer(workspace: Workspace) -> Answer:
    """Runs the command with --json and reads what it prints."""
    for key in ("first", "second"):
        make_initiative(workspace, key)

    def run(*arguments: str) -> dict[str, Any]:
        out = StringIO()
        call_command("recompute", "--workspace", workspace.slug, "--json", *arguments, stdout=out)
        found: dict[str, Any] = json.loads(out.getvalue())
        return found

    return run


def test_it_prints_counts_and_seconds_by_phase(answer: Answer) -> None:
    found = answer()
    counts = [found[name] for name in ("initiatives", "written", "unchanged", "overtaken")]
    assert (counts, sorted(found["seconds"])) == ([2, 2, 0, 0], ["all", "compute", "fit", "read", "totals", "write"])


def test_it_leaves_alone_what_does_not_lag(answer: Answer) -> None:
    answer()
    assert answer()["initiatives"] == 0


def test_all_works_out_also_what_does_not_lag(answer: Answer) -> None:
    answer()
    assert answer("--all")["unchanged"] == 2


def test_one_initiative_alone(answer: Answer) -> None:
    answer("--initiative", "second")
    assert CurrentSnapshot.objects.get().initiative.key == "second"


def test_totals_follow(answer: Answer) -> None:
    answer()
    assert CurrentPortfolio.objects.get().snapshot.coverage["of"] == 2


def test_a_past_day_is_stored_and_not_pointed_at(answer: Answer) -> None:
    answer("--as-of", str(timezone.now().date() - timedelta(days=40)))
    assert (Snapshot.objects.filter(kind="as_of").count(), CurrentSnapshot.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    "arguments",
    [("--initiative", "third"), ("--as-of", "2999-01-01"), ("--processes", "0")],
    ids=["unknown initiative", "day ahead", "no process"],
)
def test_refused_input_exits_with_1(answer: Answer, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError) as caught:
        answer(*arguments)
    assert caught.value.returncode == 1


def test_an_unknown_workspace_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no workspace"):
        call_command("recompute", "--workspace", "nowhere")
