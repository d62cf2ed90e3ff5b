"""Exports: what is in the file is what was asked for, once, harmless, for whoever may have it."""

import csv
import io
import os
import re
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db.models.functions import Now

from analytics.enums import Format, Subject
from analytics.exporting import scratch, services, sources, writing
from analytics.metric import Metric
from analytics.models import Export, ExportFormat, ExportState, FailedBecause
from contactcenter.core.models import AuditEntry
from contactcenter.core.roles import Right, Role
from contactcenter.core.workbooks import MOST_ROWS, Workbook
from sms.enums import CostSource
from tests.agents.api import another_agent
from tests.analytics.changed_metrics import table_with
from tests.factories import Tenant, make_call, make_campaign, make_contact, make_conversation, make_message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 14, 9, 0, 5, tzinfo=UTC)
CALLS = {
    "kind": "rows",
    "of": "calls",
    "metric": "total",
    "since": "2026-03-14T00:00:00Z",
    "until": "2026-03-15T00:00:00Z",
}
TABLE = {"kind": "table", "tab": "calls", "of": "calls", "metric": "total", "by": "day"}
TABLE |= {"first": "2026-03-13", "last": "2026-03-14"}
# What people write, and what stands in a file for it.
EVIL = {
    "=HYPERLINK(1)": "'=HYPERLINK(1)",
    "＝1+1": "'＝1+1",
    "+1": "'+1",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t'=1",
    "\r=1": "'\r'=1",
    "Bob;=1": "Bob;'=1",
    "{=1}": "{=1}",
    "https://a.example/": "https://a.example/",
    "_x003D_1": "_x003D_1",
    "<b>&\x01": "<b>&\x01",
    # What XlsxWriter would write as it is, if its own markup were let through.
    "<r><t>a</t></r>": "<r><t>a</t></r>",
    "<r></r></is></c><c><f>1+1</f></c><c><is><r></r>": "<r></r></is></c><c><f>1+1</f></c><c><is><r></r>",
}
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "\t", "\r")


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))


def ask(tenant: Tenant, words: dict[str, str], *, actor: Any = None, wanted: str = "csv") -> Export:
    actor = actor or tenant.supervisor
    return services.ask(org=tenant.org, actor=actor, words=words, title="A title", file_format=ExportFormat(wanted))


def write_all() -> None:
    while claims := writing.claim(1):
        for claimed in claims:
            writing.write(claimed)


