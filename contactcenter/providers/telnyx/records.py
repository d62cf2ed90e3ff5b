"""Telnyx's detail records: it has no list of messages, and a text shows only after its end.

Source: the OpenAPI document of its API v2, path /detail_records, record type "messaging".
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers import values
from contactcenter.providers.answer import Answer
from contactcenter.providers.base import Credentials, InboundMessage, StatusReport, Timeouts
from contactcenter.providers.enums import ProviderName
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.records import Listed, Listing, Search, SmsRecords
from contactcenter.providers.telnyx import webhooks
from contactcenter.providers.telnyx.account import is_id, needed, said
from contactcenter.providers.telnyx.words import RECORD_WORDS, failure_of
from contactcenter.providers.text import clean
from contactcenter.providers.values import mapping, objects

_PAGE = 50


class TelnyxRecords(SmsRecords):
    name = ProviderName.TELNYX

    def search(self, credentials: Credentials, wanted: Search, timeouts: Timeouts, *, pages: int) -> Listing:
        found: list[Listed] = []
        for number in range(1, pages + 1):
            rows = self._page(credentials, wanted, number, timeouts)
            found += [one for row in rows if (one := _listed(row)).report.provider_message_id]
            if len(rows) < _PAGE:
                return Listing(found, is_complete=True)
        return Listing(found, is_complete=False)

    def fetch_inbound(
        self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts
    ) -> InboundMessage | None:
        if not is_id(provider_message_id):
            return None
        _demand_usable(credentials)

        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.fetch_message(credentials, provider_message_id, timeouts)

        return answers.look_up(self.name, get, lambda body: webhooks.inbound_of(mapping(body.get("data"))), said)

    def _page(
        self, credentials: Credentials, wanted: Search, number: int, timeouts: Timeouts
    ) -> list[Mapping[str, Any]]:
        _demand_usable(credentials)

        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.telnyx import client

            return client.list_records(credentials, _filter(wanted), number=number, most=_PAGE, timeouts=timeouts)

        answer = answers.ask_once(self.name, get)
        body = answer.json_object()
        if answer.ok and isinstance(body.get("data"), list):
            return objects(body["data"])
        raise ProviderUnavailable(answers.failure(self.name, answer.status, said(body)))


def _demand_usable(credentials: Credentials) -> None:
    if refused := answers.unusable(ProviderName.TELNYX, *needed(credentials)):
        raise ProviderUnavailable(refused.error)


def _filter(wanted: Search) -> dict[str, Any]:
    created = {"gte": _moment(wanted.since)}
    if wanted.until is not None:
        created["lt"] = _moment(wanted.until)
    numbers = {"cld": wanted.to, "cli": wanted.sender}
    return {
        "record_type": "messaging",
        "created_at": created,
        **{name: number for name, number in numbers.items() if number},
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _listed(row: Mapping[str, Any]) -> Listed:
    raw = clean(row.get("status"))
    word = RECORD_WORDS.get(raw)
    errors = row.get("errors")
    codes = [{"code": code} for code in errors] if isinstance(errors, list) else []
    report = StatusReport(
        provider_message_id=clean(row.get("uuid")) if is_id(clean(row.get("uuid"))) else "",
        status=word.status if word else None,
        raw_status=raw,
        rank=word.rank if word else None,
        unconfirmed=word.unconfirmed if word else False,
        error=failure_of(raw, codes),
        occurred_at=values.moment(row.get("completed_at")) or values.moment(row.get("sent_at")),
        cost=values.money(row.get("cost")),
        currency=values.currency(row.get("currency")),
        segments=values.segments(row.get("parts")),
        to=clean(row.get("cld")),
        sender=clean(row.get("cli")),
    )
    return Listed(
        report=report,
        is_inbound=clean(row.get("direction")) == "inbound",
        created_at=values.moment(row.get("created_at")),
        callback_url=clean(row.get("delivery_status_webhook_url")),
    )
