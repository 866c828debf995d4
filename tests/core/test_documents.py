"""Every figure says how it is made."""

from pathlib import Path

import pytest

from tests.core.facts import figures, initiative

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "methods"
TEXT = "\n".join(path.read_text() for path in DOCUMENTS.glob("*.md"))


@pytest.mark.parametrize("name", sorted(figures(initiative())))
def test_every_figure_is_explained_in_the_methods(name: str) -> None:
    assert f"`{name}`" in TEXT
