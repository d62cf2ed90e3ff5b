"""Telling people of what concerns them: a hint to their open pages, and one message for each of their devices.

Both are written in the transaction of their cause and carry no text, no name and no number.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from contactcenter.core import clock, doorbell
from contactcenter.core.models import (
    NotificationChannel,
    NotificationEvent,
    NotificationPreference,
    Organization,
    PushDevice,
    PushMessage,
    User,
)
from contactcenter.core.roles import Right
from contactcenter.core.zones import UTC_ZONE, zone_named

NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a person is told of an event now: what their open page does."""

    is_shown: bool
    is_heard: bool


def tell(
    *, org_id: UUID, event: NotificationEvent, cause: UUID, about: UUID, path: str, people: Collection[UUID] | None
) -> None:
    """Tell `people` (None: all who may read texts) of an event, after the commit. Must run in a transaction.

    `cause` is what is told of, `about` what it happened to, `path` the page that shows it. A person's device hears of
    one cause once, however often this is called.
    """
    if people is not None and not people:
        return
    ids = ",".join(sorted(str(person) for person in people or ()))
    doorbell.ring(org_id, NOTICE, kind=event.value, about=about, cause=cause, people=ids)
    devices = PushDevice.objects.for_org(org_id).select_related("user")
    if people is not None:
        devices = devices.filter(user_id__in=people)
    _push(org_id, event, cause, path, [device for device in devices if device.user.has_right(Right.READ_SMS)])


def _push(org_id: UUID, event: NotificationEvent, cause: UUID, path: str, devices: list[PushDevice]) -> None:
    if not devices:
        return
    now = clock.now()
    people = {device.user_id for device in devices}
    rows = NotificationPreference.objects.for_org(org_id).filter(user_id__in=people)
    chosen = {row.user_id: row for row in rows}
    waiting = [
        PushMessage(organization_id=org_id, device=device, event=event, cause=cause, path=path, created_at=now)
        for device in devices
        if _is_wanted(chosen.get(device.user_id), device.user, event, NotificationChannel.PUSH, now)
    ]
    if waiting:
        PushMessage.all_orgs.bulk_create(waiting, ignore_conflicts=True)
        doorbell.wake("core.tasks.push_notifications")


def _is_wanted(
    chosen: NotificationPreference | None, user: User, event: str, channel: NotificationChannel, now: datetime
) -> bool:
    chosen = chosen or NotificationPreference()
    return chosen.wants(event, channel) and not chosen.is_quiet(now, zone_named(user.time_zone) or UTC_ZONE)


# --- What a person chose ---------------------------------------------------------------------------------------
def choice_of(org: Organization, user: User) -> NotificationPreference:
    """Return what the person chose, or the defaults, unsaved."""
    found = NotificationPreference.objects.for_org(org).filter(user=user).first()
    return found or NotificationPreference(organization=org, user=user)


def answer_for(org: Organization, user: User, event: NotificationEvent, *, now: datetime | None = None) -> Answer:
    """Return what the person's open page does about an event."""
    chosen, now = choice_of(org, user), now or clock.now()
    is_shown, is_heard = (
        _is_wanted(chosen, user, event, channel, now)
        for channel in (NotificationChannel.PAGE, NotificationChannel.SOUND)
    )
    return Answer(is_shown=is_shown, is_heard=is_heard)


def choose(chosen: NotificationPreference) -> None:
    """Store what a person chose, in place of what they chose before."""
    with transaction.atomic():
        NotificationPreference.objects.for_org(chosen.organization_id).filter(user=chosen.user).delete()
        chosen.save(force_insert=True)