def read_csv(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(raw: bytes) -> list[list[list[tuple[str, str]]]]:
    """Return (type, text) of every cell, sheet by sheet; a cell with a formula is of the type "formula"."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    book = zipfile.ZipFile(io.BytesIO(raw))
    assert book.testzip() is None
    parts = sorted(part for part in book.namelist() if part.startswith("xl/worksheets/"))
    for part in book.namelist():
        ElementTree.fromstring(book.read(part))
    sheets = []
    for part in parts:
        rows = ElementTree.fromstring(book.read(part)).iter(f"{name}row")
        sheets.append([[_cell(cell, name) for cell in row] for row in rows])
    return sheets


def _cell(cell: Any, name: str) -> tuple[str, str]:
    if cell.find(f"{name}f") is not None:
        return "formula", ""
    text = cell.find(f"{name}is/{name}t")
    if text is not None:
        # As Excel reads it: ECMA-376, 22.9.2.19 (ST_Xstring).
        return "text", re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), text.text or "")
    value = cell.find(f"{name}v")
    return ("", "") if value is None else ("number", value.text)


def evil_calls(tenant: Tenant) -> None:
    for number, words in enumerate(EVIL):
        contact = make_contact(tenant, name=words.replace("\x01", ""))
        make_call(
            tenant,
            at=AT + timedelta(minutes=number),
            contact=contact,
            disposition=words,
            agent=tenant.agent,
            campaign=make_campaign(tenant, name=f"{words} {number}"),
            cost=Decimal("0.012500"),
            cost_currency="USD",
        )


def test_rows_come_back_as_they_are_and_without_formulas(aurora, borealis, log_in):
    aurora.org.time_zone = "Europe/Prague"
    aurora.org.save()
    evil_calls(aurora)
    make_call(borealis, at=AT)
    client = log_in(aurora.supervisor)
    for wanted in ("csv", "xlsx"):
        assert client.post("/analytics/exports/ask/", {**CALLS, "format": wanted}).status_code == 302
    write_all()
    book, plain = Export.objects.for_org(aurora.org).order_by("file_format").reverse()
    assert (plain.state, plain.row_count, plain.done_count) == (ExportState.DONE, len(EVIL), len(EVIL))
    listed = read_csv(client.get(f"/analytics/exports/{plain.pk}/file/").getvalue())
    ((*sheet,),) = read_xlsx(client.get(f"/analytics/exports/{book.pk}/file/").getvalue())
    assert listed[0] == [text for _kind, text in sheet[0]]
    assert [row[10] for row in listed[1:]] == list(reversed(EVIL.values()))
    for row, cells in zip(listed[1:], sheet[1:], strict=True):
        assert not [cell for cell in row if cell.startswith(_BEGINS_A_FORMULA)]
        assert not [text for kind, text in cells if kind == "formula" or text.startswith(_BEGINS_A_FORMULA)]
        assert (row[9], row[11], row[12]) == ("60", "0.012500", "USD")
        assert [cells[place] for place in (9, 11)] == [("number", "60"), ("number", "0.012500")]
        # Numbers as RFC 3966 writes them.
        assert [text for kind, text in cells if kind == "text"][1:] == [
            f"'{cell}" if cell.startswith("<r>") else cell for cell in [*row[2:9], row[10], row[12]]
        ]
        assert row[5] == f"tel:{aurora.twilio_number.address}"
    assert [row[1] for row in listed[-1:]] == ["2026-03-14T10:00:05+01:00"]
    kind, day = sheet[-1][1]
    assert (kind, round(float(day), 8)) == ("number", round(46095 + (10 * 3600 + 5) / 86400, 8))
    assert AuditEntry.objects.for_org(aurora.org).filter(action="export.fetched").count() == 2


def test_texts_and_tables(aurora, borealis, log_in):
    thread = make_conversation(aurora)
    make_message(thread, at=AT, author=aurora.agent, cost=Decimal("0.0075"), cost_currency="USD")
    make_message(make_conversation(borealis), at=AT)
    make_call(aurora, at=AT, duration=90)
    make_call(aurora, at=AT, status="NO_ANSWER")
    client = log_in(aurora.admin)
    client.post("/analytics/exports/ask/", {**CALLS, "of": "texts", "metric": "written", "format": "csv"})
    client.post("/analytics/exports/ask/", {**TABLE, "format": "csv"})
    write_all()
    table, texts = Export.objects.for_org(aurora.org).order_by("-created_at")
    rows = read_csv(texts.file.read())
    assert [row[7:] for row in rows] == [
        ["Author", "Segments", "Error", "Cost", "Currency"],
        ["Agent Aurora", "1", "", "0.007500", "USD"],
    ]
    head, *lines = read_csv(table.file.read())
    place = {name: number for number, name in enumerate(head)}
    picked = ["Period", "Calls", "Missed calls", "Talking time", "Completion rate", "Average duration"]
    assert [[line[place[name]] for name in picked] for line in lines] == [
        ["2026-03-13", "0", "0", "0", "", ""],
        ["2026-03-14", "2", "1", "90", "50.0", "90"],
    ]


def test_amounts_of_each_currency_have_their_own_column(aurora, borealis):
    for days, cost, currency in ((0, "0.5", "EUR"), (0, "2", "EUR"), (0, "1", "USD"), (1, "0.7", "USD"), (2, "0", "")):
        make_call(aurora, at=AT - timedelta(days=days), cost=Decimal(cost), cost_currency=currency)
    make_call(borealis, at=AT, cost=Decimal(3), cost_currency="CZK")
    plain, book = (ask(aurora, {**TABLE, "first": "2026-03-12"}, wanted=wanted) for wanted in ("csv", "xlsx"))
    write_all()
    for export in (plain, book):
        export.refresh_from_db()
    head, *lines = read_csv(plain.file.read())
    places = [place for place, name in enumerate(head) if name.startswith("Cost of calls")]
    assert [head[place] for place in places] == ["Cost of calls (EUR)", "Cost of calls (USD)"]
    assert [[line[place] for place in places] for line in lines] == [["", ""], ["", "0.7"], ["2.5", "1"]]
    ((sheet_head, *sheet),) = read_xlsx(book.file.read())
    assert [text for _kind, text in sheet_head] == head
    assert [[kind for kind, text in row if text == "2.5"] for row in sheet] == [[], [], ["number"]]


def test_all_amounts_of_texts_are_divided_by_currency(aurora):
    billed = {"cost_source": CostSource.FINAL, "provider_message_id": "a"}
    make_message(make_conversation(aurora), at=AT, cost=Decimal("0.02"), cost_currency="EUR", **billed)
    guessed = {"cost_source": CostSource.ESTIMATED, "provider_message_id": "b"}
    make_message(make_conversation(aurora), at=AT, cost=Decimal("0.0075"), cost_currency="USD", **guessed)
    texts = {**TABLE, "tab": "texts", "of": "texts", "metric": "written", "first": "2026-03-14"}
    calls = ask(aurora, TABLE)
    export = ask(aurora, texts)
    write_all()
    head, line = read_csv(Export.objects.for_org(aurora.org).get(pk=export.pk).file.read())
    assert {name: cell for name, cell in zip(head, line, strict=True) if name.endswith(("(EUR)", "(USD)"))} == {
        "Billed (EUR)": "0.02",
        "Billed (USD)": "",
        "Estimated (EUR)": "",
        "Estimated (USD)": "0.0075",
        "Cost of texts (EUR)": "0.02",
        "Cost of texts (USD)": "0.0075",
    }
    assert "Cost of calls" in read_csv(Export.objects.for_org(aurora.org).get(pk=calls.pk).file.read())[0], (
        "nothing cost anything"
    )


@pytest.mark.parametrize("path", ["/analytics/agents", "/analytics/campaigns"])
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?range=month", {"Now", "A month before"}),
        ("?first=2026-03-01&last=2026-03-15", {"Now", "15 days before", "An hour too late"}),
        ("?first=2026-03-15&last=2026-03-15", set()),
    ],
)
def test_an_export_has_the_lines_of_its_page(aurora, borealis, log_in, time_machine, path, query, names):
    time_machine.move_to(datetime(2026, 3, 15, 10, 30, tzinfo=UTC), tick=False)
    days = {
        "Now": (3, 10, 9),
        "A month before": (2, 3, 9),
        "15 days before": (2, 20, 9),
        "An hour too late": (2, 15, 11),
    }
    for number, (name, (month, day, hour)) in enumerate(days.items()):
        person = another_agent(aurora, f"agent-{number}").user
        person.first_name, person.last_name = name, ""
        person.save()
        at = datetime(2026, month, day, hour, tzinfo=UTC)
        make_call(aurora, at=at, agent=person, campaign=make_campaign(aurora, name=name))
    make_call(borealis, at=AT, agent=borealis.agent, campaign=make_campaign(borealis))
    client = log_in(aurora.supervisor)
    page = client.get(path + query)
    client.post("/analytics/exports/ask/", {**page.context["words"], "format": "csv"})
    time_machine.move_to(datetime(2026, 3, 15, 11, 30, tzinfo=UTC), tick=False)
    write_all()
    _head, *lines = read_csv(Export.objects.for_org(aurora.org).get().file.read())
    shown = [re.findall("<t[hd][^>]*>(?:<a [^>]*>)?([^<]*)<", line) for line in page.context["shown"].table.lines]
    assert [line[:2] for line in lines] == [[row[0], row[2]] for row in shown]
    assert {line[0] for line in lines} == names


def test_everybody_gets_what_they_may_have(aurora, borealis, log_in):
    make_call(aurora, at=AT, agent=aurora.agent)
    make_call(aurora, at=AT, agent=aurora.supervisor)
    everybodys, own = ask(aurora, CALLS), ask(aurora, CALLS, actor=aurora.agent)
    theirs = ask(borealis, CALLS)
    write_all()
    own.refresh_from_db()
    assert len(read_csv(own.file.read())) == 2
    paths = [f"/analytics/exports/{one.pk}/file/" for one in (everybodys, own, theirs)]
    statuses = {user.role: [log_in(user).get(path).status_code for path in paths] for user in aurora.users}
    assert statuses == {
        Role.ADMIN: [200, 200, 404],
        Role.SUPERVISOR: [200, 200, 404],
        Role.AGENT: [404, 200, 404],
        Role.CUSTOMER: [403, 403, 404],
    }
    # Who reads only their own figures any more does not get what they asked for before.
    aurora.supervisor.role = Role.AGENT
    aurora.supervisor.save()
    client = log_in(aurora.supervisor)
    assert client.get(f"/analytics/exports/{everybodys.pk}/file/").status_code == 404
    assert list(client.get("/analytics/exports/").context["exports"]) == []
    money = {**CALLS, "metric": "call_cost", "format": "csv"}
    assert client.post("/analytics/exports/ask/", money).status_code == 404
    for money in ({**CALLS, "currency": "USD"}, {**TABLE, "metric": "call_cost"}):
        assert client.post("/analytics/exports/ask/", {**money, "format": "csv"}).status_code == 404
    rows = {**CALLS, "currency": "USD"}
    assert [log_in(user).get("/analytics/rows", rows).status_code for user in (aurora.admin, aurora.agent)] == [
        200,
        404,
    ]


@pytest.mark.parametrize("of", ["calls", "texts"])
@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_what_agents_export_has_no_amounts(aurora, borealis, of, wanted):
    price = {"at": AT, "cost": Decimal("0.0375"), "cost_currency": "USD"}
    for tenant in (aurora, borealis):
        make_call(tenant, agent=tenant.agent, **price)
        make_message(make_conversation(tenant), author=tenant.agent, provider_message_id="a", **price)
    metric = {"of": of, "metric": "total" if of == "calls" else "written"}
    for actor, has_amounts in ((aurora.supervisor, True), (aurora.agent, False)):
        for words in ({**CALLS, **metric}, {**TABLE, **metric, "tab": of}):
            export = ask(aurora, words, actor=actor, wanted=wanted)
            write_all()
            raw = Export.objects.for_org(aurora.org).get(pk=export.pk).file.read()
            if wanted == "csv":
                cells = [cell for row in read_csv(raw) for cell in row]
            else:
                cells = [text for sheet in read_xlsx(raw) for row in sheet for _kind, text in row]
            told = {cell for cell in cells if "Cost" in cell or "USD" in cell or "Currency" in cell or "0.0375" in cell}
            assert bool(told) is has_amounts


SECRET = Metric(
    key="secret_rate",
    label="Secret rate",
    definition="Missed calls in percent of all, for administrators.",
    subject=Subject.CALLS,
    format=Format.PERCENT,
    right=Right.ADMINISTER,
    of=("missed", "total"),
)


def test_a_figure_is_exported_to_who_may_read_it(aurora, borealis, log_in):
    for tenant in (aurora, borealis):
        make_call(tenant, at=AT, status="NO_ANSWER", agent=tenant.agent)
    people = (aurora.admin, aurora.supervisor, aurora.agent)
    with table_with(SECRET):
        tables = {user.role: ask(aurora, TABLE, actor=user) for user in people}
        rows = [ask(aurora, {**CALLS, "metric": metric}, actor=aurora.admin) for metric in ("total", SECRET.key)]
        write_all()
        heads = {
            role: read_csv(Export.objects.for_org(aurora.org).get(pk=table.pk).file.read())[0]
            for role, table in tables.items()
        }
        assert {role: (SECRET.label in head, "Cost of calls" in head) for role, head in heads.items()} == {
            Role.ADMIN: (True, True),
            Role.SUPERVISOR: (False, True),
            Role.AGENT: (False, False),
        }
        # Whoever may not read it gets no file that has it, whoever asked for that; the list does not show it either.
        every = [*tables.values(), *rows]
        found = {}
        for user in people:
            client = log_in(user)
            listed = {one.pk for one in client.get("/analytics/exports/").context["exports"]}
            statuses = [client.get(f"/analytics/exports/{one.pk}/file/").status_code for one in every]
            assert [one.pk in listed for one in every] == [status == 200 for status in statuses]
            found[user.role] = statuses
        assert found == {
            Role.ADMIN: [200] * 5,
            Role.SUPERVISOR: [404, 200, 200, 200, 404],
            Role.AGENT: [404, 404, 200, 404, 404],
        }
        asked = {**CALLS, "metric": SECRET.key, "format": "csv"}
        assert log_in(aurora.supervisor).post("/analytics/exports/ask/", asked).status_code == 404


@pytest.mark.parametrize("words", [TABLE, {**CALLS, "metric": SECRET.key}])
def test_a_figure_that_whoever_asked_may_not_read_any_more_is_not_written(aurora, words):
    with table_with(SECRET):
        export = ask(aurora, words, actor=aurora.admin)
        aurora.admin.role = Role.SUPERVISOR
        aurora.admin.save()
        write_all()
    export.refresh_from_db()
    assert (export.state, export.failed_because, export.file.name) == (ExportState.FAILED, FailedBecause.RIGHTS, "")


def test_rights_are_looked_at_again_when_it_is_written(aurora):
    export = ask(aurora, CALLS)
    aurora.supervisor.role = Role.AGENT
    aurora.supervisor.save()
    write_all()
    export.refresh_from_db()
    assert (export.state, export.failed_because, export.file.name) == (ExportState.FAILED, FailedBecause.RIGHTS, "")


def stored(tmp_path: Path) -> list[str]:
    return sorted(path.suffix for path in tmp_path.rglob("*") if path.is_file())


def test_a_canceled_export_leaves_nothing(aurora, tmp_path, monkeypatch, log_in):
    for _call in range(5):
        make_call(aurora, at=AT)
    export = ask(aurora, CALLS)
    client = log_in(aurora.supervisor)
    monkeypatch.setattr(writing, "BATCH", 2)
    whole = sources.RowsSource.batches
    seen: list[int] = []

    def interrupted(self: Any, size: int) -> Any:
        for rows in whole(self, size):
            seen.append(len(rows))
            assert client.post(f"/analytics/exports/{export.pk}/cancel/").status_code == 302
            yield rows

    monkeypatch.setattr(sources.RowsSource, "batches", interrupted)
    write_all()
    export.refresh_from_db()
    assert (export.state, seen, stored(tmp_path)) == (ExportState.CANCELED, [2], [])
    assert client.get(f"/analytics/exports/{export.pk}/file/").status_code == 404
    assert services.cancel(org=aurora.org, actor=aurora.supervisor, export=export) is False


def test_a_killed_worker_is_followed_by_one_that_begins_again(aurora, tmp_path):
    for _call in range(3):
        make_call(aurora, at=AT)
    export = ask(aurora, CALLS)
    (dead,) = writing.claim(1)
    assert writing.claim(1) == []
    Export.objects.for_org(aurora.org).update(lease_until=Now() - timedelta(seconds=1), done_count=2)
    (alive,) = writing.claim(1)
    # The first one was only asleep: it notices, and its file is gone.
    writing.write(dead)
    export.refresh_from_db()
    assert (export.state, export.done_count, stored(tmp_path)) == (ExportState.RUNNING, 0, [])
    writing.write(alive)
    export.refresh_from_db()
    assert (export.state, export.done_count, export.claims) == (ExportState.DONE, 3, 2)
    assert len(read_csv(export.file.read())) == 4
    assert stored(tmp_path) == [".csv"]


def test_the_third_death_is_the_last(aurora):
    export = ask(aurora, CALLS)
    for _claim in range(3):
        assert len(writing.claim(1)) == 1
        Export.objects.for_org(aurora.org).update(lease_until=Now() - timedelta(seconds=1))
    assert writing.claim(1) == []
    export.refresh_from_db()
    assert (export.state, export.failed_because) == (ExportState.FAILED, FailedBecause.INTERRUPTED)


def test_files_go_away_after_some_days(aurora, borealis, tmp_path, settings, time_machine):
    exports = [ask(aurora, CALLS), ask(borealis, CALLS)]
    write_all()
    assert (writing.forget_old(), stored(tmp_path)) == (0, [".csv", ".csv"])
    Export.objects.for_org(aurora.org).update(finished_at=Now() - timedelta(days=settings.EXPORT_DAYS, seconds=1))
    assert (writing.forget_old(), stored(tmp_path)) == (1, [".csv"])
    assert [Export.all_orgs.filter(pk=one.pk).exists() for one in exports] == [False, True]


def test_nobody_has_more_than_five_under_way(aurora, log_in):
    client = log_in(aurora.agent)
    for _click in range(6):
        client.post("/analytics/exports/ask/", {**CALLS, "format": "csv"})
    assert Export.objects.for_org(aurora.org).count() == 5
    assert b"Five of your exports" in client.get("/analytics/exports/").content


def test_more_rows_than_a_sheet_holds_go_on_in_further_ones(tmp_path):
    target = io.BytesIO()
    book = Workbook(target, ["a", "b"], folder=tmp_path, most_rows=3)
    book.write([["x", 1], ["y", 2], ["z", None], ["\ufffe", 4]])
    book.write([["w", 5]])
    book.close()
    heading = [("text", "a"), ("text", "b")]
    assert read_xlsx(target.getvalue()) == [
        [heading, [("text", "x"), ("number", "1")], [("text", "y"), ("number", "2")]],
        [heading, [("text", "z")], [("number", "4")]],
        [heading, [("text", "w"), ("number", "5")]],
    ]
    assert (MOST_ROWS, list(tmp_path.glob("tmp*"))) == (2**20, [])


def test_a_stop_is_heard_while_a_workbook_is_packed(aurora, tmp_path, monkeypatch):
    make_call(aurora, at=AT)
    export = ask(aurora, CALLS, wanted="xlsx")
    whole, canceled = writing.wait, []

    def stopped(packing: Any, timeout: float) -> Any:
        canceled.append(services.cancel(org=aurora.org, actor=aurora.supervisor, export=export))
        return whole(packing, timeout=timeout)

    monkeypatch.setattr(writing, "wait", stopped)
    write_all()
    export.refresh_from_db()
    assert (export.state, canceled, stored(tmp_path)) == (ExportState.CANCELED, [True], [])
    assert os.listdir(tempfile.gettempdir()) == []


def test_what_killed_workers_left_goes_away_and_what_the_living_need_stays(monkeypatch):
    dead = Path(tempfile.mkdtemp(prefix="voice-export-"))
    (dead / "table").write_bytes(b"half")
    with scratch.folder() as living:
        assert scratch.sweep() == 0, "somebody may be about to lock it"
        monkeypatch.setattr(scratch, "_YOUNG_SECONDS", -1)
        assert scratch.sweep() == 1
        assert (dead.exists(), living.exists()) == (False, True)
    assert not living.exists()


@pytest.mark.parametrize(
    "words",
    [
        {},
        {**CALLS, "of": "x"},
        {**CALLS, "format": "exe"},
        {**CALLS, "until": "9999-12-31T23:59:59Z"},
        {**CALLS, "since": "0001-01-01T00:00:00Z"},
        {**TABLE, "first": "x"},
        {**TABLE, "first": "0001-01-01", "last": "0001-01-02"},
        {**TABLE, "first": "2000-01-01", "last": "2199-01-01", "by": "hour"},
        {**TABLE, "first": "2026-03-14", "last": "2026-03-13"},
    ],
)
def test_what_is_no_export_is_refused(aurora, log_in, words):
    aurora.org.time_zone = "Europe/Prague"
    aurora.org.save()
    answer = log_in(aurora.admin).post("/analytics/exports/ask/", {"format": "csv", **words})
    assert (answer.status_code, Export.objects.for_org(aurora.org).count()) == (404, 0)


def test_words_that_no_database_stores_are_left_out(aurora, log_in):
    answer = log_in(aurora.admin).post("/analytics/exports/ask/", {"format": "csv", **CALLS, "country": "\x00"})
    assert answer.status_code == 302
    assert Export.objects.for_org(aurora.org).get().words == CALLS
