"""What a page looks like after somebody did something: dialogs, menus, lists, refused forms. One line for each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from contactcenter.simulator.media import picture
from tests.browser.audit import EVERYWHERE, SPREAD, Views, settled

Deed = Callable[[Page], None]
_BROKEN = Path(__file__).resolve().parents[2] / "templates" / "500.html"


@dataclass(frozen=True, slots=True)
class State:
    """`address` may name ids in braces; `then` brings the state about. `part`: what is new on the page, empty for all
    of it. `who`: a login at Aurora, empty for a guest.
    """

    name: str
    address: str
    then: Deed = settled
    part: str = ""
    who: str = "admin"
    only: Views = ()

    @property
    def views(self) -> Views:
        """At which widths and in which themes it is looked at."""
        return self.only or (EVERYWHERE if self.part else SPREAD)


def opens(control: str, shown: str) -> Deed:
    """Click on a control, and wait for what it shows."""

    def deed(page: Page) -> None:
        page.locator(control).first.click()
        page.wait_for_selector(shown)
        settled(page)

    return deed


def shows(part: str) -> Deed:
    """Wait for what comes by itself."""

    def deed(page: Page) -> None:
        page.wait_for_selector(part)

    return deed


def presses(keys: str, shown: str) -> Deed:
    def deed(page: Page) -> None:
        page.keyboard.press(keys)
        page.wait_for_selector(shown)

    return deed


def types(field: str, words: str, shown: str) -> Deed:
    """Write into a field by keys, and wait for what comes of it."""

    def deed(page: Page) -> None:
        page.locator(field).press_sequentially(words)
        page.wait_for_selector(shown)
        settled(page)

    return deed


def sends(form: str, shown: str, **values: str) -> Deed:
    """Send a form past the browser's own checks, and wait for what the server says."""

    def deed(page: Page) -> None:
        page.locator(form).evaluate("form => { form.noValidate = true }")
        for name, value in values.items():
            page.locator(f"{form} [name={name}]").fill(value)
        page.locator(f"{form} [type=submit]").last.click()
        page.wait_for_selector(shown)
        settled(page)

    return deed


def chooses(field: str, name: str, content: bytes, shown: str, then: str = "") -> Deed:
    """Choose a file, press `then`, and wait for what comes of it."""

    def deed(page: Page) -> None:
        page.locator(field).set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        if then:
            page.locator(then).click()
        page.wait_for_selector(shown)

    return deed


def one_after_the_other(*deeds: Deed) -> Deed:
    def deed(page: Page) -> None:
        for one in deeds:
            one(page)

    return deed


