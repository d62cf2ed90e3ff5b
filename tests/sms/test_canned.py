"""Templates: kept by supervisors, found by whoever answers, filled in on the server."""

import re
from html import unescape

import pytest
from django.test import Client

from agents.models import Agent, Team, TeamMember
from contactcenter.core.models import AuditEntry, Contact
from sms.models import CannedAnswer, Conversation
from sms.variables import UnknownVariable, check, fill
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("body", "name", "filled"),
    [
        ("Hello {{contact.first_name}}, hello", "Jana", "Hello Jana, hello"),
        ("Hello {{ contact.first_name }}, hello", "", "Hello, hello"),
        ("{{contact.first_name}} hello", "", "hello"),
        ("Dear {{contact.first_name}} hello", "", "Dear hello"),
        ("Hi {{contact.first_name}} {{contact.first_name}}!", "", "Hi!"),
        ("Hi {{contact.first_name}}\nBye {{contact.first_name}}", "", "Hi\nBye"),
        ("({{contact.first_name}})", "", "()"),
        # What a person is called is never read as a variable.
        ("Hello {{contact.first_name}}", "{{agent.name}}", "Hello {{agent.name}}"),
    ],
)
def test_an_empty_value_leaves_no_stray_space(body: str, name: str, filled: str) -> None:
    assert fill(body, {"contact.first_name": name}) == filled


@pytest.mark.parametrize("body", ["{{contact.phone}}", "{{ }}", "Hello {{contact.name", "}} x", "{{contact.name}}}}"])
def test_whatever_could_not_be_filled_in_is_an_error(body: str) -> None:
    with pytest.raises(UnknownVariable):
        check(body)


def make_answer(tenant: Tenant, shortcut: str, **fields: object) -> CannedAnswer:
    values = {"title": shortcut.title(), "body": f"Text of {shortcut}", **fields}
    return CannedAnswer.all_orgs.create(organization=tenant.org, shortcut=shortcut, **values)


def offered(client: Client, conversation: Conversation, words: str = "") -> list[tuple[str, str]]:
    """Return the shortcuts and texts that `/` offers."""
    answer = client.post(f"/sms/{conversation.pk}/offers/", {"words": words}, headers=HTMX)
    assert answer.status_code == 200
    found = re.findall(r'data-text="([^"]*)".*?<b>/([^<]*)</b>', answer.content.decode(), re.DOTALL)
    return [(shortcut, unescape(text)) for text, shortcut in found]


