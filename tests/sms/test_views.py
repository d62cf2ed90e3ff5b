"""The inbox's views, filters, orders and counts through its pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Team
from contactcenter.core.models import Label
from sms import drafts, noting
from sms.enums import ConversationState, Direction
from sms.models import Conversation, ConversationLabel, SavedView
from tests.conftest import LogIn
from tests.factories import Tenant, make_conversation, make_media, make_message
from tests.sms.test_inbox_views import fragment, names

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15


@pytest.fixture
def agent(aurora: Tenant, log_in: LogIn) -> Client:
    return log_in(aurora.agent)


def shown(browser: Client, query: str) -> list[str]:
    return names(browser.get(f"/sms/{query}").content.decode())


def counts(html: str) -> dict[str, str]:
    return dict(re.findall(r'id="count-([\w-]+)"[^>]*>([^<]*)<', html))


def talk(tenant: Tenant, name: str, *, minutes: int = 0, **fields: object) -> Conversation:
    return make_conversation(tenant, name=name, last_message_at=timezone.now() - timedelta(minutes=minutes), **fields)


def one_of_each(tenant: Tenant) -> None:
    talk(tenant, "Mine", assignee=tenant.agent, minutes=1)
    talk(tenant, "Another's", assignee=tenant.supervisor, minutes=2)
    talk(tenant, "Nobody's", minutes=3)
    talk(tenant, "Waits for us", state=ConversationState.PENDING, assignee=tenant.agent)
    talk(tenant, "Sleeps", state=ConversationState.SNOOZED)
    talk(tenant, "Done", state=ConversationState.RESOLVED, assignee=tenant.agent)


def test_each_view_shows_its_conversations_and_counts_them(aurora: Tenant, borealis: Tenant, agent: Client) -> None:
    one_of_each(aurora)
    one_of_each(borealis)
    views = {
        "": ["Mine", "Another's", "Nobody's"],
        "?assignee=me": ["Mine"],
        "?assignee=none": ["Nobody's"],
        "?state=pending": ["Waits for us"],
        "?state=snoozed": ["Sleeps"],
        "?state=resolved": ["Done"],
        "?state=closed": ["Done"],
    }

    assert {query: shown(agent, query) for query in views} == views
    page = agent.get("/sms/?assignee=me").content.decode()
    assert counts(page) == {
        **{"mine": "1", "unassigned": "1", "all": "3", "mentions": ""},
        **{"pending": "1", "snoozed": "1", "resolved": "1"},
    }
    assert re.findall(r'id="view-(\w+)"[^>]* aria-current="true"', page) == ["mine"]


def test_a_refresh_of_the_rows_brings_the_counts_alone_and_more_rows_do_not(aurora: Tenant, agent: Client) -> None:
    for number in range(101):
        talk(aurora, f"Person {number}", minutes=number)

    refreshed = agent.post("/sms/", headers=fragment("rows")).content.decode()
    more = re.search(r'hx-post="([^"]+before=[^"]+)"', refreshed)
    assert more is not None

    assert (counts(refreshed)["all"], counts(refreshed)["resolved"]) == ("99+", "")
    assert refreshed.count('hx-swap-oob="true"') == 7
    assert "<details" not in refreshed
    assert counts(agent.post(unescape(more[1]), headers=fragment("more-rows")).content.decode()) == {}


def names_in_note(tenant: Tenant, conv: Conversation, words: str) -> None:
    noting.add_note(org=tenant.org, actor=tenant.supervisor, conversation=conv, body=words)


def test_mentions_are_listed_in_any_state_and_counted_until_they_are_seen(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn
) -> None:
    lead = log_in(aurora.supervisor)
    done = talk(aurora, "Done", state=ConversationState.RESOLVED, minutes=1)
    here = talk(aurora, "Here", minutes=2)
    for conv in (done, here, here):
        names_in_note(aurora, conv, "@Agent Aurora, look")
    names_in_note(aurora, talk(aurora, "For others"), "@Admin Aurora, look")
    names_in_note(borealis, talk(borealis, "Theirs"), "@Agent Borealis, look")

    page = agent.get("/sms/?state=any&mentions=1").content.decode()

    assert (names(page), counts(page)["mentions"]) == (["Done", "Here"], "2")
    assert re.findall(r'id="view-(\w+)"[^>]* aria-current="true"', page) == ["mentions"]
    assert page.count("A note mentions you") == 2
    assert shown(agent, "?mentions=1") == ["Here"]
    assert agent.post(f"/sms/{here.pk}/read/").status_code == 302
    seen = agent.get("/sms/?state=any&mentions=1").content.decode()
    assert (names(seen), counts(seen)["mentions"]) == (["Done", "Here"], "1")
    assert seen.count("A note mentions you") == 1
    theirs = lead.get("/sms/?state=any&mentions=1").content.decode()
    assert (names(theirs), counts(theirs)["mentions"]) == ([], "")
    assert "A note mentions you" not in lead.get("/sms/").content.decode()


def test_any_state_mixes_all_of_them_in_both_orders_over_all_pages(
    aurora: Tenant, borealis: Tenant, agent: Client
) -> None:
    one_of_each(borealis)
    states, now = ConversationState.values, timezone.now()
    for number in range(70):
        waits = now - timedelta(hours=number) if number % 2 else None
        person = {"assignee": aurora.agent} if number % 10 == 0 else {}
        talk(aurora, f"Person {number:02d}", minutes=number, state=states[number % 3], waiting_since=waits, **person)
    everybody = [f"Person {number:02d}" for number in range(70)]
    waiting = everybody[::-2]

    assert paged(agent, "?state=any") == everybody
    assert paged(agent, "?state=any&assignee=me") == everybody[::10]
    by_waiting = paged(agent, "?state=any&sort=waiting")
    assert (by_waiting[:35], sorted(by_waiting[35:])) == (waiting, everybody[::2])
    form = agent.get("/sms/?state=any&filter=1").content.decode()
    assert '<option value="any" selected>Any</option>' in form
    agent.post("/sms/views/?state=any&assignee=me", {"name": "All of mine"})
    assert counts(agent.get("/sms/").content.decode())[SavedView.all_orgs.get().pk.hex] == "7"


def paged(browser: Client, query: str) -> list[str]:
    """Return the names on all pages."""
    found: list[str] = []
    while query:
        page = browser.get(f"/sms/{query}").content.decode()
        found += names(page)
        more = re.search(r'href="/sms/(\?[^"]+before=[^"]+)"', page)
        query = unescape(more[1]) if more else ""
    return found


def test_a_draft_shows_in_its_row_to_whoever_wrote_it(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn
) -> None:
    conv = talk(aurora, "Jana")
    talk(aurora, "Petr")
    theirs = talk(borealis, "Jana")
    drafts.keep(org=aurora.org, user=aurora.agent, conversation=conv, body="Not yet")
    drafts.keep(org=borealis.org, user=borealis.agent, conversation=theirs, body="Not yet")
    found = r'(?s)id="c-([^"]+)"(?:(?!</li>).)*>Draft<'

    page = agent.get("/sms/").content.decode()

    assert re.findall(found, page) == [str(conv.pk)]
    assert "Not yet" not in page
    assert re.findall(found, agent.post("/sms/", {"q": "Jana"}).content.decode()) == [str(conv.pk)]
    assert "Draft" not in log_in(aurora.supervisor).get("/sms/").content.decode()
    drafts.forget(org=aurora.org, user=aurora.agent, conversation=conv)
    assert "Draft" not in agent.get("/sms/").content.decode()


def test_filters_combine_and_another_organizations_ids_find_nothing(
    aurora: Tenant, borealis: Tenant, agent: Client
) -> None:
    team = Team.all_orgs.create(organization=aurora.org, name="Sales")
    label = Label.all_orgs.create(organization=aurora.org, name="VIP")
    theirs = Team.all_orgs.create(organization=borealis.org, name="Sales")
    talk(borealis, "Borealis Patient", team=theirs)
    wanted = talk(aurora, "Wanted", team=team, assignee=aurora.agent, unread_count=1, phone_number=aurora.telnyx_number)
    talk(aurora, "Of the team", team=team, minutes=5)
    talk(aurora, "Plain", minutes=10)
    ConversationLabel.all_orgs.create(organization=aurora.org, conversation=wanted, label=label)

    assert shown(agent, f"?team={team.pk}") == ["Wanted", "Of the team"]
    assert shown(agent, f"?label={label.pk}") == ["Wanted"]
    assert shown(agent, f"?number={aurora.telnyx_number.pk}") == ["Wanted"]
    assert shown(agent, f"?assignee={aurora.agent.pk}") == ["Wanted"]
    assert shown(agent, f"?team={team.pk}&unread=1&label={label.pk}&assignee=me") == ["Wanted"]
    assert shown(agent, f"?team={team.pk}&assignee=none") == ["Of the team"]
    assert shown(agent, f"?team={theirs.pk}") == []
    assert shown(agent, "?team=x&label=y&from=1&to=9999-99-99&sort=z") == ["Wanted", "Of the team", "Plain"]
    assert "filter-form" not in agent.get(f"/sms/?team={team.pk}").content.decode()
    form = agent.get(f"/sms/?team={team.pk}&filter=1").content.decode()
    assert f'<option value="{team.pk}" selected>Sales</option>' in form
    assert str(theirs.pk) not in form


def test_days_are_the_readers_and_both_count(aurora: Tenant, log_in: LogIn) -> None:
    aurora.agent.time_zone = "Europe/Prague"
    aurora.agent.save()
    browser = log_in(aurora.agent)
    for name, at in (("Before", (9, 21)), ("First minute", (9, 22)), ("Last minute", (10, 21)), ("After", (10, 22))):
        make_conversation(aurora, name=name, last_message_at=datetime(2026, 6, at[0], at[1], 30, tzinfo=UTC))

    assert shown(browser, "?from=2026-06-10&to=2026-06-10") == ["Last minute", "First minute"]
    assert shown(browser, "?from=2026-06-11") == ["After"]
    assert shown(browser, "?to=2026-06-09") == ["Before"]


def test_who_waits_longest_is_first_and_who_does_not_wait_is_last_over_all_pages(aurora: Tenant, agent: Client) -> None:
    now = timezone.now()
    for number in range(70):
        waits = now - timedelta(hours=number) if number % 2 else None
        talk(aurora, f"Person {number:02d}", minutes=number, waiting_since=waits)
    waiting = [f"Person {number:02d}" for number in range(69, 0, -2)]

    pages, query = [], "?sort=waiting"
    while query:
        page = agent.get(f"/sms/{query}").content.decode()
        pages.append(names(page))
        more = re.search(r'href="/sms/(\?[^"]+before=[^"]+)"', page)
        query = unescape(more[1]) if more else ""

    together = [name for page in pages for name in page]
    assert [len(page) for page in pages] == [30, 30, 10]
    assert together[:35] == waiting
    assert sorted(together[35:]) == [f"Person {number:02d}" for number in range(0, 70, 2)]


def test_a_filter_is_saved_for_oneself_counted_renamed_and_deleted(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn
) -> None:
    talk(aurora, "Unread", unread_count=1)
    talk(aurora, "Read")
    form = {"name": "Not read", "is_shared": "on"}

    saved = agent.post("/sms/views/?unread=1&nonsense=1&team=x&before=y", form)
    view = SavedView.all_orgs.get()
    page = agent.get("/sms/?unread=1").content.decode()

    assert saved.headers["Location"] == "/sms/?unread=1"
    # An agent saves for themselves, whatever the form says.
    assert (view.name, view.words, view.is_shared, view.owner) == ("Not read", {"unread": "1"}, False, aurora.agent)
    assert counts(page)[view.pk.hex] == "1"
    for other in (aurora.supervisor, borealis.supervisor):
        assert "Not read" not in log_in(other).get("/sms/").content.decode()
        for url in (f"/sms/views/{view.pk}/", f"/sms/views/{view.pk}/delete/"):
            assert log_in(other).post(url, {"name": "Stolen"}).status_code == 404
    assert agent.post(f"/sms/views/{view.pk}/", {"name": "Fresh"}).status_code == 302
    assert SavedView.all_orgs.get().name == "Fresh"
    assert agent.post(f"/sms/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.all_orgs.exists()


def test_supervisors_save_views_for_everybody_of_their_organization(
    aurora: Tenant, borealis: Tenant, agent: Client, log_in: LogIn
) -> None:
    lead = log_in(aurora.supervisor)
    lead.post("/sms/views/?state=pending", {"name": "Ours", "is_shared": "on"})
    view = SavedView.all_orgs.get()

    assert "Ours" in agent.get("/sms/").content.decode()
    assert "Ours" not in log_in(borealis.agent).get("/sms/").content.decode()
    assert agent.post(f"/sms/views/{view.pk}/delete/").status_code == 404
    again = lead.post("/sms/views/?state=pending&filter=1", {"name": "OURS"}, headers=fragment("inbox-list"))
    assert (again.status_code, "You have a view of this name" in again.content.decode()) == (422, True)
    assert SavedView.all_orgs.count() == 1


@pytest.mark.parametrize(
    "page",
    [
        "/sms/",
        "/sms/?sort=waiting&assignee=me&filter=1",
        "/sms/?state=any&mentions=1&filter=1",
        "thread",
        "around",
        "search",
    ],
)
def test_no_page_of_the_inbox_needs_more_than_fifteen_queries(
    aurora: Tenant, agent: Client, page: str, django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    conv = talk(aurora, "Jana", assignee=aurora.agent, unread_count=2, is_flagged=True)
    for _number in range(3):
        found = make_message(conv, author=aurora.supervisor)
        make_media(make_message(conv, direction=Direction.INBOUND))
        talk(aurora, "Petr", assignee=aurora.agent)

    with django_assert_max_num_queries(MOST_QUERIES, connection=connection):
        if page == "search":
            answer = agent.post("/sms/", {"q": "aurora words"})
        else:
            paths = {"thread": f"/sms/{conv.pk}/", "around": f"/sms/{conv.pk}/?around={found.pk}"}
            answer = agent.get(paths.get(page, page))
    assert answer.status_code == 200
