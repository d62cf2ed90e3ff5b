"""Fills one organization with conversations and texts by COPY, as two busy years would have."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

import psycopg

from bench.common import Installation, say

SPAN = timedelta(days=730)
TEXTS_EACH = 10
TABLES = ("core_contact", "core_contactnumber", "sms_conversation", "sms_conversationlabel", "sms_message")
_FIRST = ("Jana", "Petr", "Eva", "Tomáš", "Lucía", "Miguel", "Alice", "Łukasz", "Zoë", "Bob")
# Words that the searches ask for, and in how many of a hundred thousand texts they are.
COMMON, SOMETIMES, SELDOM = "objednávka", "reklamace", "Timbuktu"
_SHARES = {COMMON: 20_000, SOMETIMES: 300, SELDOM: 10}


@dataclass(frozen=True, slots=True)
class House:
    """What the rows refer to."""

    org: UUID
    agent: UUID
    people: Sequence[UUID]
    teams: Sequence[UUID]
    labels: Sequence[UUID]
    numbers: Sequence[tuple[UUID, str, UUID, str]]


def fill(stack: Installation, count: int) -> House:
    """Add `count` conversations with TEXTS_EACH texts each to the demo's first organization."""
    began = time.monotonic()
    house = _furnish(stack)
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        indexes = _take_indexes(connection)
        connection.execute("SET session_replication_role = replica")  # The rows refer to each other as they must.
        connection.execute("SET maintenance_work_mem = '512MB'")
        ids = _Ids(count)
        _copy(connection, "core_contact", _CONTACT, _contacts(house, ids, count))
        _copy(connection, "core_contactnumber", _NUMBER, _numbers(house, ids, count))
        _copy(connection, "sms_conversation", _CONVERSATION, _conversations(house, ids, count))
        _copy(connection, "sms_message", _MESSAGE, _messages(house, ids, count))
        # Rows of labels are completed by PostgreSQL itself.
        connection.execute("RESET session_replication_role")
        _copy(connection, "sms_conversationlabel", _LABEL, _labels(house, ids, count))
        say(f"{count} conversations are copied after {time.monotonic() - began:.0f} s")
        for definition in indexes:
            connection.execute(definition)  # type: ignore[call-overload]
        connection.execute("VACUUM ANALYZE")
    say(f"{count} conversations are ready after {time.monotonic() - began:.0f} s")
    return house


def _take_indexes(connection: "psycopg.Connection[Any]") -> list[str]:
    """Drop the indexes that no constraint stands on, and return how they are made: at the end is ten times faster."""
    rows = connection.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes AS i WHERE i.tablename = ANY(%s)"
        " AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conname = i.indexname)",
        [list(TABLES)],
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f'DROP INDEX "{name}"')  # type: ignore[call-overload]
    return [definition for _name, definition in rows]


def _furnish(stack: Installation) -> House:
    ((org,),) = stack.query("SELECT id FROM core_organization WHERE slug = 'aurora'")
    people = stack.query("SELECT id, email FROM core_user WHERE organization_id = %s AND role <> 'CUSTOMER'", org)
    for table in ("agents_team", "core_label"):
        color = ", color" if table == "core_label" else ""
        stack.query(
            f"INSERT INTO {table} (id, organization_id, name, created_at{color})"
            f" SELECT uuidv7(), %s, 'Bench ' || n, now(){', %s' if color else ''} FROM generate_series(1, 4) AS n",
            *((org, "gray") if color else (org,)),
        )
    teams = stack.query("SELECT id FROM agents_team WHERE organization_id = %s AND name LIKE 'Bench%%'", org)
    labels = stack.query("SELECT id FROM core_label WHERE organization_id = %s AND name LIKE 'Bench%%'", org)
    numbers = stack.query(
        "SELECT id, address, account_id, provider FROM core_phonenumber WHERE organization_id = %s", org
    )
    return House(
        org,
        next(pk for pk, email in people if email == "agent@aurora.example"),
        *([pk for pk, *_more in rows] for rows in (people, teams, labels)),
        numbers=numbers,
    )


class _Ids:
    """Ids as the product makes them (UUIDv7): the time first."""

    def __init__(self, count: int) -> None:
        self.random = random.Random(20261126)
        self.now = datetime.now(UTC)
        self.contacts = [self.at(self.began(place, count)) for place in range(count)]
        self.conversations = [self.at(self.began(place, count)) for place in range(count)]

    def began(self, place: int, count: int) -> datetime:
        """When the conversation at this place, counted from the oldest, began."""
        return self.now - SPAN + SPAN * (place / count)

    def at(self, moment: datetime) -> UUID:
        """Return a new id of that time."""
        head = int(moment.timestamp() * 1000) << 80
        return UUID(int=head | 7 << 76 | self.random.getrandbits(12) << 64 | 2 << 62 | self.random.getrandbits(62))


