"""The page on which a guest makes their account: what it takes, what it gives back, and what it never shows."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.translation import gettext, override

from contactcenter.core.models import Invitation, User
from tests.auth.clients import REGISTER
from tests.auth.test_invitations import GOOD, invite
from tests.conftest import LogIn
from tests.core.admin_pages import add_page
from tests.factories import PASSWORD, Tenant
from tests.sms.api import post

PAGE = "/accounts/invitation/"
TYPED = {"first_name": "Jana", "last_name": "Nováková", "language": "cs"}


def enter(code: str, client: Client | None = None, **fields: str) -> Any:
    """Send the form, complete but for what `fields` change."""
    form = {"code": code, **TYPED, "password": GOOD, "repeated": GOOD, **fields}
    return (client or Client()).post(PAGE, form)


def errors(answer: Any) -> dict[str, list[str]]:
    return {field: [str(error) for error in found] for field, found in answer.context["form"].errors.items()}


def test_a_guest_comes_in_and_lands_in_the_inbox(aurora: Tenant, borealis: Tenant) -> None:
    client = Client()
    fields = {"role": "ADMIN", "organization": str(borealis.org.pk), "email": "x@borealis.example"}
    answer = enter(f" {invite(aurora, 'SUPERVISOR')}\n", client, **fields)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    inbox = client.get("/", follow=True)
    assert (inbox.request["PATH_INFO"], inbox["Content-Language"]) == ("/sms/", "cs")
    user = User.objects.get(first_name="Jana")
    assert (user.email, user.role, user.organization_id) == ("guest@aurora.example", "SUPERVISOR", aurora.org.pk)
    assert (user.last_name, user.language, user.is_superuser) == ("Nováková", "cs", False)
    assert user.check_password(GOOD)


def test_a_code_is_good_for_its_organization_only(aurora: Tenant, borealis: Tenant) -> None:
    assert enter(invite(borealis, email="guest@borealis.example")).status_code == 302
    assert User.objects.get(email="guest@borealis.example").organization_id == borealis.org.pk
    assert not User.objects.filter(organization=aurora.org, first_name="Jana").exists()


def test_what_was_typed_is_still_there_but_no_password(aurora: Tenant) -> None:
    answer = enter("guessed")
    assert (answer.status_code, errors(answer).keys()) == (422, {"code"})
    page = answer.content.decode()
    assert {'value="guessed"', 'value="Jana"', 'value="Nováková"', '<option value="cs" selected>'} <= set(
        re.findall(r'value="[^"]*"|<option value="cs" selected>', page)
    )
    assert GOOD not in page
    assert 'aria-invalid="true"' in page
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"code": ""}, {"code"}),
        ({"first_name": ""}, {"first_name"}),
        ({"last_name": "x" * 81}, {"last_name"}),
        ({"language": "xx"}, {"language"}),
        ({"repeated": "another-word-42"}, {"repeated"}),
        ({"password": "12345", "repeated": "12345"}, {"password"}),
        ({"password": "guest@aurora", "repeated": "guest@aurora"}, {"password"}),
        ({"code": "a\x00b"}, {"code"}),
    ],
)
def test_what_is_wrong_is_said_and_leaves_the_invitation_open(
    aurora: Tenant, fields: dict[str, str], wrong: set[str]
) -> None:
    code = invite(aurora)
    answer = enter(**{"code": code, **fields})
    assert (answer.status_code, errors(answer).keys()) == (422, wrong)
    assert enter(code).status_code == 302


def test_a_code_is_good_once_on_the_page_and_in_the_api(aurora: Tenant) -> None:
    code = invite(aurora)
    assert enter(code).status_code == 302
    assert errors(enter(code)).keys() == {"code"}
    answer = post(Client(), {"token": code, "password": GOOD}, url=REGISTER)
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_INVITATION")


def test_an_address_that_is_taken(aurora: Tenant) -> None:
    answer = enter(invite(aurora, email=aurora.agent.email))
    assert (answer.status_code, errors(answer).keys()) == (422, {"__all__"})
    assert aurora.agent.check_password(PASSWORD)


def test_guessing_is_throttled_together_with_the_api(aurora: Tenant) -> None:
    code = invite(aurora)
    for _ in range(10):
        assert enter("guessed").status_code == 422
        assert post(Client(), {"token": "guessed", "password": GOOD}, url=REGISTER).status_code == 401
    answer = enter(code)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert errors(answer).keys() == {"__all__"}
    assert not User.objects.filter(email="guest@aurora.example").exists()


def test_errors_are_in_the_language_of_the_browser(db: None) -> None:
    czech = Client(headers={"Accept-Language": "cs"})
    page = czech.get(PAGE)
    assert (page["Content-Language"], page.context["form"]["language"].value()) == ("cs", "cs")
    shown = re.findall(r'id="id_first_name_error">\s*(.*?)\s*<', enter("x", czech, first_name="").content.decode())
    with override("cs"):
        assert shown == [gettext("This field is required.")] != ["This field is required."]


def test_the_form_needs_its_own_token(aurora: Tenant) -> None:
    assert enter(invite(aurora), Client(enforce_csrf_checks=True)).status_code == 403


def test_who_is_here_already_is_shown_their_work(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    client, code = log_in(borealis.agent), invite(aurora)
    for answer in (client.get(PAGE), enter(code, client)):
        assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Invitation.all_orgs.get().accepted_at is None


def test_the_login_page_leads_there(db: None) -> None:
    assert f'href="{PAGE}"' in Client().get("/accounts/login/").content.decode()


def test_the_mail_names_the_page_and_no_address_holds_the_code(
    aurora: Tenant, log_in: LogIn, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        log_in(aurora.admin).post(add_page(Invitation), {"email": "new@aurora.example", "role": "AGENT"})
    body = str(mail.outbox[0].body)
    assert re.findall(r"https?://\S+", body) == [f"http://testserver{PAGE}"]
    (code,) = re.findall(r"^[\w-]{43}$", body, re.MULTILINE)
    assert enter(code).status_code == 302
