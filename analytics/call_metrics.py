"""The figures about calls, each counted by when the call began. docs/metrics.md explains them."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from analytics.enums import Format, Subject
from analytics.metric import MILLION, Metric, count, total, words
from calls.enums import ENDED, MISSED, CallDirection, CallStatus
from contactcenter.core.roles import Right

_COMPLETED = f"c.status = '{CallStatus.COMPLETED}'"
_INBOUND = f"c.direction = '{CallDirection.INBOUND}'"
_HANDLED = f"{_COMPLETED} AND c.agent_id IS NOT NULL"
_ANSWERED = f"{_INBOUND} AND c.answered_at IS NOT NULL"
_UNANSWERED = f"{_INBOUND} AND c.answered_at IS NULL AND c.status IN ({words(*ENDED)})"
_DECIDED = f"{_INBOUND} AND (c.answered_at IS NOT NULL OR c.status IN ({words(*ENDED)}))"
# Whole seconds, as every duration here: 20.9 seconds are 20.
_WAITED = "floor(extract(epoch FROM c.answered_at - c.started_at))"
_IN_TIME = f"{_ANSWERED} AND {_WAITED} <= {settings.SERVICE_LEVEL_SECONDS:d}"

CALL_METRICS: tuple[Metric, ...] = (
    Metric(
        key="total",
        label=_("Calls"),
        definition=_("Calls that began in this time, whatever became of them. Deleted calls count nowhere."),
        subject=Subject.CALLS,
        slot=1,
        sql="count(*)",
    ),
    Metric(
        key="inbound",
        label=_("Inbound calls"),
        definition=_("Calls from outside."),
        subject=Subject.CALLS,
        slot=2,
        sql=count(_INBOUND),
    ),
    Metric(
        key="outbound",
        label=_("Outbound calls"),
        definition=_("Calls that we made."),
        subject=Subject.CALLS,
        slot=3,
        sql=count(f"c.direction = '{CallDirection.OUTBOUND}'"),
    ),
    Metric(
        key="completed",
        label=_("Completed calls"),
        definition=_("Calls that were talked in, or that somebody here ended, and that are over."),
        subject=Subject.CALLS,
        slot=4,
        sql=count(_COMPLETED),
    ),
    Metric(
        key="missed",
        label=_("Missed calls"),
        definition=_("Calls in either direction that nobody answered."),
        subject=Subject.CALLS,
        slot=5,
        sql=count(f"c.status IN ({words(*MISSED)})"),
    ),
    Metric(
        key="failed",
        label=_("Failed calls"),
        definition=_("Calls that could not be connected."),
        subject=Subject.CALLS,
        slot=6,
        sql=count(f"c.status = '{CallStatus.FAILED}'"),
    ),
    Metric(
        key="busy",
        label=_("Busy"),
        definition=_("Calls that met a busy line."),
        subject=Subject.CALLS,
        slot=7,
        sql=count(f"c.status = '{CallStatus.BUSY}'"),
    ),
    Metric(
        key="canceled",
        label=_("Canceled calls"),
        definition=_("Calls that the caller gave up before an answer."),
        subject=Subject.CALLS,
        slot=8,
        sql=count(f"c.status = '{CallStatus.CANCELED}'"),
    ),
    Metric(
        key="handled",
        label=_("Handled calls"),
        definition=_("Calls that an agent has or had. After a transfer it is the last agent's."),
        subject=Subject.CALLS,
        slot=9,
        sql="count(c.agent_id)",
    ),
    Metric(
        key="talked",
        label=_("Talking time"),
        definition=_("Whole seconds of all completed calls together."),
        subject=Subject.CALLS,
        format=Format.SECONDS,
        slot=10,
        sql=total("c.duration", _COMPLETED),
    ),
    Metric(
        key="handled_completed",
        label=_("Completed calls of agents"),
        definition=_("Completed calls that an agent had."),
        subject=Subject.CALLS,
        slot=11,
        sql=count(_HANDLED),
    ),
    Metric(
        key="handle_time",
        label=_("Handle time"),
        definition=_("Whole seconds of the completed calls that an agent had, time on hold included."),
        subject=Subject.CALLS,
        format=Format.SECONDS,
        slot=12,
        sql=total("c.duration", _HANDLED),
    ),
    Metric(
        key="decided",
        label=_("Inbound calls that were answered or are over"),
        definition=_("Inbound calls that no longer wait for an answer."),
        subject=Subject.CALLS,
        slot=13,
        sql=count(_DECIDED),
    ),
    Metric(
        key="answered",
        label=_("Answered inbound calls"),
        definition=_("Inbound calls that somebody answered."),
        subject=Subject.CALLS,
        slot=14,
        sql=count(_ANSWERED),
    ),
    Metric(
        key="answered_in_time",
        label=_("Inbound calls answered in time"),
        definition=_("Inbound calls that somebody answered within the seconds that the service level allows."),
        subject=Subject.CALLS,
        slot=15,
        sql=count(_IN_TIME),
    ),
    Metric(
        key="waited",
        label=_("Time until the answer"),
        definition=_("Whole seconds from the beginning of answered inbound calls to their answer, together."),
        subject=Subject.CALLS,
        format=Format.SECONDS,
        slot=16,
        sql=total(_WAITED, _ANSWERED),
    ),
    Metric(
        key="abandoned",
        label=_("Abandoned calls"),
        definition=_("Inbound calls that ended before anybody answered."),
        subject=Subject.CALLS,
        slot=17,
        sql=count(_UNANSWERED),
    ),
    Metric(
        key="call_cost",
        label=_("Cost of calls"),
        definition=_("What the providers charge for the calls, each currency for itself."),
        subject=Subject.CALLS,
        format=Format.MONEY,
        right=Right.READ_ALL_ANALYTICS,
        slot=18,
        sql=f"coalesce(sum(c.cost * {MILLION}), 0)::bigint",
    ),
    Metric(
        key="completion_rate",
        label=_("Completion rate"),
        definition=_("Completed calls in percent of all calls."),
        subject=Subject.CALLS,
        format=Format.PERCENT,
        of=("completed", "total"),
    ),
    Metric(
        key="failure_rate",
        label=_("Failed share of calls"),
        definition=_("Failed calls in percent of all calls."),
        subject=Subject.CALLS,
        format=Format.PERCENT,
        of=("failed", "total"),
    ),
    Metric(
        key="average_duration",
        label=_("Average duration"),
        definition=_("Talking time of a completed call in the mean."),
        subject=Subject.CALLS,
        format=Format.SECONDS,
        of=("talked", "completed"),
    ),
    Metric(
        key="average_handle_time",
        label=_("Average handle time"),
        definition=_("Handle time of a completed call that an agent had, in the mean."),
        subject=Subject.CALLS,
        format=Format.SECONDS,
        of=("handle_time", "handled_completed"),
    ),
    Metric(
        key="answer_rate",
        label=_("Answer rate"),
        definition=_("Answered inbound calls in percent of those that were answered or are over."),
        subject=Subject.CALLS,
        format=Format.PERCENT,
        of=("answered", "decided"),
    ),
    Metric(
        key="speed_of_answer",
        label=_("Average speed of answer"),
        definition=_("Time until the answer of an answered inbound call, in the mean."),
        subject=Subject.CALLS,
        format=Format.SECONDS,
        of=("waited", "answered"),
    ),
    Metric(
        key="service_level",
        label=_("Service level"),
        definition=_("Inbound calls answered in time, in percent of those that were answered or are over."),
        subject=Subject.CALLS,
        format=Format.PERCENT,
        of=("answered_in_time", "decided"),
    ),
    Metric(
        key="abandon_rate",
        label=_("Abandon rate"),
        definition=_("Abandoned calls in percent of the inbound calls that were answered or are over."),
        subject=Subject.CALLS,
        format=Format.PERCENT,
        of=("abandoned", "decided"),
    ),
)
