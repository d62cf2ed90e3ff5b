"""Which number of ours a new text leaves from: the one that was asked for, or one that fits its recipient."""

from contactcenter.core import clock
from contactcenter.core.models import Organization, PhoneNumber
from contactcenter.core.phone import InvalidNumber, country_of, to_e164
from sms import consent, quota, routing, selectors
from sms.models import SmsPolicy
from sms.refusals import NoSender, OtherProviderOnly, SenderResting, UnknownSender


def choose(org: Organization, policy: SmsPolicy, *, wanted: str, to_address: str) -> PhoneNumber:
    """Return the sender that was asked for (`wanted`, as typed), or one that fits when it is empty.

    Where the person took an opt-out back at one account only, it is a sender of that one; an account without a usable
    sender binds nobody: the other provider's answer decides then. Raises NoSender, UnknownSender, SenderResting and
    OtherProviderOnly.
    """
    pinned = consent.pinned_account(org, to_address)
    allowed = selectors.usable_senders(org).filter(account=pinned).first() if pinned else None
    if not wanted:
        return _awake(allowed or routing.sender_for_new(org, to_address, policy=policy) or _default(org))
    chosen = _awake(_chosen(org, wanted))
    if allowed is not None and chosen.account_id != allowed.account_id:
        raise OtherProviderOnly
    return chosen


def _default(org: Organization) -> PhoneNumber:
    """Return the default sender; while it rests, another one: rather of its country, rather of its account."""
    usable = list(selectors.usable_senders(org))
    if not usable:
        raise NoSender
    home = usable[0]
    awake = [sender for sender in usable if not _rests(sender)]
    return min(
        awake or [home],
        key=lambda sender: (
            sender.pk != home.pk,
            country_of(sender.address) != country_of(home.address),
            sender.account_id != home.account_id,
        ),
    )


def _awake(sender: PhoneNumber) -> PhoneNumber:
    if sender.paused_until is not None and _rests(sender):
        raise SenderResting(quota.whole_seconds((sender.paused_until - clock.now()).total_seconds()))
    return sender


def _rests(sender: PhoneNumber) -> bool:
    return sender.paused_until is not None and sender.paused_until > clock.now()


def _chosen(org: Organization, wanted: str) -> PhoneNumber:
    sender = selectors.sender_for(org, wanted.strip())
    if sender is None:
        try:
            sender = selectors.sender_for(org, to_e164(wanted, country=org.default_country))
        except InvalidNumber:
            sender = None
    if sender is None:
        raise UnknownSender if selectors.usable_senders(org).exists() else NoSender
    return sender
