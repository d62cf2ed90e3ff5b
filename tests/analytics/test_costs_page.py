"""What texts cost, grouped: equal to a slow sum over the rows, for one organization, each currency for itself."""

import csv
import io
import random
import re
import zipfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from analytics.cost_rows import RowsUrls, numbers_of, url_of
from analytics.enums import CostsBy, Subject
from analytics.exporting import writing
from analytics.forms import CostsForm
from analytics.models import Export
from analytics.questions import rows_question
from analytics.selectors import behind, call_costs
from analytics.selectors import costs as selector
from analytics.selectors.behind import FoundRow
from analytics.selectors.cost_labels import CostLabels
from analytics.tables import METRICS
from calls.models import Call
from contactcenter.core.models import Contact, PhoneNumber
from contactcenter.core.phone import pretty
from contactcenter.web.money import money
from sms import costs
from sms.enums import CostSource, Direction, MessageStatus
from sms.models import Message, SmsPolicy
from tests.factories import Tenant, make_call, make_contact, make_conversation, make_message

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Prague")
# The clocks change on 25 October 2026.
START = datetime(2026, 10, 20, tzinfo=ZONE)
STATES = [MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.QUEUED, MessageStatus.UNDELIVERED]
COUNTRIES = {"+4206": "CZ", "+1202": "US", "+3460": "ES"}


def history(tenant: Tenant, chance: random.Random, count: int = 40) -> None:
    """Write texts of ten days that cost this and that."""
    numbers = (tenant.twilio_number, tenant.telnyx_number)
    contacts = {
        address: make_contact(tenant, address=address) for address in ("+420601123456", "+12025550147", "+34600111222")
    }
    threads = [
        make_conversation(tenant, address=address, contact=contact, phone_number=number)
        for address, contact in contacts.items()
        for number in numbers
    ]
    for number in range(count):
        make_message(
            chance.choice(threads),
            direction=chance.choice([Direction.OUTBOUND] * 4 + [Direction.INBOUND]),
            at=START + timedelta(minutes=chance.randrange(-1440, 11 * 1440)),
            author=chance.choice([tenant.agent, tenant.supervisor, None]),
            cost=chance.choice([None, Decimal(chance.randrange(1, 90_000)) / 1_000_000]),
            cost_currency=chance.choice(["USD", "USD", "EUR"]),
            cost_source=chance.choice(CostSource.values),
            provider_message_id=chance.choice(["", f"{tenant.org.slug}-{number}"]),
            segments=chance.randrange(1, 5),
        )
    for message in Message.objects.for_org(tenant.org).filter(direction=Direction.OUTBOUND):
        message.status = chance.choice(STATES)
        message.next_attempt_at = message.created_at
        message.save()


def key_of(message: Message, by: CostsBy) -> str:
    match by:
        case CostsBy.DAY:
            return message.created_at.astimezone(ZONE).date().isoformat()
        case CostsBy.PROVIDER:
            return message.provider
        case CostsBy.COUNTRY:
            return COUNTRIES[message.to_address[:5]]
        case CostsBy.AGENT:
            return str(message.author_id or "")
        case CostsBy.NUMBER:
            return message.from_address


def slow_sum(messages: list[Message], by: CostsBy) -> dict[tuple[str, str], list]:
    found: dict[tuple[str, str], list] = defaultdict(lambda: [0, 0, Decimal(0), Decimal(0)])
    for message in messages:
        is_billed = message.cost_source == CostSource.FINAL
        if message.cost is None or message.direction == Direction.INBOUND:
            continue
        if not is_billed and not message.provider_message_id:
            continue
        sums = found[key_of(message, by), message.cost_currency]
        sums[0] += 1
        sums[1] += message.segments
        sums[3 if is_billed else 2] += message.cost
    return dict(found)


@pytest.mark.parametrize("seed", range(3))
def test_every_grouping_is_the_sum_of_its_rows(aurora, borealis, seed):
    chance = random.Random(seed)
    for tenant in (aurora, borealis):
        tenant.org.time_zone = "Europe/Prague"
        history(tenant, chance)
    since, until = START, START + timedelta(days=10)
    for tenant in (aurora, borealis):
        rows = Message.objects.for_org(tenant.org).filter(created_at__gte=since, created_at__lt=until)
        messages = list(rows)
        for by in CostsBy:
            found = {
                (line.key, line.cost.currency): [
                    *(line.cost.texts, line.cost.segments),
                    *(line.cost.estimated, line.cost.billed),
                ]
                for line in selector.lines(tenant.org, since, until, CostLabels(tenant.org, by))
            }
            assert found == slow_sum(messages, by)
            total = costs.of_organization(tenant.org, since=since, until=until)
            assert sum(one.total for one in total) == sum(sums[2] + sums[3] for sums in found.values())


