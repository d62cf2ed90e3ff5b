"""Fills fifty organizations with calls and texts of one year by COPY, as shops that are open on weekdays would have."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg

from bench.common import Installation, say

SPAN = timedelta(days=365)
AGENTS, CAMPAIGNS, TALKS = 20, 5, 200
TABLES = ("calls_call", "sms_message")
_LINES = 20_000

# Copies of a row of the demo (`t`) with other ids: everything that a call or a text refers to.
_OURS = "(o.slug = 'aurora' OR o.slug LIKE 'bench-%%')"
_COPIES: tuple[tuple[str, str, str], ...] = (
    (
        "core_organization",
        "generate_series(2, %(orgs)s) AS n WHERE t.slug = 'aurora'",
        "'name', 'Bench ' || n, 'slug', 'bench-' || n",
    ),
    (
        "core_user",
        "core_organization AS o, generate_series(1, %(agents)s) AS n"
        f" WHERE t.email = 'agent@aurora.example' AND {_OURS}",
        "'organization_id', o.id, 'email', 'bench-' || n || '@' || o.slug || '.example'",
    ),
    (
        "agents_agent",
        "core_user AS u WHERE t.id = (SELECT min(id::text)::uuid FROM agents_agent) AND u.email LIKE 'bench-%%'",
        "'organization_id', u.organization_id, 'user_id', u.id, 'current_load', 0",
    ),
    (
        "calls_campaign",
        "core_organization AS o, generate_series(1, %(campaigns)s) AS n"
        f" WHERE t.id = (SELECT id FROM calls_campaign WHERE status = 'ACTIVE' LIMIT 1) AND {_OURS}",
        "'organization_id', o.id, 'name', 'Bench ' || n",
    ),
    (
        "core_provideraccount",
        "core_organization AS o"
        " WHERE t.id = (SELECT id FROM core_provideraccount WHERE provider = 'twilio' LIMIT 1)"
        " AND o.slug LIKE 'bench-%%'",
        "'organization_id', o.id, 'account_id', 'AC' || replace(o.id::text, '-', '')",
    ),
    (
        "core_phonenumber",
        "core_provideraccount AS a JOIN core_organization AS o ON o.id = a.organization_id"
        " WHERE t.id = (SELECT id FROM core_phonenumber WHERE provider = 'twilio' LIMIT 1) AND o.slug LIKE 'bench-%%'",
        "'organization_id', o.id, 'account_id', a.id, 'address', '+1305' || lpad(row_number() OVER ()::text, 7, '0')",
    ),
    (
        "core_contact",
        "core_organization AS o, generate_series(1, %(talks)s) AS n"
        f" WHERE t.id = (SELECT id FROM core_contact LIMIT 1) AND {_OURS}",
        "'organization_id', o.id, 'name', 'Bench ' || n",
    ),
    (
        "sms_conversation",
        "core_contact AS c JOIN LATERAL ("
        "SELECT id FROM core_phonenumber WHERE organization_id = c.organization_id ORDER BY id LIMIT 1) AS p ON true"
        " WHERE t.id = (SELECT id FROM sms_conversation LIMIT 1) AND c.name LIKE 'Bench %%'",
        "'organization_id', c.organization_id, 'contact_id', c.id, 'phone_number_id', p.id, 'last_message_id', NULL,"
        " 'address', '+1307' || lpad(row_number() OVER ()::text, 7, '0')",
    ),
)


@dataclass(frozen=True, slots=True)
class House:
    """What the rows of one organization refer to."""

    org: UUID
    people: list[UUID]
    campaigns: list[UUID]
    talks: list[tuple[UUID, str]]
    number: tuple[str, UUID, str]


def fill(stack: Installation, *, orgs: int, calls: int, texts: int) -> None:
    """Load so many calls and texts, spread over the organizations and the year, and count the rollups."""
    began = time.monotonic()
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # The rows refer to each other as they must.
        connection.execute("SET maintenance_work_mem = '512MB'")
        numbers = {"orgs": orgs, "agents": AGENTS, "campaigns": CAMPAIGNS, "talks": TALKS}
        for table, others, changes in _COPIES:
            _copy_rows(connection, table, others, changes, numbers)
        indexes = _take_indexes(connection)
        houses = _houses(connection)
        for table, columns, lines in (
            ("calls_call", _CALL, _calls(houses, calls)),
            ("sms_message", _MESSAGE, _texts(houses, texts)),
        ):
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[call-overload]
                while chunk := "".join(islice(lines, _LINES)):
                    copy.write(chunk)
            say(f"{table} is copied after {time.monotonic() - began:.0f} s")
        for definition in indexes:
            connection.execute(definition)  # type: ignore[call-overload]
        connection.execute("VACUUM ANALYZE")
    say(f"{calls} calls and {texts} texts are there after {time.monotonic() - began:.0f} s")
    stack.manage("rebuild_rollups")
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    say(f"the rollups are counted after {time.monotonic() - began:.0f} s")


def _copy_rows(
    connection: "psycopg.Connection[Any]", table: str, others: str, changes: str, numbers: dict[str, int]
) -> None:
    names = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    ).fetchall()
    columns = ", ".join(f'"{name}"' for (name,) in names)
    made = f"to_jsonb(t) || jsonb_build_object('id', uuidv7(), {changes})"
    rows = f"SELECT {made} AS made FROM {table} AS t, {others}"
    connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(f'r.{name}' for name in columns.split(', '))}"  # type: ignore[call-overload]
        f" FROM ({rows}) AS m, LATERAL jsonb_populate_record(NULL::{table}, m.made) AS r",
        numbers,
    )


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


def _houses(connection: "psycopg.Connection[Any]") -> list[House]:
    def of(org: UUID, sql: str) -> list[Any]:
        return connection.execute(sql, [org]).fetchall()  # type: ignore[call-overload,no-any-return]

    orgs = connection.execute(
        "SELECT id FROM core_organization WHERE slug = 'aurora' OR slug LIKE 'bench-%' ORDER BY slug"
    ).fetchall()
    return [
        House(
            org,
            [pk for (pk,) in of(org, "SELECT id FROM core_user WHERE organization_id = %s AND email LIKE 'bench-%%'")],
            [pk for (pk,) in of(org, "SELECT id FROM calls_campaign WHERE organization_id = %s ORDER BY id")],
            of(org, "SELECT id, address FROM sms_conversation WHERE organization_id = %s"),
            of(
                org, "SELECT address, account_id, provider FROM core_phonenumber WHERE organization_id = %s ORDER BY id"
            )[0],
        )
        for (org,) in orgs
    ]


def _moments(count: int, houses: int) -> Iterator[tuple[int, datetime, str]]:
    """Yield which organization, when, and an id (UUIDv7), from the oldest to the newest, in office hours mostly."""
    draw = random.Random(20261126)
    now = datetime.now(UTC)
    for place in range(count):
        at = now - SPAN + SPAN * (place / count)
        if not 8 <= at.hour < 18 and draw.random() < 0.9:
            # Out of hours: at the same minute in the office.
            at = at.replace(hour=draw.randrange(8, 18)) - timedelta(days=at.date() == now.date())
        pk = int(at.timestamp() * 1000) << 80 | 7 << 76 | draw.getrandbits(12) << 64 | 2 << 62 | draw.getrandbits(62)
        yield draw.randrange(houses), at, str(UUID(int=pk))


_CALL = """id, organization_id, direction, status, from_number, to_number, agent_id, campaign_id, started_at,
    answered_at, ended_at, duration, disposition, notes, metadata, provider, provider_call_id, provider_leg_id,
    provider_session_id, error_code, provider_error_code, error_message, cost_currency, dial_state, claims, retries,
    created_at"""
_CALL_ENDS = ["COMPLETED"] * 70 + ["NO_ANSWER"] * 15 + ["BUSY"] * 5 + ["FAILED"] * 5 + ["CANCELED"] * 5


def _calls(houses: list[House], count: int) -> Iterator[str]:
    draw = random.Random(1)
    for place, at, pk in _moments(count, len(houses)):
        house = houses[place]
        end = draw.choice(_CALL_ENDS)
        is_inbound, is_talked = draw.random() < 0.6, end == "COMPLETED"
        theirs, ours = f"+1312{draw.randrange(10**7):07d}", house.number[0]
        wait, seconds = draw.randrange(3, 60), draw.randrange(20, 600)
        yield "\t".join([
            *(pk, str(house.org), "INBOUND" if is_inbound else "OUTBOUND", end),
            *((theirs, ours) if is_inbound else (ours, theirs)),
            str(draw.choice(house.people)) if is_talked or draw.random() < 0.5 else r"\N",
            r"\N" if is_inbound else str(draw.choice(house.campaigns)),
            *(f"{at}", f"{at + timedelta(seconds=wait)}" if is_talked else r"\N"),
            *(f"{at + timedelta(seconds=wait + seconds)}", str(seconds) if is_talked else r"\N"),
            *("", "", "{}", house.number[2], "", "", "", "", "", "", "", "", "0", "0", f"{at}\n"),
        ])  # fmt: skip


_MESSAGE = """id, organization_id, conversation_id, direction, from_address, to_address, body, media_urls, encoding,
    segments, author_id, message_class, metadata, idempotency_key, status, rank, is_unconfirmed, error_code,
    provider_error_code, error_message, account_id, provider, provider_message_id, claims, retries, cost, cost_currency,
    cost_source, created_at, waited_since"""


def _texts(houses: list[House], count: int) -> Iterator[str]:
    draw = random.Random(2)
    for place, at, pk in _moments(count, len(houses)):
        house = houses[place]
        (talk, theirs), (ours, account, provider) = draw.choice(house.talks), house.number
        is_inbound, is_lost = draw.random() < 0.5, draw.random() < 0.04
        start = [pk, str(house.org), str(talk)]
        if is_inbound:
            yield "\t".join([
                *(*start, "inbound", theirs, ours, "Kdy to dorazí?", "[]", "UCS-2", "1", r"\N", "reply", "{}", ""),
                *("received", "90", "f", "", "", "", str(account), provider, f"SM{pk}", "0", "0", r"\N", "", ""),
                *(f"{at}", "\\N\n"),
            ])  # fmt: skip
            continue
        waited = f"{at - timedelta(seconds=draw.randrange(20, 7200))}" if draw.random() < 0.6 else r"\N"
        yield "\t".join([
            *(*start, "outbound", ours, theirs, "Zítra mezi osmou a desátou.", "[]", "UCS-2", "1"),
            *(str(draw.choice(house.people)), "reply", "{}", "", "undelivered" if is_lost else "delivered", "30", "f"),
            *("", "", "", str(account), provider, f"SM{pk}", "0", "0", "0.0079", "USD", "final"),
            *(f"{at}", f"{waited}\n"),
        ])  # fmt: skip
