"""A table and a profile to records; what cannot be taken says where and why."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio.importing.parse.errors import FileRefused
from portfolio.importing.parse.profile import (
    ProfileRefused,
    load_profile,
    plain_profile,
    profile_from,
    shipped_profiles,
)
from portfolio.importing.parse.records import Parsed, parse_records
from portfolio.importing.parse.schema import Kind
from portfolio.importing.parse.table import read_table


def parsed(text: str, kind: Kind = Kind.COSTS, **document: Any) -> Parsed:
    profile = profile_from({"name": "test", **document}) if document else plain_profile()
    return parse_records(read_table(text.encode(), "list.csv", profile.layout), profile, kind)


def first(text: str, kind: Kind = Kind.COSTS, **document: Any) -> dict[str, Any]:
    return dict(parsed(text, kind, **document).records[0].values)


def faults(found: Parsed) -> list[tuple[int | None, str | None, str]]:
    return [(issue.line, issue.column, issue.reason) for issue in found.rejections]


COST = {"initiative": "id", "on": "day", "amount": "cost"}


def test_our_own_columns_need_no_profile() -> None:
    assert first("Initiative,On,Amount,Category\nclaims,2026-01-31,£1,\n") == {
        "initiative": "claims",
        "on": date(2026, 1, 31),
        "amount": Decimal(1),
        "currency": "GBP",
    }


def test_a_column_that_is_not_known_is_told() -> None:
    found = parsed("initiative,on,amount,categry\nclaims,2026-01-31,1,compute\n")
    assert [(issue.column, issue.reason) for issue in found.warnings] == [
        ("categry", "this column is not known and is left out")
    ]


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(FileRefused, match=r"line 1, column “amount”: .* It has: initiative, on"):
        parsed("initiative,on\nclaims,2026-01-31\n")


def test_a_header_that_stands_twice_is_refused() -> None:
    with pytest.raises(FileRefused, match=r"column “amount”: The header stands in 2 columns \(3, 4\)"):
        parsed("initiative,on,amount,amount\nclaims,2026-01-31,1,2\n")


def test_a_profile_may_name_the_second_of_two_equal_headers() -> None:
    recipe = {**COST, "amount": {"column": "cost", "nth": 2}}
    assert first("id,day,cost,cost\nclaims,2026-01-31,1,2\n", costs=[recipe])["amount"] == Decimal(2)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("claims,31/01/2026,1,EUR,", "on", "“31/01/2026” is not a date in a known layout (such as 2025-03-31)"),
        ("claims,2026-01-31,abc,EUR,", "amount", "“abc” is not an amount of money"),
        ("claims,2026-01-31,£1,EUR,", "amount", "the amount is in GBP but the row says EUR"),
        ("claims,2026-01-31,1,Euro,", "currency", "“Euro” is not a currency; write three letters such as EUR"),
        (",2026-01-31,1,EUR,", "initiative", "is empty, but it is needed"),
        ("a b,2026-01-31,1,EUR,", "initiative", "“a b” is no key: up to 64 letters, digits, “-”, “_” or “.”"),
    ],
)
def test_a_faulty_cell_is_named_by_line_and_column(row: str, column: str, reason: str) -> None:
    assert faults(parsed(f"initiative,on,amount,currency,basis\n{row}\n")) == [(2, column, reason)]


def test_a_word_that_is_none_of_ours_lists_those_that_are() -> None:
    found = parsed("initiative,on,amount,basis\nclaims,2026-01-31,1,budget\n")
    assert faults(found) == [(2, "basis", "“budget” is none of: actual, plan, forecast")]


def test_a_row_of_another_width_is_refused() -> None:
    found = parsed("initiative,on,amount\nclaims,2026-01-31,1,2\n")
    assert (found.rows, faults(found)) == (1, [(2, None, "the row has 4 cells but the header has 3")])


def test_words_that_mean_not_known_are_no_value() -> None:
    text = "id,day,cost,what\nclaims,2026-01-31,1,Exempt under section 43\n"
    assert "note" not in first(text, not_known_starts=["Exempt under"], costs=[{**COST, "note": "what"}])


def test_an_unreadable_optional_value_warns_in_a_lenient_profile() -> None:
    found = parsed("id,day,cost,what\nclaims,2026-01-31,1,x\n", lenient=True, costs=[{**COST, "basis": "what"}])
    assert (len(found.records), [issue.column for issue in found.warnings]) == (1, ["what"])


def test_an_unreadable_optional_value_refuses_the_row_otherwise() -> None:
    found = parsed("id,day,cost,what\nclaims,2026-01-31,1,x\n", costs=[{**COST, "basis": "what"}])
    assert (len(found.records), [issue.column for issue in found.rejections]) == (0, ["what"])


def test_one_faulty_record_of_a_row_keeps_the_others_out() -> None:
    recipes = [COST, {**COST, "amount": "more"}]
    found = parsed("id,day,cost,more\nclaims,2026-01-31,1,x\n", costs=recipes)
    assert (len(found.records), len(found.rejections)) == (0, 1)


def test_a_row_without_the_value_of_a_recipe_says_nothing() -> None:
    found = parsed("id,day,cost\nclaims,2026-01-31,\n", costs=[{**COST, "only_where": ["amount"]}])
    assert (len(found.records), found.skipped, found.rejections) == (0, 1, [])


def test_a_known_amount_without_a_date_is_left_out_with_a_warning() -> None:
    found = parsed("id,day,cost\nclaims,,5\n", costs=[{**COST, "only_where": ["amount", "on"]}])
    assert [(issue.column, issue.reason) for issue in found.warnings] == [
        ("day", "is not known, so the amount of this row is left out")
    ]


def test_the_first_column_that_the_file_has_is_taken() -> None:
    recipe = {**COST, "amount": ["price", "cost"]}
    assert first("id,day,cost\nclaims,2026-01-31,7\n", costs=[recipe])["amount"] == Decimal(7)


def test_a_key_made_of_several_columns_does_not_mind_blanks_and_capitals() -> None:
    recipe = {"key": {"row_key": True}, "name": "name"}
    options: dict[str, Any] = {"key": [["unit", "name"]], "initiatives": [recipe]}
    one = first("unit,name\nHR,Chat  Bot\n", Kind.INITIATIVES, **options)
    two = first("unit,name\nhr,chat bot\n", Kind.INITIATIVES, **options)
    assert one["key"] == two["key"] == "hr-chat-bot"


def test_equal_keys_are_told_apart_by_their_order_and_listed() -> None:
    recipe = {"key": {"row_key": True}, "name": "name"}
    found = parsed("name\nChat\nChat\n", Kind.INITIATIVES, key=[["name"]], initiatives=[recipe])
    assert [record.values["key"] for record in found.records] == ["Chat", "Chat-2"]
    assert [issue.line for issue in found.warnings] == [3]


def test_a_long_key_ends_in_a_hash_of_the_whole() -> None:
    recipe = {"key": {"row_key": True}, "name": "name"}
    text = "name\n" + "long name " * 20 + "a\n" + "long name " * 20 + "b\n"
    keys = [
        str(record.values["key"])
        for record in parsed(text, Kind.INITIATIVES, key=[["name"]], initiatives=[recipe]).records
    ]
    assert len(set(keys)) == 2
    assert max(map(len, keys)) <= 64


def test_wide_columns_become_rows() -> None:
    recipe = {
        "each_column_except": ["Date"],
        "on": "Date",
        "base": {"value": "EUR"},
        "quote": {"header": True},
        "rate": {"cell": True},
        "only_where": ["rate"],
    }
    found = parsed("Date,USD,JPY,\n2024-04-09,1.0867,N/A,\n", Kind.RATES, not_known=["N/A"], rates=[recipe])
    assert [(record.values["quote"], record.values["rate"]) for record in found.records] == [("USD", Decimal("1.0867"))]


def test_a_date_after_the_file_was_made_is_a_plan() -> None:
    recipe = {**COST, "on": {"column": "day", "latest": date(2024, 12, 31)}}
    found = parsed("id,day,cost\nclaims,2025-06-30,1\n", costs=[recipe])
    assert "so it is a plan and not a fact of this file" in found.rejections[0].reason


def test_a_profile_without_the_kind_is_refused() -> None:
    with pytest.raises(FileRefused, match="has no rates; it has: costs"):
        parsed("id,day,cost\nclaims,2026-01-31,1\n", Kind.RATES, costs=[COST])


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"kosts": []}, "entries that are not known: kosts"),
        ({"costs": [{"amont": "x"}]}, "fields that costs do not have: amont"),
        ({"costs": [{"amount": {"colum": "x"}}]}, "“costs.amount” is wrong"),
        ({"file": {"header": 2}}, "“file” is wrong"),
    ],
)
def test_a_mistake_in_a_profile_is_named(document: dict[str, Any], words: str) -> None:
    with pytest.raises(ProfileRefused, match=words):
        profile_from({"name": "mine", **document})


@pytest.mark.parametrize("name", ["nothing", "../profiles/gmpp", "/etc/passwd"])
def test_a_profile_that_is_not_shipped_is_refused(name: str) -> None:
    with pytest.raises(ProfileRefused, match="There is no profile"):
        load_profile(name)


def test_a_profile_of_ones_own_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[[costs]]\ninitiative = "id"\non = "day"\namount = "cost"\n', encoding="utf-8")
    assert Kind.COSTS in load_profile(str(path)).recipes


def test_every_shipped_profile_is_sound() -> None:
    assert [profile.name for profile in shipped_profiles()] == [
        "ecb",
        "gmpp-transposed",
        "gmpp",
        "us-federal-2023",
        "us-federal-2024-v1",
        "us-federal-2024-v2",
    ]


def test_a_transposed_file_has_one_record_per_column() -> None:
    text = "id,claims,voice\nday,2026-01-31,2026-02-28\n,,\ncost,1,x\n"
    found = parsed(text, costs=[COST], file={"transposed": True})
    assert [(row.line, row.values["initiative"]) for row in found.records] == [(2, "claims")]
    assert [(line, column) for line, column, _ in faults(found)] == [(3, "cost")]


def test_a_transposed_file_whose_rows_differ_in_length_is_refused() -> None:
    with pytest.raises(FileRefused, match="line 2: the row has 2 cells but the header has 3"):
        parsed("id,claims,voice\nday,2026-01-31\ncost,1,2\n", costs=[COST], file={"transposed": True})


@pytest.mark.parametrize(("header", "category"), [("Rated 2014", "data"), ("Rated 2016", "compute")])
def test_a_constant_may_depend_on_a_column_that_the_file_has(header: str, category: str) -> None:
    words = [{"value": "data", "where_column": "rated 2014"}, {"value": "compute", "where_column": "Rated 2016"}]
    row = first(f"id,day,cost,{header}\nclaims,2026-01-31,1,x\n", costs=[{**COST, "category": words}])
    assert row["category"] == category


def test_a_recipe_is_left_out_where_the_file_lacks_its_column() -> None:
    recipes = [COST, {**COST, "amount": "more", "where_column": "more"}]
    assert len(parsed("id,day,cost\nclaims,2026-01-31,1\n", costs=recipes).records) == 1
    assert len(parsed("id,day,cost,more\nclaims,2026-01-31,1,2\n", costs=recipes).records) == 2


LINKED = {
    "key": [["number"], ["name"]],
    "linked": True,
    "initiatives": [{"key": {"row_key": True}, "name": "name"}],
}


def keys(text: str, known: dict[str, str]) -> list[str]:
    profile = profile_from({"name": "test", **LINKED})
    table = read_table(text.encode(), "list.csv", profile.layout)
    return [str(row.values["key"]) for row in parse_records(table, profile, Kind.INITIATIVES, known).records]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("N-1,Other name", "old"),
        ("n-1,Other name", "old"),
        ("N-9,Old  Name", "old"),
        (",Old name", "old"),
        ("N-9,New name", "N-9"),
        (",New name", "new-name"),
    ],
)
def test_a_row_belongs_to_the_initiative_that_any_of_its_keys_led_to(row: str, key: str) -> None:
    assert keys(f"number,name\n{row}\n", {"n-1": "old", "old-name": "old"}) == [key]


def test_a_number_is_surer_than_a_name_and_an_initiative_goes_to_one_row() -> None:
    assert keys("number,name\nN-2,Old name\nN-1,New name\n", {"n-1": "old", "old-name": "old"}) == ["N-2", "old"]


def test_a_key_that_another_row_has_is_told_apart() -> None:
    assert keys("number,name\n,Old\nN-1,New\n", {"n-1": "Old", "old": "Old"}) == ["Old-2", "Old"]


def test_bytes_without_meaning_are_shown_where_the_encoding_is_declared() -> None:
    profile = profile_from({"name": "test", "initiatives": [{"name": "name"}], "file": {"encoding": "windows-1252"}})
    table = read_table(b"name\nOne\nCaf\xe9 \x9d\n", "list.csv", profile.layout)
    found = parse_records(table, profile, Kind.INITIATIVES)
    assert [row.values["name"] for row in found.records] == ["One", "Caf\u00e9 \ufffd"]
    assert [(issue.line, issue.reason[:27]) for issue in found.warnings] == [(3, "a byte here means nothing i")]


def test_only_an_encoding_that_can_be_read_is_declared() -> None:
    with pytest.raises(ProfileRefused, match="can only be “windows-1252”"):
        profile_from({"name": "test", "file": {"encoding": "latin-2"}})
