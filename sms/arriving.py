"""What a text from outside begins beside itself: its conversation goes to a team, and who writes while that team is
closed is told so, once for each time that it is."""

from datetime import datetime
from uuid import UUID

from agents import assignable, hours
from sms import automatic, consent, history, policies, quiet
from sms.enums import ConversationEventKind, MessageClass
from sms.models import ClosedReply, Conversation, Message


def receive(message: Message, *, is_keyword: bool, now: datetime) -> None:
    """Do both for a stored text, which is the newest one of its conversation. Must run in its transaction."""
    rows = Conversation.objects.for_org(message.organization_id)
    conversation = rows.select_related("organization", "contact", "phone_number__account").get(
        pk=message.conversation_id
    )
    if conversation.team_id is None and conversation.assignee_id is None:
        _give_to_team(conversation)
    if not is_keyword:
        _tell_that_we_are_closed(conversation, message, now)


def _give_to_team(conversation: Conversation) -> None:
    team = assignable.team_at(conversation.organization_id, conversation.phone_number_id)
    if team is None:
        return
    rows = Conversation.objects.for_org(conversation.organization_id).filter(pk=conversation.pk, team__isnull=True)
    if rows.update(team=team):
        conversation.team = team
        history.record(
            org_id=conversation.organization_id,
            conversation_id=conversation.pk,
            kind=ConversationEventKind.TEAM,
            team=str(team.pk),
            name=team.name,
            reason="default" if team.is_default else "number",
        )


def _tell_that_we_are_closed(conversation: Conversation, message: Message, now: datetime) -> None:
    found = hours.of(conversation.organization, conversation.team_id)
    if found is None or found.calendar.is_open(message.created_at):  # A late text may have been in time.
        return
    opens_at = found.calendar.next_opening(now)
    body = found.reply_in(conversation.contact.language, conversation.organization.language)
    if not body or opens_at == now or _is_told(conversation.pk, message.organization_id, now):
        return
    until = opens_at or now + hours.FARTHEST
    if _may_go(conversation, now) and automatic.say(message, body, now=now) is not None:
        ClosedReply.all_orgs.create(
            organization_id=message.organization_id, conversation=conversation, closed_until=until
        )


def _is_told(conversation_id: UUID, org_id: UUID, now: datetime) -> bool:
    told = ClosedReply.objects.for_org(org_id).filter(conversation_id=conversation_id)
    return told.filter(closed_until__gt=now).exists()


def _may_go(conversation: Conversation, now: datetime) -> bool:
    """Whether neither an opt-out nor quiet hours forbid it; a sentence about tonight is of no use tomorrow."""
    if consent.is_opted_out(conversation.organization_id, conversation.address):
        return False
    allowed = quiet.hours_between(
        conversation.phone_number,
        conversation.address,
        org=conversation.organization,
        policy=policies.of(conversation.organization_id),
        message_class=MessageClass.AUTOMATIC,
        at=now,
    )
    return allowed.sendable_from is None
