"""The inbox's search: conversations by name or number, texts by their words, the newest of each.

Both look at what is newest first and ask an index for the rest only when that was not enough: a common word is found
among the newest, a rare one has few rows in the index, and the index of texts is asked for the newest months first. So
neither gets slower with the number of texts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from contactcenter.core.models import Organization
from sms.selectors import LINE, LINE_JOINS, InboxLine
from sms.words import digits_of, query_of, words_of

MOST_CONVERSATIONS = 8
MOST_MESSAGES = 20
# How many of the newest are looked at one by one.
_NEWEST_CONVERSATIONS = 1000
_NEWEST_MESSAGES = 2000
# No more people of one name are compared by when they wrote last.
_MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class FoundText:
    """One text that was found, with whom it was exchanged."""

    id: UUID
    conversation_id: UUID
    name: str
    address: str
    body: str
    created_at: datetime
    is_inbound: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to; `has_more` says that the lists end before all that was found."""

    conversations: list[InboxLine]
    texts: list[FoundText]
    words: tuple[str, ...]
    digits: str
    has_more: bool


def search(org: Organization, text: str, *, reader: UUID) -> Found:
    """Return the newest conversations and texts that fit, for `reader`; each word may be the beginning of one."""
    words, digits = words_of(text), digits_of(text)
    if not words:
        return Found([], [], words, digits, has_more=False)
    values = {
        **{"org": org.pk, "reader": reader, "words": query_of(words), "whole": query_of(words, whole=True)},
        **{"anywhere": f"%{digits}%", "end": f"%{digits}", "last": digits[-4:], "people": _MOST_PEOPLE},
        "each": [query_of((word,)) for word in words],
    }
    by_what = _CONVERSATIONS[_by(words, digits)]
    conversations = [InboxLine(*row) for row in _rows(by_what, values, most=MOST_CONVERSATIONS)]
    with_words = _TEXTS_WITH_WORDS if len(words) > 1 else _TEXTS_WITH_WORD
    texts = [FoundText(*row) for row in _rows(with_words, values, most=MOST_MESSAGES)]
    return Found(
        conversations[:MOST_CONVERSATIONS],
        texts[:MOST_MESSAGES],
        words,
        digits,
        has_more=len(conversations) > MOST_CONVERSATIONS or len(texts) > MOST_MESSAGES,
    )


def _by(words: tuple[str, ...], digits: str) -> str:
    if not digits:
        return "names" if len(words) > 1 else "name"
    return "number" if len(digits) >= 4 else "few digits"


def _rows(statement: str, values: dict[str, Any], *, most: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "limit": most + 1})
        return list(cursor.fetchall())


# What is asked of an index in which a mark (of the organization, and of the month for texts) stands before each word,
# and which knows no order of words.
_MARKED = "regexp_replace(replace({query}::text, '<->', '&'), $$'(?=[^ :)])$$, $$'$$ || {mark}, 'g')"
_MARK = "right(%(org)s::uuid::text, 8)"
# `near` is searched at once, each further part only when those before it have not filled the list. What is asked is
# hidden from the planner, who would take longer to judge it than the index to answer it.
_NOT_FULL = "(SELECT count(*) FROM {name}) < %(limit)s"
_CONVERSATION = """
WITH asked AS MATERIALIZED (
    SELECT to_tsquery('simple', %(words)s) AS query, to_tsquery('simple', %(whole)s) AS whole
), newest AS MATERIALIZED (
    SELECT id, contact_id, address, last_message_at FROM sms_conversation
    WHERE organization_id = %(org)s ORDER BY last_message_at DESC, id DESC LIMIT {newest}
), near AS MATERIALIZED (
    {near} ORDER BY n.last_message_at DESC, n.id DESC LIMIT %(limit)s
), {parts}found AS (SELECT id FROM near {found})
SELECT {line}
FROM found JOIN sms_conversation AS c ON c.id = found.id {line_joins}
ORDER BY c.last_message_at DESC, c.id DESC LIMIT %(limit)s
"""
# OFFSET 0: their names one by one; all people of a common name would be far more than the newest conversations.
_NEAR_NAMES = """SELECT n.id FROM newest AS n
    CROSS JOIN LATERAL (SELECT search FROM core_contact WHERE id = n.contact_id OFFSET 0) AS k
    WHERE k.search @@ (SELECT query FROM asked)"""
_FAR_NAMES = """SELECT c.id FROM (
        SELECT id FROM core_contact
        WHERE core_words_of_organization(organization_id, search) @@ (SELECT {marked}::tsquery FROM asked)
            AND organization_id = %(org)s AND search @@ (SELECT {query} FROM asked) LIMIT %(people)s
    ) AS k CROSS JOIN LATERAL (
        SELECT id, last_message_at FROM sms_conversation WHERE contact_id = k.id OFFSET 0
    ) AS c
    WHERE {unless} ORDER BY c.last_message_at DESC, c.id DESC LIMIT %(limit)s"""
_NEAR_NUMBERS = "SELECT n.id FROM newest AS n WHERE n.address LIKE %(anywhere)s"
_FAR_NUMBERS = """SELECT c.id FROM sms_conversation AS c
    WHERE c.organization_id = %(org)s AND c.address_end = %(last)s AND c.address LIKE %(end)s AND {unless}"""


