"""Columns of delivered files: our names in any spelling, others by the user's word, and nothing guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.golden.record import Unreadable
from ingest.columns import ENVELOPE, Reading, folded, parsed_map

NAMES = [*CUSTOMER.by_name, *ENVELOPE]


def _refusal(reading: Reading, *columns: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        reading.names(columns)
    return caught.value.message


@given(st.sampled_from(NAMES), st.sampled_from(["_", " ", "-", "", "."]), st.randoms())
def test_a_name_is_known_in_any_spelling(name: str, sign: str, chance: object) -> None:
    """Upper and lower case, blanks, hyphens and underscores make no difference."""
    upper = "".join(letter.upper() if hash((str(chance), i)) % 2 else letter for i, letter in enumerate(name))
    spelled = upper.replace("_", sign)
    assert folded(spelled) == folded(name)
    columns = [spelled] if name == "key" else [spelled, "key"]
    assert Reading().names(columns)[spelled] == name


def test_columns_are_named_by_the_users_words() -> None:
    """A word may name any column, also one that has a meaning of its own, and blanks around it do not matter."""
    reading = Reading(named={"Kundennummer": "key", "E-Mail 2": "email", "phone": "first_name"})
    assert reading.names(["Kundennummer", " E-Mail 2", "phone", "lastName"]) == {
        "Kundennummer": "key",
        " E-Mail 2": "email",
        "phone": "first_name",
        "lastName": "last_name",
    }


def test_unknown_columns_are_refused_with_what_may_be_meant() -> None:
    """Every unknown column is told of at once, and how to go on; --ignore-unknown leaves them out."""
    told = _refusal(Reading(), "key", "frist_name", "shoe size")
    assert told == (
        "column 'frist_name': is not known; did you mean first_name?; column 'shoe size': is not known; "
        "FILE: name what a column means with --map COLUMN=ATTRIBUTE, or leave such columns out with --ignore-unknown"
    )
    names = Reading(ignore_unknown=True).names(["key", "shoe size"])
    assert names == {"key": "key", "shoe size": None}


def test_what_cannot_be_meant_is_refused() -> None:
    """A word about a column that is not there, for an attribute nobody knows, and two columns of one meaning."""
    assert _refusal(Reading(named={"mial": "email"}), "key", "mail") == (
        "--map: there is no column 'mial'; did you mean mail?; column 'mail': is not known; did you mean email?; "
        "FILE: name what a column means with --map COLUMN=ATTRIBUTE, or leave such columns out with --ignore-unknown"
    )
    assert _refusal(Reading(named={"mail": "emial"}), "key", "mail") == (
        "--map: 'emial' is not known; did you mean email?"
    )
    assert (
        _refusal(Reading(), "key", "email", "E-Mail") == "$: the columns 'email' and 'E-Mail' are both email"
    )


def test_a_file_without_a_key_column_says_how_to_name_it() -> None:
    """Which column holds the key is not guessed."""
    assert _refusal(Reading(), "email", "phone") == (
        "--key-column: no column is called key: say which one holds what the source calls each record, "
        "one of email, phone"
    )


def test_rows_get_our_names_and_whole_numbers_become_text() -> None:
    """Columns left out are gone, numbers are text, the source system is told; what is no record stays as it is."""
    reading = Reading(named={"id": "key"}, ignore_unknown=True)
    names = reading.names(["id", "postalCode", "shoe"])
    row = {"id": 7, "postalCode": 50667, "shoe": 43, "later": 1}
    assert reading.row(row, names, "crm") == {"source_system": "crm", "key": "7", "postal_code": "50667"}
    nested = {"id": 7, "address": {"postalCode": 50667}, "valid_to": True}
    assert Reading(named={"id": "key"}).row(nested, {"id": "key"}, "crm") == {
        "source_system": "crm",
        "key": "7",
        "address": {"postalCode": "50667"},
        "valid_to": True,
    }
    assert reading.row([7], names, "crm") == [7]


def test_a_cell_that_is_not_utf8_makes_its_row_unreadable() -> None:
    """The row is kept as Latin-1, and the reason names the column and the remedy."""
    names = {"key": "key", "last_name": "last_name"}
    row = Reading().row({"key": "1", "last_name": "J\udcfcrgen"}, names, "crm")
    assert row == Unreadable(
        '{"key":"1","last_name":"Jürgen"}',
        "the column 'last_name' is not UTF-8; if the file is Latin-1 or Windows-1252, convert it: "
        "iconv -f WINDOWS-1252 -t UTF-8",
    )


def test_a_file_read_in_another_way_is_another_delivery() -> None:
    """Other words about its columns or another source make it another one, a model does not."""
    digest = bytes(32)
    plain, mapped, again = Reading(), Reading(named={"mail": "email"}), Reading(again="1")
    assert len({reading.fingerprint(digest, "crm") for reading in (plain, mapped, again)}) == 3
    assert plain.fingerprint(digest, "shop") != plain.fingerprint(digest, "crm")
    assert Reading(named={"mail": "email"}).fingerprint(digest, "crm") == mapped.fingerprint(digest, "crm")
    trained = Reading(entity_type=replace(CUSTOMER, policy_version="model 1"))
    assert trained.fingerprint(digest, "crm") == plain.fingerprint(digest, "crm")


def test_a_file_without_any_record_is_told_of() -> None:
    """An empty one has no columns to choose the key from."""
    with pytest.raises(InvalidInputError, match="there is no record in it: it is empty, or begins with none"):
        Reading().names([])


def test_words_about_columns_are_column_and_attribute() -> None:
    """The last equals sign counts, since columns may hold one; anything else is refused."""
    assert parsed_map(["a=b=email", " mail = email "]) == {"a=b": "email", "mail": "email"}
    for wrong in ("email", "=email", "mail="):
        with pytest.raises(InvalidInputError, match="is not COLUMN=ATTRIBUTE"):
            parsed_map([wrong])
    with pytest.raises(InvalidInputError, match="is named twice"):
        parsed_map(["mail=email", "mail=phone"])
