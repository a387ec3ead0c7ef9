"""E-mails, phones, dates and texts in the one form in which they are stored and compared."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import phonenumbers

DEFAULT_REGION = "US"
"""Where a phone number without a country code is taken to be when the record names no country by its ISO code."""

_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@(?:[^@\s.,;:<>()\[\\\]]+\.)+[^@\s.,;:<>()\[\\\]]{2,}")


def text(value: str, record: dict[str, str]) -> str:
    """Return the text in Unicode form NFC with single spaces."""
    clean = " ".join(unicodedata.normalize("NFC", value).split())
    if any(unicodedata.category(character) == "Cc" for character in clean):
        raise ValueError("holds a control character")
    return clean


def email(value: str, record: dict[str, str]) -> str:
    """Return the e-mail address in lower case."""
    clean = unicodedata.normalize("NFC", value).strip().lower()
    if not _EMAIL.fullmatch(clean):
        raise ValueError("is not an e-mail address")
    return clean


def phone(value: str, record: dict[str, str]) -> str:
    """Return the phone number as E.164, e.g. +4922112345678; a two-letter `country` in the record says where it is."""
    country = record.get("country", "").strip().upper()
    region = country if country in phonenumbers.SUPPORTED_REGIONS else DEFAULT_REGION
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        raise ValueError(
            "is not a phone number; write it with its country code, e.g. +49 221 12345678"
        ) from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(
            "is not a possible phone number; write it with its country code, e.g. +49 221 12345678"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def birth_date(value: str, record: dict[str, str]) -> str:
    """Return the day as YYYY-MM-DD."""
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("is not a date such as 1990-05-17") from None
    if not 1850 <= day.year < 2200:
        raise ValueError("is not the birth date of anybody alive since 1850")
    return day.isoformat()
