"""Twilio's list of messages. Source: the OpenAPI document of its API 2010-04-01, resources Message and Media."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contactcenter.providers import answer as answers
from contactcenter.providers import values
from contactcenter.providers.answer import Answer
from contactcenter.providers.base import Credentials, InboundMedia, InboundMessage, Timeouts
from contactcenter.providers.enums import ProviderName
from contactcenter.providers.errors import ProviderUnavailable
from contactcenter.providers.records import Listed, Listing, Search, SmsRecords
from contactcenter.providers.text import clean
from contactcenter.providers.twilio import webhooks
from contactcenter.providers.twilio.account import is_sid, needed, said
from contactcenter.providers.twilio.sms import report

_PAGE = 1000
_PAGE_FOR_ONE_NUMBER = 200


class TwilioRecords(SmsRecords):
    name = ProviderName.TWILIO

    def search(self, credentials: Credentials, wanted: Search, timeouts: Timeouts, *, pages: int) -> Listing:
        found: list[Listed] = []
        uri = ""
        for _ in range(pages):
            body = self._page(credentials, wanted, uri, timeouts)
            listed = [_listed(one) for one in values.objects(body.get("messages"))]
            found += [one for one in listed if _is_within(one, wanted)]
            uri = clean(body.get("next_page_uri"))
            # The order is not documented; a whole page of older ones is where to stop.
            if not uri or (listed and not any(_is_young(one, wanted.since) for one in listed)):
                return Listing(found, is_complete=True)
            if not uri.startswith(f"/2010-04-01/Accounts/{credentials.account_id}/Messages.json?"):
                break  # The credentials go along: nowhere but to the list itself.
        return Listing(found, is_complete=False)

    def fetch_inbound(
        self, credentials: Credentials, provider_message_id: str, timeouts: Timeouts
    ) -> InboundMessage | None:
        if not is_sid(provider_message_id):
            return None
        _demand_usable(credentials)

        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.fetch_message(credentials, provider_message_id, timeouts)

        body = answers.look_up(self.name, get, lambda body: body if body.get("sid") else None, said)
        if body is None or clean(body.get("direction")) != "inbound":
            return None
        media = self._media(credentials, provider_message_id, timeouts) if values.whole(body.get("num_media")) else ()
        return _inbound(body, media)

    def _page(self, credentials: Credentials, wanted: Search, uri: str, timeouts: Timeouts) -> Mapping[str, Any]:
        _demand_usable(credentials)

        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            if uri:
                return client.next_messages(credentials, uri, timeouts)
            if wanted.to:  # Without a date: what was not sent yet has none.
                return client.list_messages(
                    credentials, timeouts, to=wanted.to, sender=wanted.sender, most=_PAGE_FOR_ONE_NUMBER
                )
            return client.list_messages(credentials, timeouts, since=wanted.since, until=wanted.until, most=_PAGE)

        return _listing(self.name, answers.ask_once(self.name, get), "messages")

    def _media(self, credentials: Credentials, sid: str, timeouts: Timeouts) -> tuple[InboundMedia, ...]:
        def get() -> Answer:
            # Web processes verify webhooks without ever loading the SDK.
            from contactcenter.providers.twilio import client

            return client.list_media(credentials, sid, timeouts)

        body = _listing(self.name, answers.ask_once(self.name, get), "media_list")
        base = f"{credentials.base_url.rstrip('/')}/2010-04-01/Accounts/{credentials.account_id}/Messages/{sid}/Media"
        return tuple(
            InboundMedia(f"{base}/{one['sid']}", clean(one.get("content_type")))
            for one in values.objects(body.get("media_list"))
            if is_sid(clean(one.get("sid")))
        )


def _demand_usable(credentials: Credentials) -> None:
    if refused := answers.unusable(ProviderName.TWILIO, *needed(credentials)):
        raise ProviderUnavailable(refused.error)


def _listing(name: ProviderName, answer: Answer, key: str) -> Mapping[str, Any]:
    body = answer.json_object()
    if answer.ok and isinstance(body.get(key), list):
        return body
    raise ProviderUnavailable(answers.failure(name, answer.status, said(body)))


def _listed(body: Mapping[str, Any]) -> Listed:
    return Listed(
        report=report(body),
        is_inbound=clean(body.get("direction")) == "inbound",
        created_at=values.mail_moment(body.get("date_created")),
        body=clean(body.get("body")),
    )


def _is_young(one: Listed, since: datetime) -> bool:
    # Twilio's clock has whole seconds.
    return one.created_at is None or one.created_at >= since.replace(microsecond=0)


def _is_within(one: Listed, wanted: Search) -> bool:
    if not one.report.provider_message_id or not _is_young(one, wanted.since):
        return False
    return wanted.until is None or one.created_at is None or one.created_at < wanted.until


def _inbound(body: Mapping[str, Any], media: tuple[InboundMedia, ...]) -> InboundMessage | None:
    sid = clean(body.get("sid"))
    channel, sender = webhooks.split_channel(clean(body.get("from")))
    to = webhooks.split_channel(clean(body.get("to")))[1]
    if not sender or not to:
        return None
    return InboundMessage(
        provider_message_id=sid,
        sender=sender,
        to=(to,),
        body=clean(body.get("body")),
        dedupe_key=f"inbound:{sid}",
        media=media,
        segments=values.segments(body.get("num_segments")),
        messaging_service_id=clean(body.get("messaging_service_sid")),
        occurred_at=values.mail_moment(body.get("date_created")),
        channel=channel,
    )
