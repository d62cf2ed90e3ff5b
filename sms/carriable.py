"""Which account can carry the files of a text. What only one can carry never goes to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from contactcenter.core.models import AddressKind, Organization, PhoneNumber, ProviderAccount
from contactcenter.providers.enums import ProviderName
from contactcenter.providers.mms import LIMITS, CarriedFile, Misfit, Problem
from sms import routing
from sms.models import Message, SentFile, SmsPolicy, Upload
from sms.refusals import FilesNotCarried


@dataclass(frozen=True, slots=True)
class Load:
    """What a text carries beside its words: files of ours, and addresses of others, which the provider fetches."""

    uploads: tuple[Upload, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self.uploads) + len(self.links)


def load_of(message: Message) -> Load:
    """Return what a stored text carries."""
    if not message.file_count:
        return Load(links=tuple(message.media_urls))
    rows = (
        SentFile.objects.for_org(message.organization_id)
        .filter(message=message)
        .select_related("upload")
        .order_by("position")
    )
    return Load(tuple(row.upload for row in rows), tuple(message.media_urls))


def problem_of(sender: PhoneNumber, load: Load) -> Problem | None:
    """Return why `sender` cannot carry `load`, None when it can."""
    if not load.count:
        return None
    if sender.kind == AddressKind.ALPHANUMERIC:
        return Problem(Misfit.SENDER)
    return LIMITS[ProviderName(sender.provider)].problem(load.uploads, links=len(load.links))


def sender_for(org: Organization, policy: SmsPolicy, sender: PhoneNumber, to_address: str, load: Load) -> PhoneNumber:
    """Return `sender`, or the other account's where only that one can carry `load`. Raises FilesNotCarried."""
    problem = problem_of(sender, load)
    if problem is None:
        return sender
    other = _of_other_account(org, policy, sender, to_address)
    if other is None:
        raise FilesNotCarried(problem)
    others = problem_of(other, load)
    if others is None:
        return other
    # What the more generous one says is what helps.
    raise FilesNotCarried(max(problem, others, key=lambda one: one.limit))


def _of_other_account(org: Organization, policy: SmsPolicy, sender: PhoneNumber, to_address: str) -> PhoneNumber | None:
    other = routing.pair_of(org, policy).other_than(sender.account_id) if policy.fails_over else None
    return routing.sender_of(other, to_address, home=org.default_country) if other else None


def demand_some_account(org: Organization, files: Sequence[CarriedFile]) -> None:
    """Raise FilesNotCarried when no active account of the organization can carry these files."""
    names = set(ProviderAccount.objects.for_org(org).filter(is_active=True).values_list("provider", flat=True))
    problems = [limits.problem(files) for name, limits in LIMITS.items() if not names or name in names]
    found = [problem for problem in problems if problem is not None]
    if len(found) == len(problems):
        raise FilesNotCarried(max(found, key=lambda one: one.limit))