def _copy(connection: "psycopg.Connection[Any]", table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[call-overload]
        for row in rows:
            copy.write_row(row)


_CONTACT = "id, organization_id, name, email, language, time_zone, created_at, updated_at"


def _contacts(house: House, ids: _Ids, count: int) -> Iterator[Sequence[object]]:
    for place in range(count):
        name = f"{_FIRST[place % 10]} {_family(place)}"
        at = ids.began(place, count)
        yield ids.contacts[place], house.org, name, "", "", "", at, at


def _family(place: int) -> str:
    """One of some thousand names that can be spoken."""
    parts = ("no", "vák", "sto", "la", "ří", "ko", "mar", "tín", "ero", "ský", "wal", "ber")
    return "".join(parts[place // 12**power % 12] for power in range(3)).capitalize() + parts[place // 1728 % 12]


def address_of(place: int) -> str:
    """The number of the conversation at this place."""
    return f"+4207{place * 7919 % 100_000_000:08d}"


_NUMBER = "id, organization_id, contact_id, address, kind, created_at"


def _numbers(house: House, ids: _Ids, count: int) -> Iterator[Sequence[object]]:
    for place in range(count):
        at = ids.began(place, count)
        yield ids.at(at), house.org, ids.contacts[place], address_of(place), "phone", at


_CONVERSATION = """id, organization_id, contact_id, phone_number_id, address, state, assignee_id, team_id,
    snoozed_until, waiting_since, unread_count, last_message_at, last_preview, last_direction, last_status,
    created_at"""
_STATES = ["open"] * 10 + ["resolved"] * 8 + ["pending", "snoozed"]


def _conversations(house: House, ids: _Ids, count: int) -> Iterator[Sequence[object]]:
    draw = random.Random(1)
    for place in range(count):
        began = ids.began(place, count)
        last = min(began + SPAN / 100, ids.now - timedelta(seconds=count - place))
        state = draw.choice(_STATES)
        yield (
            *(ids.conversations[place], house.org, ids.contacts[place]),
            *(house.numbers[place % len(house.numbers)][0], address_of(place), state),
            draw.choice([None, None, *house.people]),
            draw.choice([None, *house.teams]),
            ids.now + timedelta(days=1) if state == "snoozed" else None,
            last if draw.random() < 0.3 else None,
            *(draw.choice([0, 0, 0, 0, 2]), last, "Kdy to dorazí?", "inbound", "received", began),
        )


_LABEL = "id, organization_id, conversation_id, label_id"


def _labels(house: House, ids: _Ids, count: int) -> Iterator[Sequence[object]]:
    """The first label is on every third conversation, the second on one in two hundred."""
    for place in range(count):
        for label, each in zip(house.labels, (3, 200), strict=False):
            if place % each == 0:
                yield ids.at(ids.now), house.org, ids.conversations[place], label


_MESSAGE = """id, organization_id, conversation_id, direction, from_address, to_address, body, media_urls, encoding,
    segments, message_class, metadata, idempotency_key, status, rank, is_unconfirmed, error_code, provider_error_code,
    error_message, account_id, provider, provider_message_id, claims, retries, cost_currency, cost_source, created_at"""


def _messages(house: House, ids: _Ids, count: int) -> Iterator[Sequence[object]]:
    """From the oldest to the newest. Those of one conversation lie among those of its neighbours in time."""
    draw, bodies = random.Random(2), _bodies()
    total = count * TEXTS_EACH
    for place in range(total):
        of = (place // TEXTS_EACH + place % TEXTS_EACH * (count // 1000)) % count
        at = ids.now - SPAN + SPAN * (place / total)
        _pk, ours, account, provider = house.numbers[of % len(house.numbers)]
        theirs, is_inbound = address_of(of), place % 2 == 0
        yield (
            *(ids.at(at), house.org, ids.conversations[of], "inbound" if is_inbound else "outbound"),
            *((theirs, ours) if is_inbound else (ours, theirs)),
            *(f"{bodies[draw.randrange(len(bodies))]} {place:07d}", "[]", "GSM-7", 1, "reply", "{}", ""),
            *(("received", 90) if is_inbound else ("delivered", 30)),
            *(False, "", "", "", account, provider, "", 0, 0, "", "", at),
        )


def _bodies() -> list[str]:
    """Sentences of invented words, of which few are common and most are rare, as words are."""
    draw = random.Random(3)
    parts = ["ka", "le", "mí", "no", "pu", "ra", "sé", "ty", "vo", "zu", "dě", "chy", "bri", "sta", "ňo", "ška"]
    words = ["".join(draw.choices(parts, k=draw.randint(1, 4))) for _ in range(5000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    bodies = []
    for _ in range(20_000):
        chosen = draw.choices(words, cum_weights=weights, k=draw.randint(4, 14))
        chosen += [word for word, share in _SHARES.items() if draw.randrange(100_000) < share]
        bodies.append(" ".join(chosen).capitalize() + ".")
    return bodies
