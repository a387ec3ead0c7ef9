"""Values in the one form in which they are stored; what cannot be brought into it is refused in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

from graph.golden import numbering_plans
from graph.golden.check_digits import CHECKS
from graph.golden.countries import country_code

DEFAULT_REGION = "US"
"""Where a phone number without a country code is taken to be when the record names no country by its ISO code."""

_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@(?:[^@\s.,;:<>()\[\\\]]+\.)+[^@\s.,;:<>()\[\\\]]{2,}")
_E164 = re.compile(r"\+([1-9][0-9]{6,14})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_CODE_MARKS = str.maketrans("", "", " .-/")
_PHONE_MARKS = str.maketrans("", "", " .-()")
_LONGEST_NUMBER = 40
_NO_URL = "is not a web address such as https://www.example.com"

_CURRENCY_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP
CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_CURRENCIES = frozenset(_CURRENCY_CODES.split())


def text(value: str, record: Mapping[str, str]) -> str:
    """Return the text in Unicode form NFC with single spaces."""
    clean = " ".join((value if value.isascii() else unicodedata.normalize("NFC", value)).split())
    if not clean.isprintable() and any(unicodedata.category(character) == "Cc" for character in clean):
        raise ValueError("holds a control character")
    return clean


def email(value: str, record: Mapping[str, str]) -> str:
    """Return the e-mail address in lower case."""
    clean = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip().lower()
    if not _EMAIL.fullmatch(clean):
        raise ValueError("is not an e-mail address")
    return clean


def phone(value: str, record: Mapping[str, str]) -> str:
    """Return the phone number as E.164, e.g. +4922112345678; a two-letter `country` in the record says where it is."""
    if is_plain_e164(value):
        return value
    country = record.get("country", "").strip().upper()
    region = country if country in phonenumbers.SUPPORTED_REGIONS else DEFAULT_REGION
    plain = _plain_national(value, region)
    if plain is not None:
        return plain
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


def is_plain_e164(value: str) -> bool:
    """Return whether a text is E.164 that reading it as a phone number would leave as it is; False proves nothing.

    Reading costs 25 µs, this look 1 µs: the length is possible, and nothing at its start could be a trunk prefix.
    """
    found = _E164.fullmatch(value)
    parts = numbering_plans.split(found[1]) if found is not None else None
    return parts is not None and _is_plain(*parts)


@lru_cache(maxsize=10_000)
def is_assigned(value: str) -> bool:
    """Return whether an E.164 number lies in a range that its country has given to subscribers."""
    found = _E164.fullmatch(value)
    parts = numbering_plans.split(found[1]) if found is not None else None
    if parts is not None and _is_plain(*parts):
        return numbering_plans.is_assigned(*parts)
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, None))
    except phonenumbers.NumberParseException:
        return False


def _is_plain(calling: int, national: str) -> bool:
    plan = numbering_plans.main_region(calling)
    return plan is not None and len(national) in plan.lengths and plan.trunk_prefix.match(national) is None


def _plain_national(value: str, region: str) -> str | None:
    """Return a national number of a region as E.164 where nothing about it needs a closer reading, else None."""
    digits = value.translate(_PHONE_MARKS)
    plan = numbering_plans.region(region)
    if plan is None or not (digits.isascii() and digits.isdigit()) or len(digits) not in plan.lengths:
        return None
    if digits.startswith(plan.calling_code) or not _is_plain(int(plan.calling_code), digits):
        return None
    if plan.trunk_prefix.match(digits) or plan.international_prefix.match(digits):
        return None
    return f"+{plan.calling_code}{digits}"


def day(value: str, record: Mapping[str, str]) -> str:
    """Return the day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise ValueError("is not a date such as 1990-05-17") from None


def birth_date(value: str, record: Mapping[str, str]) -> str:
    """Return the day as YYYY-MM-DD."""
    born = day(value, record)
    if not "1850" <= born < "2200":
        raise ValueError("is not the birth date of anybody alive since 1850")
    return born


def code(value: str, record: Mapping[str, str]) -> str:
    """Return an identifier in upper case, with single blanks."""
    clean = text(value, record).upper()
    if not any(character.isalnum() for character in clean):
        raise ValueError("holds no letter and no digit")
    return clean


def checked_code(value: str, check: str) -> str:
    """Return an identifier in upper case without blanks, dots, dashes and slashes; refused where its check fails."""
    clean = text(value, {}).upper().translate(_CODE_MARKS)
    wrong = CHECKS[check](clean)
    if wrong is not None:
        raise ValueError(wrong)
    return clean


def country(value: str, record: Mapping[str, str]) -> str:
    """Return the two-letter ISO 3166 code of a country given by its code or by its name in one of many languages."""
    found = country_code(text(value, record))
    if found is None:
        raise ValueError("is not a country; write its ISO 3166 code such as DE")
    return found


def currency(value: str, record: Mapping[str, str]) -> str:
    """Return the ISO 4217 code of a currency."""
    clean = value.strip().upper()
    if clean not in _CURRENCIES:
        raise ValueError("is not a currency; write its ISO 4217 code such as EUR")
    return clean


def number(value: str, record: Mapping[str, str]) -> str:
    """Return a number in plain decimal digits, e.g. 1234.5; a comma may set thousands apart, never decimals."""
    clean = value.strip()
    if _GROUPED.fullmatch(clean):
        clean = clean.replace(",", "")
    try:
        if len(clean) > _LONGEST_NUMBER or not _NUMBER.fullmatch(clean):
            raise ValueError
        found = Decimal(clean)
    except (ValueError, InvalidOperation):
        raise ValueError(f"is not a number such as 1234.5 of at most {_LONGEST_NUMBER} characters") from None
    plain = format(found, "f")
    short = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if short in ("-0", "") else short


def url(value: str, record: Mapping[str, str]) -> str:
    """Return a web address with its scheme (https where none is given) and its host in lower case."""
    clean = text(value, record)
    try:
        parts = urlsplit(clean if "://" in clean else f"https://{clean}")
        host = parts.hostname or ""
    except ValueError:
        raise ValueError(_NO_URL) from None
    if " " in clean or parts.scheme not in ("http", "https") or parts.username or "." not in host.strip("."):
        raise ValueError(_NO_URL)
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def national_number(value: str) -> str | None:
    """Return the digits of an E.164 phone number behind its country code, None where it is no such number."""
    try:
        return str(phonenumbers.parse(value, None).national_number)
    except phonenumbers.NumberParseException:
        return None
