"""A carrier for the tests of calls."""

from collections.abc import Iterator

import pytest

from tests.carrier import Carrier, running_carrier


@pytest.fixture(scope="session")
def _call_carrier() -> Iterator[Carrier]:
    with running_carrier(public_base_url="http://testserver", speed=0.1) as carrier:
        yield carrier


@pytest.fixture
def carrier(_call_carrier: Carrier, settings) -> Carrier:
    """A carrier that takes every call and tells nothing about it unless a test scripts it otherwise."""
    _call_carrier.control("quiet", {})
    _call_carrier.control("reset", {})
    _call_carrier.script({"drop": True, "talk": None}, kind="call")
    settings.SIMULATOR_URL = settings.TWILIO_API_BASE_URL = _call_carrier.url
    settings.TELNYX_API_BASE_URL = f"{_call_carrier.url}/v2"
    settings.PROVIDER_CONNECT_TIMEOUT, settings.PROVIDER_TIMEOUT = 1.0, 1.0
    return _call_carrier
