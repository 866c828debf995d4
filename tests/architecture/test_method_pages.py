"""Every figure that a page explains has its document."""

from pathlib import Path

from metrics.contexts.formulas import FORMULAS

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "methods"


def test_every_figure_names_a_document_that_is_there() -> None:
    missing = {name for name, found in FORMULAS.items() if not (DOCUMENTS / f"{found.document}.md").is_file()}
    assert missing == set()