def _without_connection(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_selector("[data-offline]:not([hidden])")


def _too_often(page: Page) -> None:
    for _time in range(6):
        page.goto(page.url)
        page.locator("main [type=submit]").click()


def _nothing_works(page: Page) -> None:
    # Not as a 500: the browser would complain of it, and the test of every complaint.
    page.route("**/nothing/", lambda route: route.fulfill(path=_BROKEN, content_type="text/html"))
    page.goto(page.url)
    page.unroute("**/nothing/")


_WRONG = "[aria-invalid]"
_DIALOG = "dialog[open]"


def _behind_more(control: str) -> Deed:
    return one_after_the_other(opens("#head-more", "#head-menu:popover-open"), opens(control, _DIALOG))


INBOX = (
    State("views", "/sms/", opens("#views-summary", ".views-menu"), part=".list-tools"),
    State("filter that can be saved", "/sms/?filter=1&unread=1&state=any", part=".list-tools"),
    State(
        "view of a name taken",
        "/sms/?filter=1&unread=1",
        sends(".save-view", _WRONG, name="Waiting for us"),
        part=".list-tools",
    ),
    State("resolved", "/sms/?state=resolved"),
    State("snoozed", "/sms/?state=snoozed"),
    State("mentions", "/sms/?state=any&mentions=1"),
    State("found", "/sms/", types("#q", "nov", "#found-conversations, #found-texts"), part=".inbox-list"),
    State("nothing found", "/sms/", types("#q", "zzzz", ".empty"), part=".inbox-list"),
    State("an agent's inbox", "/sms/", who="agent"),
    State(
        "More",
        "/sms/",
        opens(".nav-more-button", "#nav-more:popover-open"),
        only=((360, "light"), (360, "dark")),
        part=".sidebar",
    ),
    State("keys", "/sms/", presses("?", "#shortcuts[open]"), part=_DIALOG),
    State("palette", "/sms/{thread}/", presses("Control+k", "#palette[open]"), part=_DIALOG),
    State(
        "palette without a hit",
        "/sms/",
        one_after_the_other(presses("Control+k", _DIALOG), types("#palette-field", "zzzz", "[data-nothing]")),
        part=_DIALOG,
    ),
    State("new message", "/sms/", opens("#new-message-link", _DIALOG), part=_DIALOG),
    State(
        "new message refused",
        "/sms/",
        one_after_the_other(opens("#new-message-link", _DIALOG), opens("#new-message .btn-primary", _WRONG)),
        part=_DIALOG,
    ),
)
THREAD = (
    State("thread", "/sms/{thread}/", lambda page: page.locator("#composer-body").fill("Čau " * 60), part=".composer"),
    State("opted out", "/sms/{opted_out}/", part=".thread-pane"),
    State("assign", "/sms/{thread}/", opens("#assign-link", _DIALOG), part=_DIALOG),
    State("labels", "/sms/{thread}/", _behind_more("#labels-link"), part=_DIALOG),
    State("snooze", "/sms/{thread}/", _behind_more("#snooze-link"), part=_DIALOG),
    State("more to do with it", "/sms/{thread}/", opens("#head-more", "#head-menu:popover-open"), part=".thread-head"),
    State(
        "snooze refused",
        "/sms/{thread}/",
        one_after_the_other(_behind_more("#snooze-link"), sends("#work .work-choice", _WRONG)),
        part=_DIALOG,
    ),
    State("note", "/sms/{thread}/", opens("#note-link", "#note"), part=".note-box"),
    State(
        "colleagues to mention",
        "/sms/{thread}/",
        one_after_the_other(opens("#note-link", "#note"), types("#note", "See @", "#mention-list [role=option]")),
        part=".note-box",
    ),
    State(
        "templates",
        "/sms/{thread}/",
        opens("canned-answers [data-open]", ".offers-panel [role=option]"),
        part=".composer",
    ),
    State("send later", "/sms/{thread}/", opens(".composer-later summary", ".composer-later[open]"), part=".composer"),
    State(
        "files",
        "/sms/{thread}/",
        one_after_the_other(
            chooses("#composer input[type=file]", "a.png", picture("a"), ".file-chip"),
            chooses("#composer input[type=file]", "notes.png", b"none", "#composer [role=alert]:not(:empty)"),
        ),
        part=".composer",
    ),
    State("no connection", "/sms/{thread}/", _without_connection, part="#connection"),
    State("consent of who opted out", "/sms/{opted_out}/consent/"),
)
PEOPLE = (
    State("contacts found", "/contacts/", types("#contact-q", "nov", ".contact-rows .row")),
    State("contacts of a label", "/contacts/?label={label}"),
    State("contact refused", "/contacts/new/", sends("main form", _WRONG, email="nonsense")),
    State("number refused", "/contacts/{contact}/", sends(".number-form", _WRONG, number="12")),
    State("search for a merge", "/contacts/{contact}/merge/", sends("main form", ".contact-rows", q="a")),
    State("merge", "/contacts/{contact}/merge/?with={other}"),
    State("file refused", "/contacts/import/", chooses("#file", "a.csv", b"\0\1", _WRONG, "main [type=submit]")),
    State("import to be mapped", "/contacts/import/{draft}/"),
    State("import done", "/contacts/import/{done}/"),
    State("answer refused", "/sms/answers/new/", sends("main form", _WRONG)),
    State("account kept", "/account/", sends("main form:has([name=first_name])", ".flash")),
    State("password refused", "/accounts/password/change/", sends("main form", _WRONG, oldpassword="no")),
    State("an agent's account", "/account/", who="agent"),
)
FIGURES = (
    State("rows", "/analytics/", opens(".tile-figure", ".history-table")),
    State("an agent's figures", "/analytics/agents/?range=30", who="agent"),
    State("texts by day", "/analytics/texts/?range=30&by=day"),
    State("no period", "/analytics/?range=own&first=2026-02-01&last=2026-01-01"),
    State("no period of costs", "/analytics/costs/?first=2026-02-01&last=2026-01-01"),
    State("costs of accounts", "/analytics/costs/?by=account"),
    State(
        "report without a reader",
        "/analytics/reports/",
        one_after_the_other(
            lambda page: page.locator("[name=recipients]:checked").uncheck(),
            sends("#new-report + form", ".field-error"),
        ),
    ),
    State("rule refused", "/alerts/rules/new/", sends("main form", _WRONG)),
    State("alerts", "/alerts/", shows(".alert-line-now")),
    State("an agent's day", "/operator/", who="agent"),
    State("somebody of the wallboard", "/supervisor/", opens(".wall-name a", _DIALOG), part=_DIALOG),
)
ERRORS = (
    State("400", "/sms/?" + "a&" * 1100),
    State("403", "/teams/", who="agent"),
    State("404", "/nothing/"),
    State("429", "/accounts/password/change/", _too_often, who="supervisor"),
    State("500", "/nothing/", _nothing_works),
    State(
        "log-in refused",
        "/accounts/login/",
        sends("main form", ".alert-error", login="a@b.example", password="x"),
        who="",
    ),
    State("invitation refused", "/accounts/invitation/", sends("main form", _WRONG, code="Jana"), who=""),
)
# Django's own templates, in our colours: what people of the organization look at.
ADMIN = (
    State("admin", "/admin/"),
    State("held texts", "/admin/sms/message/?status__exact=held"),
    State("a team", "/admin/agents/team/{team}/change/"),
)
STATES = (*INBOX, *THREAD, *PEOPLE, *FIGURES, *ERRORS, *ADMIN)
