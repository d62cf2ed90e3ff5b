"""What the columns of a file mean, guessed from their headings in English, Czech and Spanish."""

import re
import unicodedata
from collections.abc import Sequence

from contactcenter.core.merging import ATTRIBUTE
from contactcenter.core.models import ContactAttribute

NAME, FIRST_NAME, LAST_NAME, NUMBER, EMAIL = "name", "first_name", "last_name", "number", "email"
LANGUAGE, TIME_ZONE, LABELS = "language", "time_zone", "labels"
TARGETS = (NAME, FIRST_NAME, LAST_NAME, NUMBER, EMAIL, LANGUAGE, TIME_ZONE, LABELS)
# A contact may have several of these.
REPEATED = frozenset({NUMBER, LABELS})

# As `plain` writes them.
_HEADINGS: dict[str, tuple[str, ...]] = {
    NAME: (
        *("name", "full name", "contact", "contact name", "customer", "company"),
        *("cele jmeno", "jmeno a prijmeni", "jmeno kontaktu", "kontakt", "zakaznik", "nazev", "firma"),
        *("nombre completo", "nombre y apellidos", "contacto", "cliente", "empresa"),
    ),
    FIRST_NAME: ("first name", "firstname", "given name", "jmeno", "krestni jmeno", "nombre"),
    LAST_NAME: ("last name", "lastname", "surname", "family name", "prijmeni", "apellido", "apellidos"),
    NUMBER: (
        *("number", "phone", "phone number", "telephone", "mobile", "mobile phone", "cell", "cell phone", "tel"),
        *("numbers", "telefon", "telefonni cislo", "cislo", "mobil", "mobilni telefon"),
        *("telefono", "numero", "numero de telefono", "movil", "telefono movil", "celular"),
    ),
    EMAIL: (
        *("email", "e mail", "mail", "email address", "e mail address"),
        *("emailova adresa", "e mailova adresa", "correo", "correo electronico"),
    ),
    LANGUAGE: ("language", "lang", "jazyk", "idioma", "lengua"),
    TIME_ZONE: ("time zone", "timezone", "casove pasmo", "casova zona", "zona horaria", "huso horario"),
    LABELS: (
        *("label", "labels", "tag", "tags", "group", "groups", "stitek", "stitky", "skupina", "skupiny"),
        *("etiqueta", "etiquetas", "grupo", "grupos"),
    ),
}
_KNOWN = {heading: target for target, headings in _HEADINGS.items() for heading in headings}


def plain(heading: str) -> str:
    """Return a heading without diacritics, in small letters, one space between words."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", " ", bare.casefold()).strip()


def guess(headings: Sequence[str], own: Sequence[ContactAttribute]) -> list[str]:
    """Return a target for each heading, or an empty text for one that says nothing; most targets only once.

    "Phone 2" is read as "Phone".
    """
    known = {**_KNOWN, **{plain(one.key): f"{ATTRIBUTE}{one.key}" for one in own}}
    known.update({plain(one.name): f"{ATTRIBUTE}{one.key}" for one in own})
    mapping: list[str] = []
    for heading in headings:
        target = known.get(re.sub(r" \d+$", "", plain(heading)), "")
        mapping.append(target if target in REPEATED or target not in mapping else "")
    return mapping


def targets(own: Sequence[ContactAttribute]) -> list[str]:
    """Return every target that a column can have."""
    return [*TARGETS, *(f"{ATTRIBUTE}{one.key}" for one in own)]


def problem_of(mapping: Sequence[str], own: Sequence[ContactAttribute]) -> str:
    """Return what is wrong with a mapping as one word, or an empty text."""
    chosen = [target for target in mapping if target]
    if not set(chosen) <= set(targets(own)):
        return "unknown"
    if not {NUMBER, EMAIL} & set(chosen):
        return "nothing_to_know_by"
    single = [target for target in chosen if target not in REPEATED]
    return "twice" if len(single) != len(set(single)) else ""
