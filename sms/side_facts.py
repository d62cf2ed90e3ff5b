"""What stands around an open thread, in one statement: a page that stays open all day asks for it again and again."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from contactcenter.core.models import Delivery, Organization, User
from contactcenter.core.phone import country_of
from sms import prices
from sms.enums import ConsentState
from sms.models import Conversation
from sms.prices import Money
from sms.typed import Typed


@dataclass(frozen=True, slots=True)
class SideFacts:
    """May the person be texted, what is known of the number, what did the reader type, what is newest, what it costs.

    `delivery_state` is empty for a number that texts arrive at; `price` is that of a segment,
    `price_with_files` that of a text with files.
    """

    is_opted_out: bool
    delivery_state: str
    delivery_code: str
    draft: Typed
    newest: UUID | None
    price: Money
    price_with_files: Money


_STATEMENT = """
SELECT
    EXISTS (
        SELECT FROM sms_consent AS r
        WHERE r.organization_id = %(org)s AND r.address = %(address)s AND r.state = %(opted_out)s
    ),
    coalesce(n.delivery_state, ''), coalesce(n.delivery_code, ''), coalesce(d.body, ''),
    coalesce(d.files, '[]')::text,
    (SELECT m.id FROM sms_message AS m WHERE m.conversation_id = %(conversation)s ORDER BY m.id DESC LIMIT 1),
    p.amount, p.mms_amount, p.currency
FROM (SELECT) AS once
    LEFT JOIN core_contactnumber AS n
        ON n.organization_id = %(org)s AND n.address = %(address)s AND n.delivery_state <> %(ok)s
    LEFT JOIN sms_draft AS d ON d.user_id = %(reader)s AND d.conversation_id = %(conversation)s
    LEFT JOIN LATERAL (
        -- A country's own price before the one for all others, a newer one before an older: as `sms.prices` does.
        SELECT amount, mms_amount, currency FROM sms_price AS w
        WHERE w.organization_id = %(org)s AND w.provider = %(provider)s AND w.country IN (%(country)s, '')
            AND w.valid_from <= %(day)s
        ORDER BY w.country DESC, w.valid_from DESC LIMIT 1
    ) AS p ON true
"""


def of(org: Organization, conversation: Conversation, *, reader: User, at: datetime) -> SideFacts:
    """Return the facts around a conversation at a moment."""
    provider = conversation.phone_number.provider
    values: dict[str, Any] = {
        **{"org": org.pk, "address": conversation.address, "conversation": conversation.pk, "reader": reader.pk},
        **{"opted_out": ConsentState.OPTED_OUT, "ok": Delivery.OK, "provider": provider},
        **{"country": country_of(conversation.address), "day": at.astimezone(org.zone).date()},
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        is_opted_out, state, code, body, files, newest, amount, with_files, currency = cursor.fetchone()
    return SideFacts(
        is_opted_out,
        state,
        code,
        Typed(body, tuple(map(UUID, json.loads(files)))),
        newest,
        prices.default(provider) if amount is None else Money(amount, currency),
        prices.default_with_files(provider) if with_files is None else Money(with_files, currency),
    )
