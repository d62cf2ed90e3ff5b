"""The platform that this installation is a module of: whom it vouches for, and how it proves itself."""

import hmac
from uuid import UUID

from django.conf import settings

from contactcenter.core.models import User


class PlatformRefused(Exception):
    """The proof is wrong, or the person may not work for that organization. It does not say which."""


def is_proved(*, secret: str, tls: str) -> bool:
    """Whether the platform itself calls: by the shared secret, or by what the proxy in front says of its certificate.

    `secret` and `tls` are the headers' values, empty for one that was not sent. Raises PlatformRefused for a secret
    that is not ours. A certificate that is not the platform's is nothing wrong: it proves nothing.
    """
    if _fits(tls, settings.PLATFORM_TLS_VALUE):
        return True
    if secret and not _fits(secret, settings.PLATFORM_SHARED_SECRET):
        raise PlatformRefused
    return bool(secret)


def _fits(given: str, wanted: str) -> bool:
    # Without a configured value nothing fits, not even nothing.
    return bool(wanted) and hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def caller(*, organization_id: str, user_id: str) -> User:
    """Return the person whom the platform's headers name, if they may work for that organization now.

    Raises PlatformRefused.
    """
    try:
        org_pk, user_pk = UUID(organization_id), UUID(user_id)
    except ValueError as error:
        raise PlatformRefused from error
    user = User.objects.select_related("organization").filter(pk=user_pk, organization_id=org_pk).first()
    if user is None or not user.may_work:
        raise PlatformRefused
    return user