def test_costs_of_an_agent_a_contact_and_a_conversation(aurora, borealis):
    chance = random.Random(7)
    history(aurora, chance)
    history(borealis, chance)
    everything = costs.together(costs.of_organization(aurora.org))
    by_agent = [costs.of_agent(aurora.org, user) for user in aurora.users]
    unsigned = costs._costs(costs.charged(aurora.org).filter(author=None))
    assert costs.together(cost for several in [*by_agent, unsigned] for cost in several) == everything
    by_contact = [costs.of_contact(aurora.org, one) for one in Contact.objects.for_org(aurora.org)]
    assert costs.together(cost for several in by_contact for cost in several) == everything
    message = costs.charged(aurora.org).select_related("conversation__contact").first()
    here, everywhere = costs.of_thread(aurora.org, message.conversation)
    assert here == costs.of_conversation(aurora.org, message.conversation)
    assert everywhere == costs.of_contact(aurora.org, message.conversation.contact)


def spend(tenant: Tenant, cost: str, **fields) -> Message:
    known = {"cost_currency": "USD", "cost_source": CostSource.ESTIMATED, "provider_message_id": f"SM{cost}"}
    at = datetime(2026, 10, 20, 12, tzinfo=UTC)
    return make_message(make_conversation(tenant), at=at, cost=Decimal(cost), **{**known, **fields})


def rows_behind(tenant: Tenant, url: str) -> list[FoundRow]:
    """Return the rows behind the figure that leads to this address."""
    asked = rows_question(dict(parse_qsl(urlsplit(url).query)))
    return behind.page(tenant.org, asked, only=None, most=1000)


@pytest.mark.parametrize("by", CostsBy)
def test_behind_every_figure_are_the_texts_that_it_is_counted_from(aurora, borealis, log_in, by):
    chance = random.Random(11)
    for tenant in (aurora, borealis):
        tenant.org.time_zone = "Europe/Prague"
        tenant.org.save()
        history(tenant, chance)
    wanted = CostsForm(
        QueryDict(f"first=2026-10-20&last=2026-10-29&by={by}"), org=aurora.org, now=START + timedelta(days=3)
    ).wanted()
    urls = RowsUrls(wanted, Subject.TEXTS, aurora.org.zone, numbers_of(aurora.org, by))
    lines = selector.lines(aurora.org, wanted.since, wanted.until, CostLabels(aurora.org, by))
    assert len(lines) >= 2
    wholes = [(None, cost) for cost in costs.together(line.cost for line in lines)]
    for line, cost in [*((line, line.cost) for line in lines), *wholes]:
        key = line.key if line is not None else None
        rows = {metric: rows_behind(aurora, url_of(urls.question(key, cost.currency), metric)) for metric in METRICS}
        assert len(rows["charged"]) == cost.texts
        assert sum(row.segments for row in rows["charged_segments"]) == cost.segments
        amounts = [sum(row.cost for row in rows[name]) for name in METRICS[2:]]
        assert amounts == [cost.estimated, cost.billed, cost.total]
    client = log_in(aurora.supervisor)
    page = client.get(f"/analytics/costs?first=2026-10-20&last=2026-10-29&by={by}")
    cells = [cell for table in page.context["tables"] for row in (*table.rows, table.total) for cell in row.cells]
    assert {client.get(cell.url).status_code for cell in cells} == {200}
    addresses = {text.to_address for text in Message.objects.for_org(aurora.org)}
    addresses |= {number.address for number in (aurora.twilio_number, aurora.telnyx_number)}
    assert not [cell.url for cell in cells for address in addresses if address.lstrip("+") in cell.url]
    if by is CostsBy.NUMBER:
        theirs = selector.lines(borealis.org, wanted.since, wanted.until, CostLabels(borealis.org, by))[0].key
        urls = RowsUrls(wanted, Subject.TEXTS, borealis.org.zone, numbers_of(borealis.org, by))
        assert client.get(url_of(urls.question(theirs, "USD"), "charged")).status_code == 404


