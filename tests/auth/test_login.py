"""Log-in, refresh and log-out, through the front door."""

import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from contactcenter.core.models import AuditEntry, RefreshToken, TokenFamily, User
from tests.auth.clients import JWKS, LOGIN, ME, bearing, log_in, log_out, refresh, works
from tests.conftest import LogIn
from tests.factories import PASSWORD, Tenant
from tests.sms.api import INBOX, post, problem, send, wrong_parts

USER_KEYS = {
    "id",
    "email",
    "first_name",
    "last_name",
    "role",
    "organization_id",
    "organization_name",
    "language",
    "time_zone",
    "last_login_at",
}


def test_the_answer_has_the_contracts_shape(aurora: Tenant) -> None:
    answer = log_in(aurora.agent)
    assert answer.keys() == {"user", "access_token", "refresh_token", "token_type"}
    assert answer["token_type"] == "bearer"
    assert answer["user"].keys() == USER_KEYS
    assert answer["user"] == bearing(answer["access_token"]).get(ME).json()
    assert (answer["user"]["email"], answer["user"]["organization_id"]) == (aurora.agent.email, str(aurora.org.pk))


def test_others_can_check_the_tokens_with_the_published_keys(aurora: Tenant) -> None:
    answer = log_in(aurora.supervisor)
    published = Client().get(JWKS)
    assert published["Cache-Control"] == "public, max-age=300"
    keys = jwt.PyJWKSet.from_dict(published.json())
    said = {}
    for kind in ("access", "refresh"):
        token = answer[f"{kind}_token"]
        header = jwt.get_unverified_header(token)
        assert header["alg"] == "EdDSA"
        said[kind] = jwt.decode(token, keys[header["kid"]], algorithms=["EdDSA"])
        assert said[kind].keys() == {"sub", "email", "role", "org", "iat", "exp", "jti", "type"}
        assert said[kind]["type"] == kind
    lives = {kind: claims["exp"] - claims["iat"] for kind, claims in said.items()}
    assert lives == {"access": 15 * 60, "refresh": 7 * 24 * 3600}
    claims = said["access"]
    assert (claims["sub"], claims["org"]) == (str(aurora.supervisor.pk), str(aurora.org.pk))
    assert (claims["role"], claims["email"]) == ("SUPERVISOR", aurora.supervisor.email)
    assert said["access"]["jti"] != said["refresh"]["jti"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_old_systems_lines_work_with_a_token(aurora: Tenant, slash: str) -> None:
    client = bearing(log_in(aurora.agent)["access_token"])
    answer = post(client, {"to_number": "+1234567890", "body": "Test message"}, url=f"/api/sms/send{slash}")
    assert answer.status_code == 201
    assert client.get(f"/api/sms/inbox{slash}").json()["total"] == 1


def test_rights_are_the_roles(aurora: Tenant, borealis: Tenant) -> None:
    assert bearing(log_in(borealis.agent)["access_token"]).get(INBOX).json()["items"] == []
    problem(bearing(log_in(aurora.customer)["access_token"]).get(INBOX), 403, "PERMISSION_DENIED")


def test_wrong_is_wrong_and_says_not_what(aurora: Tenant, borealis: Tenant) -> None:
    User.objects.filter(pk=aurora.supervisor.pk).update(is_active=False)
    borealis.org.is_active = False
    borealis.org.save()
    told = set()
    for email, password in (
        (aurora.agent.email, "wrong"),
        ("nobody@aurora.example", PASSWORD),
        ("no address", PASSWORD),
        (aurora.supervisor.email, PASSWORD),
        (borealis.agent.email, PASSWORD),
    ):
        answer = post(Client(), {"email": email, "password": password}, url=LOGIN)
        problem(answer, 401, "INVALID_CREDENTIALS")
        assert answer["WWW-Authenticate"].startswith("Bearer")
        told.add(answer.content)
    assert len(told) == 1
    assert not TokenFamily.all_orgs.exists()


def test_an_unknown_address_takes_as_long_as_a_wrong_password(aurora: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda _self, password: hashed.append(password))
    problem(post(Client(), {"email": "no@x.example", "password": "abc"}, url=LOGIN), 401, "INVALID_CREDENTIALS")
    assert hashed == ["abc"]


def test_letter_case_and_spaces_around_an_address_do_not_matter(aurora: Tenant) -> None:
    answer = post(Client(), {"email": f" {aurora.agent.email.upper()} ", "password": PASSWORD}, url=LOGIN)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ({}, [(["body", "email"], "required"), (["body", "password"], "required")]),
        ({"email": 1, "password": PASSWORD}, [(["body", "email"], "invalid")]),
        ({"email": "a@b.example", "password": ["x"]}, [(["body", "password"], "invalid")]),
        ({"email": "a@b.example", "password": "x" * 1025}, [(["body", "password"], "max_length")]),
    ],
)
def test_a_malformed_log_in(db: None, body: Any, parts: Any) -> None:
    assert wrong_parts(post(Client(), body, url=LOGIN)) == parts


