"""Filters of the inbox that people keep: for themselves, or, where they lead others, for everybody."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from contactcenter.core import events
from contactcenter.core.models import Organization, User
from sms.models import SavedView

MOST = 20


class NameTaken(Exception):
    """The person has a view of this name."""


class TooManyViews(Exception):
    """The person has saved MOST views."""


def visible_to(org: Organization, user: User) -> list[SavedView]:
    """Return a person's own views and those for everybody, by name; their own first when there are too many."""
    rows = SavedView.objects.for_org(org).filter(Q(owner=user) | Q(is_shared=True)).order_by("name", "id")[: 5 * MOST]
    own_first = sorted(rows, key=lambda view: view.owner_id != user.pk)[: 2 * MOST]
    return sorted(own_first, key=lambda view: view.name.casefold())


def own_view(org: Organization, user: User, pk: UUID) -> SavedView | None:
    """Return a view that the person saved, or None."""
    return SavedView.objects.for_org(org).filter(owner=user, pk=pk).first()


def save_view(*, org: Organization, actor: User, name: str, words: dict[str, str], is_shared: bool) -> SavedView:
    """Keep a filter under a name. Raises NameTaken, TooManyViews."""
    try:
        with transaction.atomic():
            # The person's row is the queue: two saves at once would both find room.
            User.objects.select_for_update().get(pk=actor.pk)
            if SavedView.objects.for_org(org).filter(owner=actor).count() >= MOST:
                raise TooManyViews
            view = SavedView.all_orgs.create(organization=org, owner=actor, name=name, words=words, is_shared=is_shared)
            events.audit(org_id=org.pk, actor=actor, action="view.saved", target=view)
    except IntegrityError as error:
        raise NameTaken from error
    return view


def change_view(*, org: Organization, actor: User, view: SavedView, name: str, is_shared: bool) -> None:
    """Give a view another name, or show it to everybody or to its owner alone. Raises NameTaken."""
    try:
        with transaction.atomic():
            SavedView.objects.for_org(org).filter(pk=view.pk, owner=actor).update(name=name, is_shared=is_shared)
            events.audit(org_id=org.pk, actor=actor, action="view.changed", target=view)
    except IntegrityError as error:
        raise NameTaken from error


def delete_view(*, org: Organization, actor: User, view: SavedView) -> None:
    """Forget a view; the conversations stay as they are."""
    with transaction.atomic():
        events.audit(org_id=org.pk, actor=actor, action="view.deleted", target=view)
        SavedView.objects.for_org(org).filter(pk=view.pk, owner=actor).delete()