def calls_of(tenant: Tenant, chance: random.Random, count: int = 40) -> None:
    """Make calls of ten days that cost this and that."""
    ours = tenant.twilio_number.address
    for _number in range(count):
        theirs, inbound = chance.choice(["+420601123456", "+12025550147", "+34600111222"]), chance.random() < 0.5
        make_call(
            tenant,
            at=START + timedelta(minutes=chance.randrange(-1440, 11 * 1440)),
            direction="INBOUND" if inbound else "OUTBOUND",
            from_number=theirs if inbound else ours,
            to_number=ours if inbound else theirs,
            agent=chance.choice([tenant.agent, tenant.supervisor, None]),
            provider=chance.choice(["TWILIO", "TELNYX"]),
            duration=chance.randrange(0, 200),
            cost=chance.choice([None, Decimal(chance.randrange(1, 90_000)) / 1_000_000]),
            cost_currency=chance.choice(["USD", "EUR"]),
            deleted_at=chance.choice([None, None, START]),
        )


def key_of_call(call: Call, by: CostsBy) -> str:
    is_inbound = call.direction == "INBOUND"
    match by:
        case CostsBy.DAY:
            return call.started_at.astimezone(ZONE).date().isoformat()
        case CostsBy.PROVIDER:
            return call.provider
        case CostsBy.COUNTRY:
            return COUNTRIES[(call.from_number if is_inbound else call.to_number)[:5]]
        case CostsBy.AGENT:
            return str(call.agent_id or "")
        case CostsBy.NUMBER:
            return call.to_number if is_inbound else call.from_number


def test_texts_and_calls_are_named_alike(aurora, borealis, log_in):
    for tenant in (aurora, borealis):
        tenant.org.time_zone = "Europe/Prague"
        tenant.org.save()
        calls_of(tenant, random.Random(3))
        history(tenant, random.Random(3))
    PhoneNumber.all_orgs.filter(pk=aurora.twilio_number.pk).update(label="Support")
    page = log_in(aurora.supervisor).get("/analytics/costs?first=2026-10-20&last=2026-10-29&by=number")
    named = {table.key: {row.label for row in table.rows} for table in page.context["tables"]}
    shown = f"{pretty(aurora.twilio_number.address)} · Support"
    assert named.keys() == {"EUR", "USD", "calls-EUR", "calls-USD"}
    assert all(shown in labels for labels in named.values())
    people = CostLabels(aurora.org, CostsBy.AGENT)
    assert people[str(aurora.agent.pk)] == aurora.agent.get_full_name()
    assert people[str(borealis.agent.pk)] == ""


@pytest.mark.parametrize("by", CostsBy)
def test_calls_cost_what_their_rows_do_and_lead_to_them(aurora, borealis, log_in, by):
    chance = random.Random(3)
    for tenant in (aurora, borealis):
        tenant.org.time_zone = "Europe/Prague"
        tenant.org.save()
        calls_of(tenant, chance)
    since, until = START, START + timedelta(days=10)
    slow: dict[tuple[str, str], list] = defaultdict(lambda: [0, 0, Decimal(0)])
    rows = Call.objects.for_org(aurora.org).filter(started_at__gte=since, started_at__lt=until)
    for call in rows.filter(deleted_at=None, cost__isnull=False):
        sums = slow[key_of_call(call, by), call.cost_currency]
        sums[0] += 1
        sums[1] += call.duration
        sums[2] += call.cost
    found = call_costs.lines(aurora.org, since, until, CostLabels(aurora.org, by))
    assert {
        (line.key, line.cost.currency): [line.cost.calls, line.cost.talked, line.cost.cost] for line in found
    } == slow
    page = log_in(aurora.supervisor).get(f"/analytics/costs?first=2026-10-20&last=2026-10-29&by={by}")
    tables = [table for table in page.context["tables"] if table.key.startswith("calls-")]
    assert len(tables) == len({currency for _key, currency in slow}) == 2
    for table in tables:
        assert sum(len(rows_behind(aurora, row.cells[0].url)) for row in table.rows) == len(
            rows_behind(aurora, table.total.cells[0].url)
        )
        for row in (*table.rows, table.total):
            assert [str(len(rows_behind(aurora, row.cells[place].url))) for place in (0, 2)] == [row.cells[0].shown] * 2
            costs_of_rows = sum(one.cost for one in rows_behind(aurora, row.cells[2].url))
            assert money(costs_of_rows, table.currency) == row.total


PERIOD = "?first=2026-10-01&last=2026-10-31"