def test_a_superuser_of_no_organization_is_no_client_of_the_api(superuser: User) -> None:
    problem(post(Client(), {"email": superuser.email, "password": PASSWORD}, url=LOGIN), 401, "INVALID_CREDENTIALS")


def test_guessing_is_throttled_without_valkey(aurora: Tenant, settings: Any) -> None:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"  # Nobody listens there.
    answers = [post(Client(), {"email": aurora.agent.email, "password": "wrong"}, url=LOGIN) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    last = post(Client(), {"email": aurora.agent.email, "password": PASSWORD}, url=LOGIN)
    problem(last, 429, "RATE_LIMITED")
    assert int(last["Retry-After"]) > 0
    # The page for people counts the same tries.
    page = Client().post("/accounts/login/", {"login": aurora.agent.email, "password": PASSWORD})
    assert page.status_code == 200
    assert log_in(aurora.supervisor)


def test_log_ins_from_one_address_are_limited(aurora: Tenant) -> None:
    for _ in range(30):
        log_in(aurora.agent)
    problem(post(Client(), {"email": aurora.agent.email, "password": PASSWORD}, url=LOGIN), 429, "RATE_LIMITED")


# --- Refresh ---------------------------------------------------------------------------------------------------------
def test_a_refresh_token_gives_the_next_pair(aurora: Tenant) -> None:
    first = log_in(aurora.agent)
    answer = refresh(first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert second.keys() == first.keys()
    assert second["user"]["id"] == first["user"]["id"]
    tokens = {first["access_token"], first["refresh_token"], second["access_token"], second["refresh_token"]}
    assert len(tokens) == 4
    assert works(second["access_token"])


def test_within_the_grace_the_successor_is_the_same(aurora: Tenant) -> None:
    first = log_in(aurora.agent)["refresh_token"]
    answers = [refresh(first).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert RefreshToken.all_orgs.count() == 2


def test_after_the_grace_a_second_use_ends_the_family(aurora: Tenant) -> None:
    other = log_in(aurora.agent)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = log_in(aurora.agent)
        second = refresh(first["refresh_token"]).json()
        clock.shift(timedelta(seconds=11))
        problem(refresh(first["refresh_token"]), 401, "INVALID_TOKEN")
        problem(refresh(second["refresh_token"]), 401, "INVALID_TOKEN")
        assert not works(second["access_token"])
        assert works(other["access_token"]), "another log-in of the same person is another family"
    assert AuditEntry.all_orgs.filter(action="tokenfamily.revoked").count() == 1


def test_a_refresh_token_ends(aurora: Tenant) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = log_in(aurora.agent)
        clock.shift(timedelta(days=6))
        second = refresh(first["refresh_token"]).json()
        clock.shift(timedelta(days=6))
        third = refresh(second["refresh_token"])
        assert third.status_code == 200, "each one lives its own week"
        clock.shift(timedelta(days=8))
        problem(refresh(third.json()["refresh_token"]), 401, "INVALID_TOKEN")
        log_in(aurora.agent)
    assert TokenFamily.all_orgs.count() == 1, "what has ended is tidied away"


def test_the_pair_after_a_new_role_has_the_new_role(aurora: Tenant) -> None:
    first = log_in(aurora.agent)
    User.objects.filter(pk=aurora.agent.pk).update(role="CUSTOMER")
    assert not works(first["access_token"]), "a right that was taken is gone at once"
    second = refresh(first["refresh_token"]).json()
    assert second["user"]["role"] == "CUSTOMER"
    problem(bearing(second["access_token"]).get(INBOX), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("close", ["person", "organization", "password"])
def test_who_is_closed_is_out_at_once(aurora: Tenant, close: str) -> None:
    pair = log_in(aurora.agent)
    if close == "person":
        User.objects.filter(pk=aurora.agent.pk).update(is_active=False)
    elif close == "organization":
        aurora.org.is_active = False
        aurora.org.save()
    else:
        aurora.agent.set_password("another-one-42")
        aurora.agent.save()
    assert not works(pair["access_token"])
    problem(refresh(pair["refresh_token"]), 401, "INVALID_TOKEN")


# --- Log-out --------------------------------------------------------------------------------
def test_a_log_out_ends_the_family_and_nothing_else(aurora: Tenant) -> None:
    first, other = log_in(aurora.agent), log_in(aurora.agent)
    second = refresh(first["refresh_token"]).json()
    # With the used token, twice: logging out is never refused to who was in.
    for token in (first["refresh_token"], second["refresh_token"]):
        answer = log_out(token)
        assert (answer.status_code, answer.content) == (204, b"")
    assert [works(pair["access_token"]) for pair in (first, second, other)] == [False, False, True]
    problem(refresh(second["refresh_token"]), 401, "INVALID_TOKEN")
    problem(log_out("nonsense"), 401, "INVALID_TOKEN")
    problem(log_out(other["access_token"]), 401, "INVALID_TOKEN")


# --- Beside the session ---------------------------------------------------------------------------------------------
def test_a_bad_token_is_refused_whatever_session_there_is(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    assert client.get(INBOX).status_code == 200
    for value in ("Bearer nonsense", "Bearer", "bearer ", "Api-Key nonsense", "Api-Key", "Bearer \xe9"):
        answer = client.get(INBOX, headers={"Authorization": value})
        problem(answer, 401, "NOT_AUTHENTICATED")
        assert "Bearer" in answer["WWW-Authenticate"]


def test_the_sentence_is_in_the_callers_language(aurora: Tenant) -> None:
    User.objects.filter(pk=aurora.customer.pk).update(language="cs")
    client = bearing(log_in(aurora.customer)["access_token"])
    answer = client.get(INBOX, headers={"Accept-Language": "es"})
    assert answer["Content-Language"] == "cs"
    assert problem(answer, 403, "PERMISSION_DENIED")["detail"] == "K\u00a0tomu nemáte oprávnění."


def test_me_is_whoever_is_logged_in(aurora: Tenant, superuser: User, log_in: LogIn) -> None:
    problem(Client().get(ME), 401, "NOT_AUTHENTICATED")
    assert log_in(aurora.customer).get(f"{ME}/").json()["role"] == "CUSTOMER"
    assert log_in(superuser).get(ME).json()["organization_id"] is None


def test_a_call_costs_one_query_for_the_caller(aurora: Tenant, django_assert_num_queries: Any) -> None:
    client = bearing(log_in(aurora.agent)["access_token"])
    client.get(ME)
    with django_assert_num_queries(1):
        assert client.get(ME).status_code == 200


def test_a_text_is_sent_without_a_csrf_token(aurora: Tenant) -> None:
    assert send(bearing(log_in(aurora.agent)["access_token"]), key="k").status_code == 201


def test_tokens_are_in_no_table(aurora: Tenant) -> None:
    pair = log_in(aurora.agent)
    rows = json.dumps([*RefreshToken.all_orgs.values(), *TokenFamily.all_orgs.values()], default=str)
    for token in (pair["access_token"], pair["refresh_token"]):
        assert token not in rows
        assert token.rpartition(".")[2] not in rows


def test_a_log_in_that_is_removed_while_it_is_refreshed(aurora: Tenant) -> None:
    pair = log_in(aurora.agent)

    def remove_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and RefreshToken._meta.db_table in sql:
            TokenFamily.all_orgs.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remove_first):
        problem(refresh(pair["refresh_token"]), 401, "INVALID_TOKEN")
    assert not TokenFamily.all_orgs.exists()
