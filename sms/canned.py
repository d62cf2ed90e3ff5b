"""Templates (canned answers): kept by supervisors and administrators, found and filled in by whoever answers."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from agents.models import TeamMember
from contactcenter.core import events
from contactcenter.core.models import Organization, User
from sms import variables
from sms.models import CannedAnswer, Conversation

MOST_OFFERED = 8


class ShortcutTaken(Exception):
    """Another template of the organization has this shortcut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a person writes about a template. `team_id` None: for everybody; `language` empty: for any."""

    shortcut: str
    title: str
    body: str
    team_id: UUID | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as it would be sent in one conversation, with its variables filled in."""

    pk: UUID
    shortcut: str
    title: str
    text: str


def every(org: Organization) -> "QuerySet[CannedAnswer]":
    """Return the organization's templates with their teams, by shortcut."""
    return CannedAnswer.objects.for_org(org).select_related("team").order_by("shortcut")


def find(org: Organization, pk: UUID) -> CannedAnswer | None:
    """Return one template of the organization, or None."""
    return CannedAnswer.objects.for_org(org).filter(pk=pk).first()


def save(*, org: Organization, actor: User, wording: Wording, answer: CannedAnswer | None = None) -> CannedAnswer:
    """Write a template, a new one without `answer`. Raises UnknownVariable, ShortcutTaken."""
    variables.check(wording.body)
    saved = answer or CannedAnswer(organization=org)
    saved.shortcut, saved.title, saved.body = wording.shortcut, wording.title, wording.body
    saved.team_id, saved.language = wording.team_id, wording.language
    try:
        with transaction.atomic():
            saved.save()
            action = "template.changed" if answer else "template.created"
            events.audit(org_id=org.pk, actor=actor, action=action, target=saved)
    except IntegrityError as error:
        raise ShortcutTaken from error
    return saved


def delete(*, org: Organization, actor: User, answer: CannedAnswer) -> None:
    """Remove a template; texts that were made from it stay as they are."""
    with transaction.atomic():
        events.audit(org_id=org.pk, actor=actor, action="template.deleted", target=answer)
        CannedAnswer.objects.for_org(org).filter(pk=answer.pk).delete()


def offers(*, org: Organization, user: User, conversation: Conversation, words: str) -> list[Offer]:
    """Return the templates that fit `words`, filled in for this person and conversation, the likeliest first.

    A template of a team is for its members, and for conversations of that team.
    """
    values = {
        "contact.first_name": variables.first_name_of(conversation.contact.name),
        "contact.name": conversation.contact.name,
        "agent.first_name": user.first_name,
        "agent.name": user.get_full_name(),
        "organization.name": org.name,
    }
    found = _fitting(org, user, conversation, words.strip().removeprefix("/"))
    return [Offer(row.pk, row.shortcut, row.title, variables.fill(row.body, values)) for row in found]


def _fitting(org: Organization, user: User, conversation: Conversation, words: str) -> "QuerySet[CannedAnswer]":
    own_teams = TeamMember.objects.for_org(org).filter(agent__user=user).values("team_id")
    rows = CannedAnswer.objects.for_org(org).filter(
        Q(team__isnull=True) | Q(team__in=own_teams) | Q(team=conversation.team_id)
    )
    if words:
        rows = rows.filter(Q(shortcut__icontains=words) | Q(title__icontains=words) | Q(body__icontains=words))
    language = conversation.contact.language
    return rows.order_by(
        Case(When(shortcut__istartswith=words, then=Value(0)), default=Value(1), output_field=IntegerField()),
        Case(When(language__in=["", language], then=Value(0)), default=Value(1), output_field=IntegerField()),
        "shortcut",
    )[:MOST_OFFERED]