def test_the_page_shows_estimated_and_billed_apart_for_each_currency(aurora, borealis, log_in):
    aurora.agent.first_name = "=HYPERLINK(1)"
    aurora.agent.save()
    spend(aurora, "0.0075", author=aurora.agent)
    spend(aurora, "0.02", cost_source=CostSource.FINAL)
    spend(aurora, "0.5", cost_currency="EUR")
    spend(borealis, "7")
    answer = log_in(aurora.supervisor).get(f"/analytics/costs{PERIOD}&by=agent")
    shown = {table.currency: table for table in answer.context["tables"]}
    assert {key: [cell.shown for cell in one.total.cells] for key, one in shown.items()} == {
        "EUR": ["1", "1", "€0.50", "€0.00", "€0.50"],
        "USD": ["2", "2", "$0.0075", "$0.02", "$0.0275"],
    }
    assert [row.label for row in shown["USD"].rows] == ["Programs", "=HYPERLINK(1) Aurora"]
    assert b"<script>" not in answer.content


def test_costs_are_compared_with_the_stretch_before(aurora, borealis, log_in, time_machine):
    time_machine.move_to(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=False)
    spend(aurora, "0.03")
    day_before = Message.objects.for_org(aurora.org).filter(pk=spend(aurora, "0.02").pk)
    day_before.update(created_at=datetime(2026, 10, 19, 23, tzinfo=UTC))
    spend(borealis, "7")
    client = log_in(aurora.supervisor)
    answer = client.get("/analytics/costs?first=2026-10-20&last=2026-10-20")
    (table,) = answer.context["tables"]
    assert (table.total.total, table.before.total, table.difference) == ("$0.03", "$0.02", "+50 % more")
    assert [len(rows_behind(aurora, row.cells[0].url)) for row in (table.total, table.before)] == [1, 1]
    part = client.get("/analytics/costs?first=2026-10-20&last=2026-10-20", headers={"HX-Request": "true"}).content
    assert (b"<live-figures" in part, b"<html" in part) == (True, False)


def test_what_costs_nothing_any_more_is_compared_too(aurora, borealis, log_in, time_machine):
    time_machine.move_to(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=False)
    spend(aurora, "0.03")
    day_before = datetime(2026, 10, 19, 10, tzinfo=UTC)
    text = spend(aurora, "0.5", cost_currency="EUR")
    Message.objects.for_org(aurora.org).filter(pk=text.pk).update(created_at=day_before)
    call = make_call(aurora, cost=Decimal("0.25"), cost_currency="EUR", duration=60)
    Call.objects.for_org(aurora.org).filter(pk=call.pk).update(started_at=day_before)
    spend(borealis, "7", cost_currency="CZK")
    page = log_in(aurora.supervisor).get("/analytics/costs?first=2026-10-20&last=2026-10-20")
    shown = {table.key: (table.total.total, table.before.total, table.difference) for table in page.context["tables"]}
    assert shown == {
        "EUR": ("€0.00", "€0.50", "−100 % less"),
        "USD": ("$0.03", "$0.00", "none before"),
        "calls-EUR": ("€0.00", "€0.25", "−100 % less"),
    }
    assert page.content.count(b"<cost-chart") == 1, "nothing is no chart"


