"""Who lands where, what errors look like, and who is let in."""

import re

import pytest
from django.test import Client

from contactcenter.core.models import User
from tests.conftest import LogIn
from tests.factories import PASSWORD, Tenant

LOGIN = "/accounts/login/"


def test_everybody_lands_where_their_work_is(aurora: Tenant, superuser: User, log_in: LogIn) -> None:
    landed = {user.role: log_in(user).get("/").headers["Location"] for user in aurora.users}
    assert landed == {"ADMIN": "/sms/", "SUPERVISOR": "/sms/", "AGENT": "/sms/", "CUSTOMER": "/account/"}
    assert log_in(superuser).get("/").headers["Location"] == "/admin/"
    assert Client().get("/").headers["Location"] == f"{LOGIN}?next=/"


def test_the_bar_of_a_phone_has_five_places_and_the_rest_stands_behind_more(aurora: Tenant, log_in: LogIn) -> None:
    for user in aurora.users:
        html = log_in(user).get("/account/").content.decode()
        bar = html.split('<div class="nav">')[1].split("</nav>")[0]
        more = "".join(re.findall(r'id="nav-more" popover>(.*?)</div>', bar, re.DOTALL))
        places = re.findall(r'class="nav-item[^"]*" (?:href|type)', bar.replace(more, "") if more else bar)
        assert len(places) <= 5
        assert bar.count('popovertarget="nav-more"') == (1 if more else 0)
        assert ('href="/account/"' in bar, 'href="/account/"' in more) == (True, False)
        assert 'href="/admin/"' in more or user.role != "ADMIN"


def test_a_fragment_is_not_replaced_by_the_login_page(db: None) -> None:
    answer = Client().get("/sms/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (401, LOGIN, b"")


def log_in_by_form(email: str, password: str = PASSWORD) -> int:
    return Client().post(LOGIN, {"login": email, "password": password}).status_code


def test_who_is_let_in(aurora: Tenant, borealis: Tenant) -> None:
    assert log_in_by_form("agent@aurora.example") == 302
    assert log_in_by_form("AGENT@Aurora.Example") == 302
    assert log_in_by_form("agent@aurora.example", "wrong-password") == 200
    assert log_in_by_form("nobody@aurora.example") == 200
    aurora.agent.is_active = False
    aurora.agent.save()
    borealis.org.is_active = False
    borealis.org.save()
    assert is_inactive("agent@aurora.example")
    assert is_inactive("agent@borealis.example")


def is_inactive(email: str) -> bool:
    client = Client()
    client.post(LOGIN, {"login": email, "password": PASSWORD})
    return "_auth_user_id" not in client.session


def test_wrong_passwords_are_throttled(aurora: Tenant) -> None:
    client = Client()
    contents = [
        client.post(LOGIN, {"login": "agent@aurora.example", "password": f"wrong-{n}"}).content for n in range(8)
    ]
    assert is_inactive("agent@aurora.example"), "the right password must wait as well"
    assert b"Too many" in contents[-1]


def test_an_unknown_address_and_a_wrong_password_look_the_same(aurora: Tenant) -> None:
    def errors(email: str) -> str:
        answer = Client().post(LOGIN, {"login": email, "password": "wrong-password"})
        return answer.content.decode().replace(email, "").split("<form")[1].split("csrfmiddlewaretoken")[0]

    assert errors("agent@aurora.example") == errors("nobody@aurora.example")


def test_nobody_signs_up(db: None) -> None:
    form = {"email": "new@aurora.example", "password1": "a-long-password-1", "password2": "a-long-password-1"}
    for answer in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", form)):
        assert answer.status_code == 200
    assert not User.objects.filter(email="new@aurora.example").exists()


def test_log_out_takes_a_post(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/sms/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/sms/").status_code == 302


def test_the_password_can_be_changed(aurora: Tenant, log_in: LogIn) -> None:
    client = log_in(aurora.agent)
    new = "another-long-word-7"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (log_in_by_form("agent@aurora.example", new), log_in_by_form("agent@aurora.example")) == (302, 200)
    assert client.get("/sms/").status_code == 200


def test_a_form_without_its_token_is_refused(aurora: Tenant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(aurora.agent)
    answer = client.post("/sms/new/", {"to_number": "+12025550199", "body": "x"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/nothing/", "/sms/nothing/", "/sms/019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e/"])
def test_what_does_not_exist(aurora: Tenant, log_in: LogIn, path: str) -> None:
    answer = log_in(aurora.agent).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_every_page_has_a_strict_policy(aurora: Tenant, log_in: LogIn) -> None:
    answer = log_in(aurora.agent).get("/sms/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_page_is_in_the_persons_language(aurora: Tenant, log_in: LogIn) -> None:
    aurora.agent.language = "cs"
    aurora.agent.save()
    answer = log_in(aurora.agent).get("/sms/")
    assert answer["Content-Language"] == "cs"
    assert '<html lang="cs"' in answer.content.decode()


def test_the_profile_saves_what_is_ones_own(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    form = {
        "first_name": "Ada",
        "last_name": "L",
        "language": "es",
        "time_zone": "Europe/Madrid",
        "role": "ADMIN",
        "email": "other@aurora.example",
        "organization": str(borealis.org.pk),
        "is_superuser": "on",
    }
    assert log_in(aurora.agent).post("/account/", form).status_code == 302
    user = User.objects.get(pk=aurora.agent.pk)
    assert (user.first_name, user.language, user.time_zone) == ("Ada", "es", "Europe/Madrid")
    assert (user.role, user.email, user.organization_id, user.is_superuser) == (
        "AGENT",
        "agent@aurora.example",
        aurora.org.pk,
        False,
    )


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../../etc/passwd", ""])
def test_a_time_zone_that_is_none(aurora: Tenant, log_in: LogIn, zone: str) -> None:
    form = {"first_name": "", "last_name": "", "language": "en", "time_zone": zone}
    answer = log_in(aurora.agent).post("/account/", form)
    assert answer.status_code in {200, 422}
    assert User.objects.get(pk=aurora.agent.pk).time_zone == "UTC"
