"""Secrets leave connections wherever a driver would read one, and come back to the byte."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.catalog.connection import MASK, Guarded, guarded_connection, guarded_location

CONNECTIONS = [
    ("postgresql://user:hunter2@host:5432/db", "postgresql://user:***@host:5432/db"),
    ("postgresql://:hunter2@host/db", "postgresql://:***@host/db"),
    ("postgresql://user:hun:ter@2@host/db", "postgresql://user:***@host/db"),
    ("postgresql://user:hunter2@h1:1,h2:2/db", "postgresql://user:***@h1:1,h2:2/db"),
    ("postgresql://user@host/db", "postgresql://user@host/db"),
    ("postgresql://user:@host/db", "postgresql://user:@host/db"),
    ("postgresql://host/db?user=me&password=hunter2", "postgresql://host/db?user=me&password=***"),
    ("postgresql://host/db?password=hun;ter#2&user=me", "postgresql://host/db?password=***&user=me"),
    ("postgresql://host/db?pass%77ord=hunter2&x=1", "postgresql://host/db?pass%77ord=***&x=1"),
    ("https://host/v1?api_key=hunter2#top", "https://host/v1?api_key=***"),
    ("https://host/v1?TOKEN=hunter2&key=other", "https://host/v1?TOKEN=***&key=***"),
    ("https://a.blob.core.windows.net/c?sv=1&sig=hunter2", "https://a.blob.core.windows.net/c?sv=1&sig=***"),
    ("https://host/#access_token=hunter2", "https://host/#access_token=***"),
    ("s3://bucket/day=1/key=5/part", "s3://bucket/day=1/key=5/part"),
    (
        "jdbc:sqlserver://host:1433;databaseName=x;user=sa;password={hun;ter2};encrypt=true",
        "jdbc:sqlserver://host:1433;databaseName=x;user=sa;password=***;encrypt=true",
    ),
    (
        "jdbc:snowflake://acme.snowflakecomputing.com/?user=u&password=hunter2&db=D",
        "jdbc:snowflake://acme.snowflakecomputing.com/?user=u&password=***&db=D",
    ),
    ("mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Dhunter2", "mssql+pyodbc:///?odbc_connect=***"),
    ("host=h port=5432 password=hunter2 dbname=x", "host=h port=5432 password=*** dbname=x"),
    ("host=h password = 'hun ter\\'2' dbname=x", "host=h password = *** dbname=x"),
    ("host=h password=hun&ter;2", "host=h password=***"),
    ("Server=h;Uid=u;Pwd=hun ter2;Database=d", "Server=h;Uid=u;Pwd=***;Database=d"),
    ("Server=h;User Id=u;Password={hun;ter2};", "Server=h;User Id=u;Password=***;"),
    ("AccountName=a;AccountKey=hunter2==;EndpointSuffix=x", "AccountName=a;AccountKey=***;EndpointSuffix=x"),
]

DOUBTFUL = [
    "postgresql://user:hun/hunter2@host/db",
    "postgresql://user:12/hunter2@host/db",
    "postgresql://user:hun?hunter2@host/db",
    "postgresql://user:hun#hunter2@host/db",
    "postgresql://user:hun;hunter2@host/db",
    "host=h password=hun hunter2 dbname=x",
    "host=h password=hun;hunter2=c dbname=x",
    "host=h password='hun hunter2",
    "jdbc:oracle:thin:scott/hunter2@host:1521:orcl",
    "scott/hunter2@tcps://host",
    "just words hunter2",
]


@pytest.mark.parametrize(("text", "expected"), CONNECTIONS)
def test_what_is_shown_holds_no_secret_and_nothing_is_lost(text: str, expected: str) -> None:
    """Every known form shows the mask where the secret was, and the secret goes back in its place."""
    found = guarded_connection(text)
    assert found.shown == expected
    assert found.revealed == text
    assert guarded_connection(found.shown).shown == expected


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_connection_whose_secret_has_no_clear_bounds_is_refused_without_quoting_it(text: str) -> None:
    """Where drivers would disagree on where the secret ends, the connection is refused."""
    with pytest.raises(ValueError, match=r"must be|has an|is not|separates") as caught:
        guarded_connection(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["Frankfurt", "orders topic", "a@b", "hall = 3, floor 2", "/data/key/x", "x://y"]
)
def test_a_location_in_plain_words_passes_as_it_is(text: str) -> None:
    """A location need not be a URL."""
    assert guarded_location(text) == Guarded(text)


def test_a_location_that_is_a_connection_is_masked_like_one() -> None:
    """Lakes and sources may be URLs with secrets."""
    assert guarded_location("s3://AKIA:hunter2@lake/raw").shown == "s3://AKIA:***@lake/raw"
    assert guarded_location("host=h password=hunter2").shown == "host=h password=***"
    with pytest.raises(ValueError, match="must be a URL") as caught:
        guarded_location("(password=hunter2)")
    assert "hunter2" not in str(caught.value)


def test_a_masked_text_is_recognised() -> None:
    """What came back as it was shown holds the mask as its secret; other stars mean nothing."""
    assert guarded_connection("postgresql://u:***@h/db").is_masked
    assert not guarded_connection("postgresql://u:****@h/db").is_masked
    assert not guarded_connection("postgresql://u***@h/db").is_masked


def test_a_guarded_text_prints_without_its_secret() -> None:
    """A stray log line or traceback shows the mask."""
    assert repr(guarded_connection("postgresql://u:hunter2@h/db")) == "Guarded('postgresql://u:***@h/db')"


_PASSWORD = st.text(st.characters(exclude_characters="/?#;@", exclude_categories=["Cc", "Cs"]), min_size=1)


@given(password=_PASSWORD)
def test_any_password_of_a_url_is_taken_out_whole(password: str) -> None:
    """Whatever a password holds beside the characters that end an authority, no part of it is shown."""
    found = guarded_connection(f"postgresql://user:{password}@host/db")
    assert found.shown == f"postgresql://user:{MASK}@host/db"
    assert found.secrets == (password,)


@given(password=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_quoted_libpq_password_is_taken_out_whole(password: str) -> None:
    """A quoted value may hold anything, with quotes and backslashes escaped."""
    escaped = password.replace("\\", "\\\\").replace("'", "\\'")
    found = guarded_connection(f"host=h password='{escaped}' dbname=x")
    assert found.shown == "host=h password=*** dbname=x"
    assert found.secrets == (f"'{escaped}'",)


@given(
    text=st.text(max_size=60), head=st.sampled_from(["", "postgresql://", "host=h ", "jdbc:sqlserver://h;"])
)
def test_no_text_breaks_the_masking(text: str, head: str) -> None:
    """Any text is either refused with a reason or comes back to the byte."""
    for guard in (guarded_connection, guarded_location):
        with contextlib.suppress(ValueError):
            assert guard(head + text).revealed == head + text