def test_costs_are_exported_as_the_page_shows_them(aurora, borealis, log_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    aurora.agent.first_name = "=HYPERLINK(1)"
    aurora.agent.save()
    spend(aurora, "0.0075", author=aurora.agent)
    spend(aurora, "0.02", cost_source=CostSource.FINAL)
    spend(borealis, "7")
    client = log_in(aurora.supervisor)
    at, price = datetime(2026, 10, 20, 12, tzinfo=UTC), {"cost": Decimal("0.5"), "cost_currency": "EUR"}
    make_call(aurora, at=at, agent=aurora.agent, duration=60, **price)
    make_call(borealis, at=at, agent=borealis.agent, **price)
    words = client.get(f"/analytics/costs{PERIOD}&by=agent").context["words"]
    for by in ("agent", "number"):
        client.post("/analytics/exports/ask/", {**words, "by": by, "format": "csv"})
    for claimed in writing.claim(2):
        writing.write(claimed)
    by_number, by_agent = Export.objects.for_org(aurora.org).order_by("-created_at")
    assert by_agent.title == "Costs, 10/01/2026 – 10/31/2026"
    assert list(csv.reader(io.StringIO(by_agent.file.read().decode("utf-8-sig")))) == [
        ["Agent", "Currency", "Texts", "Segments", "Calls", "Talking time", "Estimated", "Billed", "Total"],
        ["Programs", "USD", "1", "1", "", "", "0.000000", "0.020000", "0.020000"],
        ["'=HYPERLINK(1) Aurora", "USD", "1", "1", "", "", "0.007500", "0.000000", "0.007500"],
        ["'=HYPERLINK(1) Aurora", "EUR", "", "", "1", "60", "", "0.500000", "0.500000"],
    ]
    rows = list(csv.reader(io.StringIO(by_number.file.read().decode("utf-8-sig"))))
    assert rows[1][:3] == [f"tel:{aurora.twilio_number.address}", "USD", "2"]
    for wrong in ({**words, "by": "x"}, {**words, "first": "x"}):
        assert client.post("/analytics/exports/ask/", {**wrong, "format": "csv"}).status_code == 404
    assert log_in(aurora.agent).post("/analytics/exports/ask/", {**words, "format": "csv"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "cs"])
@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_days_are_iso_8601_in_exports(aurora, log_in, settings, tmp_path, language, wanted):
    settings.MEDIA_ROOT = tmp_path
    aurora.supervisor.language = language
    aurora.supervisor.save()
    spend(aurora, "0.0075")
    make_call(aurora, at=datetime(2026, 10, 2, 12, tzinfo=UTC), cost=Decimal("0.5"), cost_currency="EUR")
    client = log_in(aurora.supervisor)
    words = client.get(f"/analytics/costs{PERIOD}&by=day").context["words"]
    client.post("/analytics/exports/ask/", {**words, "format": wanted})
    (claimed,) = writing.claim(1)
    writing.write(claimed)
    raw = Export.objects.for_org(aurora.org).get().file.read()
    if wanted == "csv":
        days = [row[0] for row in csv.reader(io.StringIO(raw.decode("utf-8-sig")))][1:]
    else:
        sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()
        days = re.findall(r'r="A[2-9]" t="inlineStr"><is><t>([^<]+)<', sheet)
    assert days == ["2026-10-20", "2026-10-02"]


def test_the_csv_has_the_same_figures_and_no_formulas(aurora, borealis, log_in):
    aurora.agent.first_name = "＝1;=HYPERLINK(1)"
    aurora.agent.save()
    spend(aurora, "0.0075", author=aurora.agent)
    spend(borealis, "7")
    client = log_in(aurora.supervisor)
    answer = client.get(f"/analytics/costs/export{PERIOD}&by=agent")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    key = str(aurora.agent.pk)
    assert rows == [
        ["key", "label", "currency", "texts", "segments", "estimated", "billed", "total"],
        [key, "'＝1;'=HYPERLINK(1) Aurora", "USD", "1", "1", "0.007500", "0.000000", "0.007500"],
    ]
    answer = client.get(f"/analytics/costs/export{PERIOD}&by=number")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[1][0] == f"tel:{aurora.twilio_number.address}"
    assert answer["Content-Disposition"] == 'attachment; filename="costs-by-number-2026-10-01-2026-10-31.csv"'


def test_only_those_who_read_all_figures_see_costs(aurora, log_in):
    for path in ("/analytics/costs", "/analytics/costs/export"):
        answers = {user.role: log_in(user).get(path).status_code for user in aurora.users}
        assert answers == {"ADMIN": 200, "SUPERVISOR": 200, "AGENT": 403, "CUSTOMER": 403}
    assert b"/analytics/costs" not in log_in(aurora.agent).get("/analytics").content
    assert b"/analytics/costs" in log_in(aurora.supervisor).get("/analytics").content


@pytest.mark.parametrize(
    "query", ["?first=x", "?first=2026-02-01&last=2026-01-01", "?first=2024-01-01&last=2026-01-01", "?by=x"]
)
def test_what_is_no_period_is_said(aurora, log_in, query):
    client = log_in(aurora.admin)
    for path in ("/analytics/costs", "/analytics/costs/export"):
        answer = client.get(path + query)
        assert (answer.status_code, b"field-error" in answer.content) == (422, True)


def test_an_empty_time_and_the_budget_are_said(aurora, log_in):
    SmsPolicy.all_orgs.create(organization=aurora.org, monthly_budget=Decimal(1))
    client = log_in(aurora.admin)
    page = client.get("/analytics/costs").content.decode()
    assert "Nothing has cost anything in this time." in page
    assert "$0.00 of $1.00 (0 %)" in page
    make_message(make_conversation(aurora), cost=Decimal("0.85"), cost_currency="USD", cost_source=CostSource.FINAL)
    for path in ("/analytics/costs", "/sms/health/"):
        page = client.get(path).content.decode()
        assert "$0.85 of $1.00 (85 %)" in page
        assert "The budget is nearly spent." in page
