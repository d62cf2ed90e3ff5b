"""Telling administrators once a month, by mail, that a budget is nearly spent, and once that it is spent.

A loop of the worker looks, because a budget is also spent by prices that providers bill later; accepting a text waits
for no mail.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from contactcenter.core import clock, events
from contactcenter.core.models import Organization, User
from contactcenter.core.roles import Role
from sms import budget
from sms.budget import Budget
from sms.enums import BudgetAction
from sms.models import SmsPolicy

logger = logging.getLogger(__name__)


def warn_due(now: datetime | None = None) -> int:
    """Warn the administrators of every organization whose budget has reached 80 % or 100 %; return how many mails."""
    now = now or clock.now()
    policies = SmsPolicy.all_orgs.filter(monthly_budget__isnull=False).select_related("organization")
    return sum(_warn(policy, now) for policy in policies)


def _warn(policy: SmsPolicy, now: datetime) -> bool:
    found = budget.of(policy.organization, now=now, policy=policy)
    if found is None or not found.is_nearly_spent:
        return False
    field = "budget_spent_for" if found.is_spent else "budget_warned_for"
    if field == "budget_warned_for" and policy.budget_spent_for == found.month.first_day:
        return False  # A bill turned out smaller than its estimate: nobody needs to hear less than they know.
    with transaction.atomic():
        if not _is_first(policy, field, found):
            return False
        action = "budget.spent" if found.is_spent else "budget.nearly_spent"
        events.audit(org_id=policy.organization_id, actor=None, action=action, target=policy, detail=_detail(found))
    _mail(policy.organization, found)
    return True


def _is_first(policy: SmsPolicy, field: str, found: Budget) -> bool:
    """Whether nobody told of this month yet: of several workers one is the first."""
    untold = Q(**{f"{field}__isnull": True}) | ~Q(**{field: found.month.first_day})
    return SmsPolicy.all_orgs.filter(untold, pk=policy.pk).update(**{field: found.month.first_day}) == 1


def _detail(found: Budget) -> dict[str, str]:
    return {"month": f"{found.month.first_day:%Y-%m}", "limit": str(found.limit), "currency": found.currency}


def _mail(org: Organization, found: Budget) -> None:
    admins = User.objects.filter(organization=org, role=Role.ADMIN, is_active=True).order_by("email")
    addresses = list(admins.values_list("email", flat=True))
    with translation.override(org.language):
        subject, body = _words(org, found)
    for address in addresses:  # One mail each: nobody learns the others' addresses.
        try:
            send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
        except OSError as error:  # The pages and the audit say it too.
            logger.warning("a mail about a budget could not be sent: %s", type(error).__name__)


def _words(org: Organization, found: Budget) -> tuple[str, str]:
    values = {
        "organization": org.name,
        "percent": found.percent,
        "limit": f"{found.limit} {found.currency}",
        "url": f"{settings.PUBLIC_BASE_URL}{reverse('analytics:costs')}",
    }
    if not found.is_spent:
        subject = gettext("%(percent)s %% of the budget for texts is spent") % values
        body = gettext(
            "%(organization)s has spent %(percent)s %% of this month's budget for texts (%(limit)s).\n\n"
            "What it was spent on: %(url)s"
        )
        return subject, body % values
    if found.action == BudgetAction.HOLD:
        body = gettext(
            "%(organization)s has spent this month's budget for texts (%(limit)s). Further texts are held until an "
            "administrator releases them or raises the budget.\n\nWhat it was spent on: %(url)s"
        )
    else:
        body = gettext(
            "%(organization)s has spent this month's budget for texts (%(limit)s). Further texts are refused until the "
            "budget is raised or the month ends.\n\nWhat it was spent on: %(url)s"
        )
    return gettext("The budget for texts is spent"), body % values