def _far_names(query: str) -> str:
    marked = _MARKED.format(query=query, mark=_MARK)
    return _FAR_NAMES.replace("{marked}", marked).replace("{query}", query)


def _conversations_statement(near: str, *far: str) -> str:
    parts, before = "", ["near"]
    for number, part in enumerate(far):
        unless = " AND ".join(_NOT_FULL.format(name=name) for name in before)
        parts += f"part{number} AS MATERIALIZED ({part.replace('{unless}', unless)}), "
        before.append(f"part{number}")
    found = " ".join(f"UNION TABLE {part}" for part in before[1:])
    values = {"near": near, "parts": parts, "found": found, "line": LINE, "line_joins": LINE_JOINS}
    return _CONVERSATION.format(newest=_NEWEST_CONVERSATIONS, **values)


_CONVERSATIONS = {
    "name": _conversations_statement(_NEAR_NAMES, _far_names("query")),
    # Whole words are had for much less than all that begins with them.
    "names": _conversations_statement(_NEAR_NAMES, _far_names("whole"), _far_names("query")),
    "number": _conversations_statement(_NEAR_NUMBERS, _FAR_NUMBERS),
    "few digits": _conversations_statement(_NEAR_NUMBERS),
}
# Into the index it is looked part by part, each only when those before it have not filled the list.
_TEXT = """
WITH asked AS MATERIALIZED (SELECT to_tsquery('simple', %(words)s) AS query), newest AS MATERIALIZED (
    SELECT id, created_at, search FROM sms_message
    WHERE organization_id = %(org)s ORDER BY created_at DESC, id DESC LIMIT {newest}
), near AS MATERIALIZED (
    SELECT n.id FROM newest AS n WHERE n.search @@ (SELECT query FROM asked)
    ORDER BY n.created_at DESC, n.id DESC LIMIT %(limit)s
), {sought}months AS MATERIALIZED (
    SELECT max(m.month) OVER () - m.month AS age, {marked} AS words
    FROM {seeks}, generate_series(
        (SELECT month FROM sms_message WHERE organization_id = %(org)s ORDER BY created_at LIMIT 1),
        (SELECT month FROM sms_message WHERE organization_id = %(org)s ORDER BY created_at DESC LIMIT 1)
    ) AS m(month)
    WHERE numnode(query) > 0
), {parts}, found AS (SELECT id FROM near {found})
SELECT m.id, m.conversation_id, k.name, c.address, m.body, m.created_at, m.direction = 'inbound'
FROM found JOIN sms_message AS m ON m.id = found.id
    JOIN sms_conversation AS c ON c.id = m.conversation_id JOIN core_contact AS k ON k.id = c.contact_id
ORDER BY m.created_at DESC, m.id DESC LIMIT %(limit)s
"""
# OFFSET 0 keeps PostgreSQL from walking through all texts in the order of their time, in the hope of soon meeting one.
_PART = """{name} AS MATERIALIZED (
    SELECT m.id FROM (
        SELECT id, created_at FROM sms_message
        WHERE sms_words_of_month(organization_id, month, search) @@ (
            SELECT string_agg(words, ' | ')::tsquery FROM months WHERE age BETWEEN {first} AND {last}
        ) AND organization_id = %(org)s AND search @@ (SELECT query FROM asked) OFFSET 0
    ) AS m WHERE {unless} ORDER BY m.created_at DESC, m.id DESC LIMIT %(limit)s
)"""
# GIN gathers all that begins with each word before it compares anything. Words that none of the newest texts has are
# sought alone, where there are some: they are few, or nowhere, and the other words are looked for in what they bring.
_SOUGHT = """sought AS MATERIALIZED (
    SELECT coalesce(string_agg(one.word::text, ' & ')::tsquery, (SELECT query FROM asked)) AS query
    FROM unnest(%(each)s::text[]) AS w (written)
        CROSS JOIN LATERAL (SELECT to_tsquery('simple', w.written) AS word) AS one
    WHERE NOT EXISTS (SELECT FROM newest AS n WHERE n.search @@ one.word)
), """
# The first and the last month of each part, counted back from the newest text.
_PARTS = ((0, 0), (1, 6), (7, 9999))


def _texts_statement(sought: str, seeks: str) -> str:
    parts, before = [], ["near"]
    for number, (first, last) in enumerate(_PARTS):
        unless = " AND ".join(_NOT_FULL.format(name=name) for name in before)
        parts.append(_PART.format(name=f"part{number}", first=first, last=last, unless=unless))
        before.append(f"part{number}")
    found = " ".join(f"UNION TABLE {part}" for part in before[1:])
    marked = _MARKED.format(query="query", mark=f"{_MARK} || m.month")
    values = {"sought": sought, "seeks": seeks, "marked": marked, "parts": ", ".join(parts), "found": found}
    return _TEXT.format(newest=_NEWEST_MESSAGES, **values)


_TEXTS_WITH_WORD, _TEXTS_WITH_WORDS = _texts_statement("", "asked"), _texts_statement(_SOUGHT, "sought")
