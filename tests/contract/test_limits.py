"""Too many, no service, platform mode: the rest of the contract's statuses, each in its shape."""

from typing import Any

import pytest
from django.test import Client

from contactcenter.core.models import PhoneNumber
from tests.contract.conftest import ask, bearer
from tests.contract.endpoints import CALL_BODY, SMS_BODY, TO
from tests.contract.shapes import PAIR, SMS, differences, one_of
from tests.factories import PASSWORD, make_call
from tests.sms.api import problem
from tests.world import World


def test_too_many_requests_are_429_and_say_when(ours: World, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    client = bearer(ours.tenant.agent)
    assert client.get("/api/calls").status_code == 200
    answer = client.get("/api/agents")
    problem(answer, 429, "RATE_LIMITED")
    assert 1 <= int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize("limit", ["sms_hourly_limit", "sms_daily_limit"])
def test_too_many_texts_are_429_and_say_when(ours: World, limit: str) -> None:
    setattr(ours.tenant.org, limit, 1)
    ours.tenant.org.save()
    answers = [ask(bearer(ours.tenant.agent), "POST", "/api/sms/send", SMS_BODY(ours)) for _time in range(2)]
    problem(answers[-1], 429, "RATE_LIMITED")
    assert int(answers[-1]["Retry-After"]) >= 1


def test_without_a_provider_there_is_no_service(ours: World) -> None:
    PhoneNumber.objects.for_org(ours.tenant.org).update(is_active=False)
    ours.tenant.agent.language = "cs"  # Clients compare these sentences.
    ours.tenant.agent.save()
    client = bearer(ours.tenant.agent)
    texts = problem(ask(client, "POST", "/api/sms/send", SMS_BODY(ours)), 503, "SERVICE_UNAVAILABLE")
    calls = problem(ask(client, "POST", "/api/calls", CALL_BODY(ours)), 503, "SERVICE_UNAVAILABLE")
    assert (texts["detail"], calls["detail"]) == ("SMS service not available", "Voice service not available")


def test_a_second_profile_is_400(ours: World) -> None:
    body = {"user_id": str(ours.tenant.agent.pk)}
    answer = ask(bearer(ours.tenant.admin), "POST", "/api/agents/", body)
    assert problem(answer, 400, "AGENT_EXISTS")["detail"] == "User already has an agent profile"


def test_a_forbidden_transition_is_409_and_names_both_states(ours: World) -> None:
    call = make_call(ours.tenant, status="NO_ANSWER")
    answer = ask(bearer(ours.tenant.agent), "PUT", f"/api/calls/{call.pk}", {"status": "in_progress"})
    detail = problem(answer, 409, "FORBIDDEN_TRANSITION")["detail"]
    assert ("NO_ANSWER" in detail, "IN_PROGRESS" in detail) == (True, True)


def test_in_platform_mode_a_text_is_202(ours: World, settings: Any) -> None:
    settings.PLATFORM_MODE = True
    answer = ask(bearer(ours.tenant.agent), "POST", "/api/sms/send", SMS_BODY(ours))
    shape = {**SMS, "status": one_of("queued"), "message": one_of("SMS queued for sending")}
    assert (answer.status_code, list(differences(shape, answer.json()))) == (202, [])


def test_logging_in_refreshing_and_logging_out(ours: World) -> None:
    login = {"email": ours.tenant.agent.email, "password": PASSWORD}
    for ending in ("", "/"):
        pair = ask(Client(), "POST", f"/api/auth/login{ending}", login)
        assert (pair.status_code, list(differences(PAIR, pair.json()))) == (200, [])
        token = {"refresh_token": pair.json()["refresh_token"]}
        fresh = ask(Client(), "POST", f"/api/auth/refresh{ending}", token)
        assert (fresh.status_code, list(differences(PAIR, fresh.json()))) == (200, [])
        gone = ask(Client(), "POST", f"/api/auth/logout{ending}", token)
        assert (gone.status_code, gone.content) == (204, b"")
        problem(ask(Client(), "POST", f"/api/auth/refresh{ending}", token), 401, "INVALID_TOKEN")


def test_the_curl_lines_of_the_original_system_work_as_they_are(ours: World) -> None:
    client = bearer(ours.tenant.agent)
    body = {"from_number": "+1234567890", "to_number": "+1987654321", "direction": "outbound"}
    call = ask(client, "POST", "/api/calls", body)
    text = ask(client, "POST", "/api/sms/send", {"to_number": "+1234567890", "body": "Test message"})
    assert (call.status_code, call.json()["status"], call.json()["to_number"]) == (201, "QUEUED", "+1987654321")
    assert (text.status_code, text.json()["status"], text.json()["to_number"]) == (201, "queued", "+1234567890")
    assert TO not in {call.json()["from_number"], text.json()["from_number"]}
