"""Every figure that a page explains has its document: formula, source, worked example and limits."""

import re
from pathlib import Path

import pytest

from metrics.contexts.formulas import FORMULAS

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "methods"
FAMILIES = ("effect",)
MEASURED = "evidence-of-ranges"
TEXTS = {path.stem: path.read_text() for path in DOCUMENTS.glob("*.md")}


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - set(FAMILIES)))
def test_the_document_of_a_figure_names_it(name: str) -> None:
    assert f"`{name}`" in TEXTS[FORMULAS[name].document]


@pytest.mark.parametrize("name", FAMILIES)
def test_the_document_of_a_family_is_there(name: str) -> None:
    assert FORMULAS[name].document in TEXTS


@pytest.mark.parametrize("document", sorted(set(TEXTS) - {MEASURED}))
def test_a_document_has_a_source_a_worked_example_and_limits(document: str) -> None:
    text = TEXTS[document]
    lacking = [part for part in ("Source", "Worked example", "Limits") if not re.search(rf"(\*\*|## ){part}", text)]
    assert lacking == []


@pytest.mark.parametrize("document", sorted(TEXTS))
def test_a_document_leads_only_to_documents_that_are_there(document: str) -> None:
    led_to = set(re.findall(r"\]\(([\w-]+)\.md\)", TEXTS[document]))
    assert led_to - set(TEXTS) == set()
