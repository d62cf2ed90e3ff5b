"""Where media may be fetched from: a signed webhook proves who wrote the URL, not where it leads."""

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from contactcenter.providers.errors import MediaRefused


def allowed(url: str, *, base_url: str, domains: Sequence[str], buckets: Sequence[str]) -> SplitResult:
    """The parsed URL if it is the API's own origin, or https below one of the provider's domains.

    `buckets` are "host/path/" prefixes of shared storage hosts. Raises MediaRefused, which never quotes
    the URL: it may be signed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise MediaRefused("media address is not a URL") from None
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or parts.password is not None:
        raise MediaRefused("media address without a host, or with credentials")
    if same_origin(parts, urlsplit(base_url)):
        return parts
    if parts.scheme != "https" or port not in (None, 443):
        raise MediaRefused("media address is not plain https")
    below = any(host == domain or host.endswith("." + domain) for domain in domains)
    if below or any(f"{host}{parts.path}".startswith(bucket) for bucket in buckets):
        return parts
    raise MediaRefused("media address is not the provider's")


def same_origin(one: SplitResult, other: SplitResult) -> bool:
    """Same scheme, host and port, default ports filled in."""
    return _origin(one) == _origin(other)


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default
