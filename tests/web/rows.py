"""One row of everything that notifications keep."""

from uuid import uuid4

from django.db.models import Model
from django.utils import timezone

from contactcenter.core.models import NotificationEvent, NotificationPreference, PushDevice, PushMessage
from tests.factories import Tenant

# RFC 8291, appendix A: the keys of a browser.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


def rows_of_notifications(tenant: Tenant) -> list[Model]:
    slug = tenant.org.slug
    chosen = NotificationPreference.all_orgs.create(organization=tenant.org, user=tenant.agent)
    device = PushDevice.all_orgs.create(
        organization=tenant.org,
        user=tenant.agent,
        endpoint=f"https://push.services.mozilla.com/{slug}",
        endpoint_hash=slug,
        p256dh=P256DH,
        auth=AUTH,
        name=f"{slug} browser",
    )
    message = PushMessage.all_orgs.create(
        organization=tenant.org,
        device=device,
        event=NotificationEvent.MINE,
        cause=uuid4(),
        path=f"/{slug}/",
        created_at=timezone.now(),
    )
    return [chosen, device, message]
