"""A carrier for the tests of texts."""

from collections.abc import Iterator

import pytest

from tests.carrier import Carrier, running_carrier


@pytest.fixture(scope="session")
def _carrier() -> Iterator[Carrier]:
    with running_carrier(public_base_url="http://testserver", speed=0.1) as carrier:
        yield carrier


@pytest.fixture
def carrier(_carrier: Carrier, settings) -> Carrier:
    """A carrier that takes every text and sends no webhooks unless a test scripts it otherwise."""
    _carrier.control("reset", {})
    _carrier.script({"accept": True, "callbacks": []})
    settings.SIMULATOR_URL = settings.TWILIO_API_BASE_URL = _carrier.url
    settings.TELNYX_API_BASE_URL = f"{_carrier.url}/v2"
    settings.PROVIDER_CONNECT_TIMEOUT, settings.PROVIDER_TIMEOUT = 1.0, 1.0
    return _carrier
