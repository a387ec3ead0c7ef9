"""The form in which values are compared: plain letters and digits, without what sources spell differently."""

from __future__ import annotations

import re
import string

from anyascii import anyascii

_APOSTROPHES = "'’`´"
_TO_BLANKS = str.maketrans(
    {mark: None if mark in _APOSTROPHES else " " for mark in string.punctuation + _APOSTROPHES}
)
_SPACED_LETTERS = re.compile(r"\b(?:[a-z] ){1,}[a-z]\b")
_NOT_CODE = re.compile(r"[^0-9a-z]+")

_FORMS = (
    "ab ag aps as asa bhd bv bvba cc co company corp corporation cv doo eg ek ent eurl ev gbr gesmbh ggmbh gie gmbh inc "
    "incorporated jsc kft kg kgaa kk lda limitada limited lllp llc llp lp ltd ltda mbh nv ohg ood ou oy oyj pc pjsc plc "
    "pllc pte pty pvt rt sa sab sarl sas sasu sca scs se sia sl slu snc spa spol spzoo srl sro uab ug ulc zrt"
)
_LEGAL_FORMS = frozenset(_FORMS.split())
_JOINING = frozenset({"and", "und", "et", "y", "e", "the", "haftungsbeschrankt"})
_STREET_WORDS = {
    "street": "st", "saint": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd", "bvd": "blvd", "drive": "dr",
    "lane": "ln", "court": "ct", "place": "pl", "square": "sq", "terrace": "ter", "highway": "hwy", "parkway": "pkwy",
    "circle": "cir", "north": "n", "south": "s", "east": "e", "west": "w", "apartment": "apt", "suite": "ste",
    "crescent": "cres", "cr": "cres", "close": "cl", "strasse": "str", "platz": "pl", "plaza": "pl", "calle": "c", "number": "",
    "no": "", "nr": "",
}  # fmt: skip
_STREET_ENDINGS = (("strasse", "str"), ("platz", "pl"))


def fold(value: str) -> str:
    """Return a text in lower-case plain letters and digits, its words one blank apart."""
    plain = value if value.isascii() else anyascii(value)
    return " ".join(plain.translate(_TO_BLANKS).lower().split())


def same(value: str) -> str:
    """Return a value whose canonical form is its comparable form."""
    return value


def email(value: str) -> str:
    """Return an e-mail address without the tag after a plus sign, which leads to the same mailbox."""
    plain = value if value.isascii() else anyascii(value)
    local, at, domain = plain.lower().partition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def company(value: str) -> str:
    """Return a company's name without legal forms such as GmbH, Inc or S.p.A., unless nothing else is left."""
    folded = _SPACED_LETTERS.sub(lambda found: found[0].replace(" ", ""), fold(value.replace("&", " and ")))
    words = folded.split()
    left = [word for word in words if word not in _LEGAL_FORMS and word not in _JOINING]
    return " ".join(left or words)


def street(value: str) -> str:
    """Return a street with its usual words abbreviated, e.g. `12 high st`, `hohe str 1`."""
    words = [_STREET_WORDS.get(word, word) for word in fold(value).split()]
    return " ".join(_shortened(word) for word in words if word)


def code(value: str) -> str:
    """Return the letters and digits of an identifier, in lower case."""
    plain = value if value.isascii() else anyascii(value)
    return _NOT_CODE.sub("", plain.lower())


def gtin(value: str) -> str:
    """Return a GTIN with the fourteen digits that all its lengths have in common."""
    return code(value).zfill(14) if value else ""


def url_host(value: str) -> str:
    """Return the host that a web address names, without `www.`."""
    plain = value if value.isascii() else anyascii(value)
    host = plain.partition("://")[2] or plain
    return re.split(r"[/?#:]", host, maxsplit=1)[0].lower().removeprefix("www.")


def _shortened(word: str) -> str:
    for ending, short in _STREET_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + short
    return word
