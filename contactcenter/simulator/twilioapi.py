"""Twilio's API: who asks for what; and its Messages resource with its webhooks."""

from __future__ import annotations

import time
import uuid

from . import media
from . import twiliobodies as bodies
from .accounts import TWILIO, Account
from .carrier import Carrier
from .courier import Parcel
from .creating import Answers, create
from .http import Request, Response, json_response
from .ledger import Message
from .logs import masked
from .outcomes import Refusal, Reply, Step
from .segments import measure
from .twiliocalls import handle_calls
from .twiliolist import list_messages, page
from .twilioparcel import form_parcel
from .twiliovalidation import Invalid, draft


async def handle(carrier: Carrier, request: Request) -> Response:
    """Answer a request below /2010-04-01/Accounts/."""
    account = carrier.accounts.authorized(TWILIO, request.header(b"authorization"))
    if account is None:
        carrier.counts["unauthorized"] += 1
        response = bodies.error(401, "20003")
        response.headers.append((b"www-authenticate", b'Basic realm="Twilio API"'))
        return response
    parts = request.path.removeprefix(bodies.API).strip("/").split("/")
    if len(parts) >= 2 and parts[0] == account.account_id:
        if parts[1:] == ["Messages.json"]:
            return await _collection(carrier, account, request)
        if parts[1] == "Messages":
            return _message(carrier, account, request, parts[2:])
        if parts[1] in ("Calls.json", "Calls", "Recordings"):
            return await handle_calls(carrier, account, request, parts[1:])
    return _not_found(request)


def _message(carrier: Carrier, account: Account, request: Request, parts: list[str]) -> Response:
    match parts:
        case [message_id]:
            return _instance(carrier, account, request, message_id.removesuffix(".json"))
        case [message_id, "Media.json"] if request.method == "GET":
            return _media_list(carrier, account, request, message_id)
        case [message_id, "Media", media_sid]:
            return _media(carrier, request, message_id, media_sid.removesuffix(".json"))
    return _not_found(request)


async def _collection(carrier: Carrier, account: Account, request: Request) -> Response:
    if request.method == "GET":
        return list_messages(carrier.ledger, account, request)
    if request.method != "POST":
        return bodies.error(405, "20004", message="Method not allowed")
    carrier.counts["requests"] += 1
    form = request.form()
    carrier.ledger.count_request(form.get("StatusCallback", [""])[-1])
    try:
        message = draft(account, form, time.time())
    except Invalid as invalid:
        carrier.counts["invalid"] += 1
        return bodies.error(invalid.http_status, invalid.code, **invalid.words)
    request.note = f"to {masked(message.to)}"
    words = {"to": message.to, "from": message.sender}
    if carrier.is_blocked(message.to, message.sender, message.messaging_service_id):
        carrier.counts["not_accepted"] += 1
        return bodies.error(400, "21610")

    def refused(refusal: Refusal) -> Response:
        return bodies.error(refusal.http_status, refusal.code, message=refusal.message, **words)

    answers = Answers(
        created=lambda: json_response(bodies.resource(message, fresh=True), 201),
        refused=refused,
        broken=lambda: bodies.error(500, "20500"),
    )
    return await create(carrier, account, request, message, answers)


def _instance(carrier: Carrier, account: Account, request: Request, message_id: str) -> Response:
    message = carrier.ledger.get(TWILIO, account.account_id, message_id)
    if message is None:
        return _not_found(request)
    if request.method == "GET":
        return json_response(bodies.resource(message))
    if request.method == "DELETE":
        carrier.ledger.remove(message_id)
        return Response(204)
    if request.method == "POST":
        return _update(carrier, account, message, request.form())
    return bodies.error(405, "20004", message="Method not allowed")


def _update(carrier: Carrier, account: Account, message: Message, form: dict[str, list[str]]) -> Response:
    if form.get("Status") == ["canceled"]:
        if message.status != "scheduled":
            return bodies.error(400, "30409")
        message.advance("canceled", "", time.time())
        parcel = status_parcel(account, message, Step("canceled", 0))
        if parcel is not None:
            carrier.courier.post(parcel)
    elif form.get("Body") == [""]:
        message.body = ""
    else:
        return bodies.error(400, "20001")
    return json_response(bodies.resource(message))


def _media_list(carrier: Carrier, account: Account, request: Request, message_id: str) -> Response:
    message = carrier.ledger.get(TWILIO, account.account_id, message_id)
    if message is None:
        return _not_found(request)
    query = {name: values[-1] for name, values in request.query().items()}
    sids = ["ME" + media.media_id(message.id, index) for index in range(len(message.media_urls))]
    rows = ((sid, {"sid": sid, "parent_sid": message.id, "content_type": media.CONTENT_TYPE}) for sid in sids)
    return page(request.path, "media_list", rows, query, ())


def _media(carrier: Carrier, request: Request, message_id: str, media_sid: str) -> Response:
    identifier = media_sid.removeprefix("ME")
    index = media.index_of(message_id, identifier)
    if request.method != "GET" or index is None:
        return _not_found(request)
    if index == 0:
        return Response(200, media.picture(identifier), media.CONTENT_TYPE.encode())
    # The real API answers with a redirect to a signed address on another host, without credentials.
    location = f"{carrier.own_url}/_media/{identifier}.png"
    return Response(307, b"", headers=[(b"location", location.encode())])


def _not_found(request: Request) -> Response:
    return bodies.error(404, "20404", path=request.path)


def status_parcel(account: Account, message: Message, step: Step) -> Parcel | None:
    """Return the status callback of a step, None when no StatusCallback was given."""
    if not message.callback_url:
        return None
    form = bodies.status_parameters(message, step.status, step.error_code)
    return form_parcel(account, message.callback_url, form)


class TwilioTexting:
    """Twilio's webhooks."""

    def status_parcel(self, _carrier: Carrier, account: Account, message: Message, step: Step) -> Parcel | None:
        """Return the status callback of a step."""
        return status_parcel(account, message, step)

    def inbound(self, carrier: Carrier, account: Account, sender: str, to: str, reply: Reply) -> tuple[Message, Parcel]:
        """Return a customer's message and its webhook."""
        service = account.messaging_service_id if to in account.pool else ""
        prefix = "MM" if reply.media_count else "SM"
        encoding, parts = measure(reply.text or "")
        message = Message(
            TWILIO, account.account_id, prefix + uuid.uuid4().hex, sender, to, reply.text or "",
            direction="inbound", encoding=encoding, parts=parts, status="received", messaging_service_id=service,
        )  # fmt: skip
        base = f"{carrier.own_url}{bodies.API}/{account.account_id}/Messages/{message.id}/Media/ME"
        links = [base + media.media_id(message.id, index) for index in range(reply.media_count)]
        message.media_urls = tuple(links)
        # OptOutType exists only with Advanced Opt-Out, a feature of Messaging Services.
        form = bodies.inbound_parameters(message, [(link, media.CONTENT_TYPE) for link in links], reply.opt_out_type)
        return message, form_parcel(account, account.inbound_url(carrier.config.public_base_url), form)
