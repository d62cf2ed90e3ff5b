"""Invitations: an administrator opens the door for one e-mail address, and its owner comes in once."""

import hashlib
import logging
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from contactcenter.core import events
from contactcenter.core.models import Invitation, User

logger = logging.getLogger(__name__)


class InvitationRefused(Exception):
    """The token is not known, used, revoked or too old, or the organization is closed. It does not say which."""


class AddressTaken(Exception):
    """Somebody has an account with the invited address already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """What the invited person says about themselves."""

    password: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""
    language: str = "en"


def fill_in(invitation: Invitation) -> str:
    """Give a new row its token and its end; return the token, which only the mail may hold."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.expires_at = timezone.now() + timedelta(seconds=settings.INVITATION_SECONDS)
    return token


def send(invitation: Invitation, token: str, *, language: str) -> bool:
    """Mail the token; whether the mail server took it."""
    with override(language):
        subject = gettext("You are invited to %(organization)s") % {"organization": invitation.organization.name}
        body = gettext(
            "You are invited to work with %(organization)s.\n\n"
            "Open %(address)s and enter this invitation code, "
            "good for one account until %(until)s UTC:\n\n%(token)s\n\n"
            "If you did not expect this, ignore it."
        ) % {
            "organization": invitation.organization.name,
            "address": settings.PUBLIC_BASE_URL + reverse("account_invitation"),
            "until": f"{invitation.expires_at:%Y-%m-%d %H:%M}",
            "token": token,
        }
    try:
        send_mail(subject, body, None, [invitation.email])
    except (OSError, SMTPException):
        logger.exception(
            "An invitation could not be mailed.", extra={"organization_id": str(invitation.organization_id)}
        )
        return False
    return True


def find(token: str) -> Invitation:
    """Return the open invitation of this token. Raises InvitationRefused."""
    rows = Invitation.all_orgs.select_related("organization").filter(
        token_hash=_hash(token),
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
        organization__is_active=True,
    )
    found = rows.first()
    if found is None:
        raise InvitationRefused
    return found


def accept(invitation: Invitation, guest: Guest) -> User:
    """Make the account. Raises ValidationError (the password), InvitationRefused, AddressTaken.

    One conditional UPDATE decides, so that two requests with one token make one account.
    """
    user = User(
        organization=invitation.organization,
        email=invitation.email.strip().lower(),
        role=invitation.role,
        first_name=guest.first_name,
        last_name=guest.last_name,
        language=guest.language,
    )
    validate_password(guest.password, user)
    user.set_password(guest.password)
    now = timezone.now()
    try:
        with transaction.atomic():
            open_ones = Invitation.all_orgs.filter(
                accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
            )
            if not open_ones.filter(pk=invitation.pk).update(accepted_at=now):
                raise InvitationRefused
            user.save(force_insert=True)
            events.audit(org_id=invitation.organization_id, actor=user, action="invitation.accepted", target=invitation)
    except IntegrityError as error:
        raise AddressTaken from error
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
