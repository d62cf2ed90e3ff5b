"""The figures about texts, each counted by when the text was accepted by us. docs/metrics.md explains them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from analytics.enums import Format, Subject
from analytics.metric import MILLION, Metric, count, total, words
from contactcenter.core.roles import Right
from sms.enums import CostSource, Direction, MessageClass, MessageStatus

_OUT = f"m.direction = '{Direction.OUTBOUND}'"
_SENT = f"{_OUT} AND m.provider_message_id <> ''"
_ARRIVED = f"m.status IN ({words(MessageStatus.DELIVERED, MessageStatus.READ)})"
_LOST = f"m.status IN ({words(MessageStatus.UNDELIVERED, MessageStatus.FAILED)})"
_BILLED = f"m.cost_source = '{CostSource.FINAL}'"
# As sms/costs.py says: what no provider ever had has cost nothing.
CHARGED: Final = f"{_OUT} AND m.cost IS NOT NULL AND ({_BILLED} OR m.provider_message_id <> '')"
_BY_PERSON = f"{_OUT} AND m.author_id IS NOT NULL AND m.message_class = '{MessageClass.REPLY}'"
_ANSWERS = f"m.waited_since IS NOT NULL AND m.status <> '{MessageStatus.CANCELED}'"
_MICRO = f"m.cost * {MILLION}"

TEXT_METRICS: tuple[Metric, ...] = (
    Metric(
        key="received",
        label=_("Received texts"),
        definition=_("Texts from customers."),
        subject=Subject.TEXTS,
        slot=1,
        sql=count(f"m.direction = '{Direction.INBOUND}'"),
    ),
    Metric(
        key="written",
        label=_("Texts of ours"),
        definition=_("Texts to customers, also those that wait, were stopped or could not be sent."),
        subject=Subject.TEXTS,
        slot=2,
        sql=count(_OUT),
    ),
    Metric(
        key="sent",
        label=_("Sent texts"),
        definition=_("Texts to customers that a provider took."),
        subject=Subject.TEXTS,
        slot=3,
        sql=count(_SENT),
    ),
    Metric(
        key="delivered",
        label=_("Delivered texts"),
        definition=_("Texts to customers that arrived, as the provider says."),
        subject=Subject.TEXTS,
        slot=4,
        sql=count(f"{_OUT} AND {_ARRIVED}"),
    ),
    Metric(
        key="undelivered",
        label=_("Texts that did not arrive"),
        definition=_("Texts to customers that failed or came back, as the provider says."),
        subject=Subject.TEXTS,
        slot=5,
        sql=count(f"{_OUT} AND {_LOST}"),
    ),
    Metric(
        key="reported",
        label=_("Texts with an end"),
        definition=_("Texts to customers of which it is known whether they arrived."),
        subject=Subject.TEXTS,
        slot=6,
        sql=count(f"{_OUT} AND ({_ARRIVED} OR {_LOST})"),
    ),
    Metric(
        key="blocked",
        label=_("Blocked texts"),
        definition=_("Texts to customers that a rule stopped before any provider had them."),
        subject=Subject.TEXTS,
        slot=7,
        sql=count(f"{_OUT} AND m.status = '{MessageStatus.BLOCKED}'"),
    ),
    Metric(
        key="segments",
        label=_("Segments"),
        definition=_("Parts that the sent texts consist of."),
        subject=Subject.TEXTS,
        slot=8,
        sql=total("m.segments", _SENT),
    ),
    Metric(
        key="replies",
        label=_("Texts by people"),
        definition=_("Texts to customers that a person wrote."),
        subject=Subject.TEXTS,
        slot=9,
        sql=count(_BY_PERSON),
    ),
    Metric(
        key="first_responses",
        label=_("First responses"),
        definition=_("Texts by a person that answered a customer who waited; later ones to the same question do not."),
        subject=Subject.TEXTS,
        slot=10,
        sql=count(_ANSWERS),
    ),
    Metric(
        key="response_wait",
        label=_("Time until the first response"),
        definition=_("Whole seconds from the customers' first unanswered texts to the first responses, together."),
        subject=Subject.TEXTS,
        format=Format.SECONDS,
        slot=11,
        sql=total("floor(extract(epoch FROM m.created_at - m.waited_since))", _ANSWERS),
    ),
    Metric(
        key="charged",
        label=_("Charged texts"),
        definition=_("Texts that have cost something, or will as far as it is estimated."),
        subject=Subject.TEXTS,
        right=Right.READ_ALL_ANALYTICS,
        slot=12,
        sql=count(CHARGED),
    ),
    Metric(
        key="charged_segments",
        label=_("Charged segments"),
        definition=_("Parts that the charged texts consist of."),
        subject=Subject.TEXTS,
        right=Right.READ_ALL_ANALYTICS,
        slot=13,
        sql=total("m.segments", CHARGED),
    ),
    Metric(
        key="cost_billed",
        label=_("Billed"),
        definition=_("What the providers have billed for texts, each currency for itself."),
        subject=Subject.TEXTS,
        format=Format.MONEY,
        right=Right.READ_ALL_ANALYTICS,
        slot=14,
        sql=total(_MICRO, f"{CHARGED} AND {_BILLED}"),
    ),
    Metric(
        key="cost_estimated",
        label=_("Estimated"),
        definition=_("What texts cost that are not billed yet, as far as it is estimated, each currency for itself."),
        subject=Subject.TEXTS,
        format=Format.MONEY,
        right=Right.READ_ALL_ANALYTICS,
        slot=15,
        sql=total(_MICRO, f"{CHARGED} AND NOT {_BILLED}"),
    ),
    Metric(
        key="cost",
        label=_("Cost of texts"),
        definition=_("What texts cost, billed or estimated, each currency for itself."),
        subject=Subject.TEXTS,
        format=Format.MONEY,
        right=Right.READ_ALL_ANALYTICS,
        slot=16,
        sql=total(_MICRO, CHARGED),
    ),
    Metric(
        key="delivery_rate",
        label=_("Delivery rate"),
        definition=_("Delivered texts in percent of those of which it is known whether they arrived."),
        subject=Subject.TEXTS,
        format=Format.PERCENT,
        of=("delivered", "reported"),
    ),
    Metric(
        key="undelivered_rate",
        label=_("Failed share of texts"),
        definition=_("Texts that did not arrive, in percent of those of which it is known whether they arrived."),
        subject=Subject.TEXTS,
        format=Format.PERCENT,
        of=("undelivered", "reported"),
    ),
    Metric(
        key="first_response_time",
        label=_("First response time"),
        definition=_("How long a customer waited for the first answer by a person, in the mean."),
        subject=Subject.TEXTS,
        format=Format.SECONDS,
        of=("response_wait", "first_responses"),
    ),
)
