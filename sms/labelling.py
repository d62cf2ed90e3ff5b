"""Labels: put on a conversation and taken off by whoever answers, made by whoever sets the inbox up."""

from uuid import UUID

from django.db import IntegrityError, transaction

from contactcenter.core import events
from contactcenter.core.models import Label, LabelColor, Organization, User
from sms.deeds import told
from sms.enums import ConversationEventKind
from sms.models import Conversation, ConversationLabel

LONGEST_NAME = 40


class UnknownLabel(Exception):
    """The organization has no such label (any more)."""


class LabelExists(Exception):
    """A label of this name is there already, in whatever letters."""


class LabelNeedsName(Exception):
    """A label is its name: at least one and at most 40 characters."""


def put_on(*, org: Organization, actor: User, conversation: Conversation, label_id: UUID) -> bool:
    """Put a label on a conversation; False when it has it already. Raises UnknownLabel."""
    label = Label.objects.for_org(org).filter(pk=label_id).first()
    if label is None:
        raise UnknownLabel
    try:
        with transaction.atomic():
            ConversationLabel.all_orgs.create(organization=org, conversation=conversation, label=label)
            _tell(org, actor, conversation, ConversationEventKind.LABELED, label)
    except IntegrityError:  # A colleague was as quick.
        return False
    return True


def take_off(*, org: Organization, actor: User, conversation: Conversation, label_id: UUID) -> bool:
    """Take a label off a conversation; False when it has not got it. Raises UnknownLabel."""
    label = Label.objects.for_org(org).filter(pk=label_id).first()
    if label is None:
        raise UnknownLabel
    with transaction.atomic():
        rows = ConversationLabel.objects.for_org(org).filter(conversation=conversation, label=label)
        if not rows.delete()[0]:
            return False
        _tell(org, actor, conversation, ConversationEventKind.UNLABELED, label)
    return True


def create_label(*, org: Organization, actor: User, name: str, color: str = LabelColor.GRAY) -> Label:
    """Make a label. Raises LabelNeedsName, LabelExists."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise LabelNeedsName
    try:
        with transaction.atomic():
            label = Label.all_orgs.create(organization=org, name=name, color=color)
            events.audit(org_id=org.pk, actor=actor, action="label.created", target=label)
    except IntegrityError as error:
        raise LabelExists from error
    return label


def _tell(
    org: Organization, actor: User, conversation: Conversation, kind: ConversationEventKind, label: Label
) -> None:
    told(org=org, actor=actor, conversation=conversation, kind=kind, label=str(label.pk), name=label.name)
