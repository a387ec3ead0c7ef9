"""Check digits of identifiers that carry one; each check says in words what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_LENGTHS_OF_GTIN = (8, 12, 13, 14)
_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_VAT = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}")
_DUNS = re.compile(r"[0-9]{9}")
_MOD_11_10 = 10


def gtin(code: str) -> str | None:
    """Return what is wrong with a GTIN (EAN, UPC) of 8, 12, 13 or 14 digits; the last one checks the others."""
    if not (code.isascii() and code.isdigit()) or len(code) not in _LENGTHS_OF_GTIN:
        return "is not a GTIN: it has 8, 12, 13 or 14 digits"
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(code[-2::-1]))
    expected = -weighed % 10
    return None if int(code[-1]) == expected else f"is not a GTIN: its last digit should be {expected}"


def lei(code: str) -> str | None:
    """Return what is wrong with a legal entity identifier (ISO 17442): 18 letters and digits, then two that check them."""
    if not _LEI.fullmatch(code):
        return "is not a LEI: it has 18 letters and digits and two check digits"
    return None if _mod_97(code) == 1 else "is not a LEI: its check digits do not fit"


def iban(code: str) -> str | None:
    """Return what is wrong with an international bank account number (ISO 13616)."""
    if not _IBAN.fullmatch(code):
        return "is not an IBAN such as DE89 3704 0044 0532 0130 00"
    return None if _mod_97(code[4:] + code[:4]) == 1 else "is not an IBAN: its check digits do not fit"


def duns(code: str) -> str | None:
    """Return what is wrong with a D-U-N-S number: nine digits, which have carried no check digit since 2006."""
    return None if _DUNS.fullmatch(code) else "is not a D-U-N-S number: it has nine digits"


def vat(code: str) -> str | None:
    """Return what is wrong with a VAT id: the country's two letters, then its own digits; German ones are checked."""
    if not _VAT.fullmatch(code):
        return "is not a VAT id such as DE136695976: it begins with the two letters of its country"
    if code.startswith("DE"):
        if not re.fullmatch("[0-9]{9}", code[2:]):
            return "is not a VAT id: a German one is DE and nine digits"
        if not _is_mod_11_10(code[2:]):
            return "is not a VAT id: its last digit does not fit"
    return None


CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "gtin": gtin,
    "lei": lei,
    "iban": iban,
    "duns": duns,
    "vat": vat,
}
"""What checks the code of an attribute, by the name that its entity type gives: what is wrong with it, or None."""


def _mod_97(code: str) -> int:
    return int("".join(str(int(character, 36)) for character in code)) % 97


def _is_mod_11_10(digits: str) -> bool:
    product = _MOD_11_10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[-1])