def test_a_template_is_offered_with_its_variables_filled_in(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    make_answer(borealis, "theirs")
    make_answer(
        aurora, "hi", body="Hi {{contact.first_name}} <b>, {{agent.name}} ({{agent.first_name}}), {{organization.name}}"
    )
    jana, nobody = make_conversation(aurora, name="Jana Nováková"), make_conversation(aurora)
    Contact.all_orgs.filter(pk=nobody.contact_id).update(name="")
    client = log_in(aurora.agent)

    assert offered(client, jana) == [("hi", "Hi Jana <b>, Agent Aurora (Agent), Aurora Outdoor")]
    assert offered(client, nobody) == [("hi", "Hi <b>, Agent Aurora (Agent), Aurora Outdoor")]


def test_templates_are_found_by_shortcut_title_and_text_the_shortcut_first(aurora: Tenant, log_in: LogIn) -> None:
    make_answer(aurora, "a-text", body="all our hours")
    make_answer(aurora, "b-title", title="Opening Hours")
    make_answer(aurora, "hours")
    make_answer(aurora, "prices")
    client, conversation = log_in(aurora.agent), make_conversation(aurora)

    assert [name for name, _text in offered(client, conversation, "hour")] == ["hours", "a-text", "b-title"]
    assert [name for name, _text in offered(client, conversation, "/HOUR")] == ["hours", "a-text", "b-title"]
    assert offered(client, conversation, "%") == []


def test_a_team_keeps_its_templates_and_ones_language_comes_first(aurora: Tenant, log_in: LogIn) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Billing")
    make_answer(aurora, "billing", team=team)
    make_answer(aurora, "english", language="en")
    make_answer(aurora, "spanish", language="es")
    conversation = make_conversation(aurora)
    Contact.all_orgs.filter(pk=conversation.contact_id).update(language="es")
    client = log_in(aurora.agent)

    assert [name for name, _text in offered(client, conversation)] == ["spanish", "english"]
    Conversation.all_orgs.filter(pk=conversation.pk).update(team=team)
    assert [name for name, _text in offered(client, conversation)] == ["billing", "spanish", "english"]
    Conversation.all_orgs.filter(pk=conversation.pk).update(team=None)
    TeamMember.all_orgs.create(organization=aurora.org, team=team, agent=Agent.all_orgs.get(user=aurora.agent))
    assert [name for name, _text in offered(client, conversation)] == ["billing", "spanish", "english"]


def written(**more: str) -> dict[str, str]:
    return {
        "shortcut": "hours",
        "title": "Hours",
        "body": "8 to 16, {{contact.name}}",
        "team": "",
        "language": "",
        **more,
    }


def test_supervisors_write_change_and_delete_templates(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> None:
    foreign = make_answer(borealis, "hours")
    client = log_in(aurora.supervisor)

    assert client.post("/sms/answers/new/", written()).url == "/sms/answers/"
    answer = CannedAnswer.all_orgs.get(organization=aurora.org)
    assert (answer.shortcut, answer.body) == ("hours", "8 to 16, {{contact.name}}")
    assert "8 to 16" in client.get("/sms/answers/").content.decode()
    assert client.post(f"/sms/answers/{answer.pk}/", written(title="When?", language="cs")).status_code == 302
    answer.refresh_from_db()
    assert (answer.title, answer.language) == ("When?", "cs")
    assert client.post(f"/sms/answers/{foreign.pk}/delete/").status_code == 404
    assert client.post(f"/sms/answers/{answer.pk}/delete/").status_code == 302
    assert list(CannedAnswer.all_orgs.all()) == [foreign]
    deeds = AuditEntry.all_orgs.filter(object_id=answer.pk).order_by("id").values_list("action", "actor")
    assert list(deeds) == [(f"template.{deed}", aurora.supervisor.pk) for deed in ("created", "changed", "deleted")]


def test_what_cannot_be_saved_is_explained_and_what_was_typed_stays(
    aurora: Tenant, borealis: Tenant, log_in: LogIn
) -> None:
    make_answer(aurora, "hours")
    team = Team.all_orgs.create(organization=borealis.org, name="Theirs")
    client = log_in(aurora.supervisor)

    refused = [
        client.post("/sms/answers/new/", form)
        for form in (
            written(shortcut="other", body="Hello {{contact.phone}}"),
            written(),
            written(shortcut="Two words"),
            written(shortcut="other", team=str(team.pk)),
        )
    ]

    assert [answer.status_code for answer in refused] == [422] * 4
    pages = [unescape(answer.content.decode()) for answer in refused]
    assert "Unknown: contact.phone." in pages[0]
    assert "Hello {{contact.phone}}" in pages[0]
    assert "Another template has this shortcut." in pages[1]
    assert "Theirs" not in pages[3]
    assert CannedAnswer.all_orgs.count() == 1


def test_agents_use_templates_and_keep_none(aurora: Tenant, log_in: LogIn) -> None:
    answer = make_answer(aurora, "hours")
    agent = log_in(aurora.agent)
    statuses = [
        agent.get("/sms/answers/").status_code,
        agent.get("/sms/answers/new/").status_code,
        agent.post(f"/sms/answers/{answer.pk}/", written()).status_code,
        agent.post(f"/sms/answers/{answer.pk}/delete/").status_code,
    ]
    assert statuses == [403] * 4
    assert CannedAnswer.all_orgs.get().title == "Hours"
    conversation = make_conversation(aurora)
    manages = [
        "/sms/answers/" in log_in(user).get(f"/sms/{conversation.pk}/").content.decode()
        for user in (aurora.agent, aurora.supervisor)
    ]
    assert manages == [False, True]
