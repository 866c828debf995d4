"""House rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("web", "accounts", "portfolio", "metrics", "notices")
INTERFACES = {"views", "api", "management", "tasks", "admin", "middleware", "templatetags", "context_processors"}
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("date", "today"), ("time", "time"), ("timezone", "localdate")}


def modules() -> Iterator[Path]:
    """Every module of the apps, migrations aside."""
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def clock_calls(path: Path) -> list[int]:
    """Lines that read the clock."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, call.func.attr) in CLOCKS
    ]


def test_only_interfaces_read_the_clock() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        if not INTERFACES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        for line in clock_calls(path)
    ]
    assert offenders == []


@pytest.mark.parametrize("fault", [r"\sstyle=", r"<script(?![^>]*\b(src|type=\"application/json\"))", r"\son[a-z]+="])
def test_templates_of_pages_hold_nothing_that_the_content_policy_forbids(fault: str) -> None:
    pages = (path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)
    assert [str(path.relative_to(ROOT)) for path in pages if re.search(fault, path.read_text())] == []


def test_modules_stay_under_400_lines() -> None:
    long = [str(path.relative_to(ROOT)) for path in modules() if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_nothing_in_the_apps_imports_tests() -> None:
    assert [str(path) for path in modules() if re.search(r"^(from|import) tests\b", path.read_text(), re.M)] == []
