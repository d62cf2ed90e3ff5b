"""Contacts from a file: what is read, what is guessed, what is taken over, what is refused, and a worker that dies."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import translation

from contactcenter.core.imports import files, working
from contactcenter.core.imports.book import Book
from contactcenter.core.models import (
    Contact,
    ContactAttribute,
    ContactImport,
    ContactLabel,
    ContactNumber,
    ImportState,
    Label,
    Refusal,
    RefusedRow,
    User,
)
from tests.conftest import LogIn
from tests.factories import Tenant, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(aurora: Tenant, borealis: Tenant, log_in: LogIn) -> Client:
    """A supervisor of the first organization; a number of the file belongs to the second one's contact, always."""
    make_contact(borealis, name="Patient", address="+420777000001")
    return log_in(aurora.supervisor)


def upload(client: Client, content: str | bytes, *, encoding: str = "utf-8") -> ContactImport:
    raw = content if isinstance(content, bytes) else content.encode(encoding)
    answer = client.post("/contacts/import/", {"file": SimpleUploadedFile("people.csv", raw)})
    assert answer.status_code == 302, answer.content.decode()
    return ContactImport.all_orgs.get(pk=answer.headers["Location"].rstrip("/").rpartition("/")[2])


def start(client: Client, job: ContactImport, *, duplicates: str = "skip", **columns: str) -> int:
    form = {f"column-{position}": target for position, target in enumerate(job.mapping)}
    return client.post(f"/contacts/import/{job.pk}/start/", {**form, "duplicates": duplicates, **columns}).status_code


def finish(job: ContactImport, *, batch: int = working.BATCH) -> dict[str, Any]:
    while working.take_over_next(batch):
        pass
    job.refresh_from_db()
    names = ("created_count", "updated_count", "skipped_count", "refused_count")
    return {"state": job.state, **{name.removesuffix("_count"): getattr(job, name) for name in names}}


def import_file(client: Client, content: str | bytes, *, duplicates: str = "skip", batch: int = 500) -> dict[str, Any]:
    job = upload(client, content)
    assert start(client, job, duplicates=duplicates) == 302
    return finish(job, batch=batch)


def book(tenant: Tenant) -> dict[str, str]:
    """The organization's numbers with the names of their contacts."""
    rows = ContactNumber.all_orgs.filter(organization=tenant.org)
    return dict(rows.values_list("address", "contact__name"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1250", "utf-16"])
def test_letters_and_separators_are_recognized(
    aurora: Tenant, supervisor: Client, encoding: str, separator: str
) -> None:
    content = f"Jméno{separator}Příjmení{separator}Telefonní číslo\r\nŽofie{separator}Řehořová{separator}+420777123456"
    job = upload(supervisor, content.encode(encoding))
    assert job.mapping == ["first_name", "last_name", "number"]
    assert start(supervisor, job) == 302
    assert finish(job)["created"] == 1
    assert book(aurora) == {"+420777123456": "Žofie Řehořová"}


@pytest.mark.parametrize(
    ("headings", "mapping"),
    [
        (
            "Full name,Phone,Phone 2,E-mail,Language,Time zone,Tags,Note",
            "name number number email language time_zone labels",
        ),
        ("Celé jméno,Mobil,E-mailová adresa,Jazyk,Časové pásmo,Štítky", "name number email language time_zone labels"),
        ("Nombre,Apellidos,Teléfono móvil,Correo electrónico,Idioma", "first_name last_name number email language"),
        ("Town,Phone,Name,Customer", "attr:town number name"),
    ],
)
def test_the_meaning_of_columns_is_guessed(aurora: Tenant, supervisor: Client, headings: str, mapping: str) -> None:
    ContactAttribute.all_orgs.create(organization=aurora.org, key="town", name="Town")
    job = upload(supervisor, f"{headings}\n" + "x," * headings.count(",") + "x\n")
    assert " ".join(job.mapping).rstrip() == mapping


def test_the_preview_shows_the_first_rows_and_takes_nothing_over(aurora: Tenant, supervisor: Client) -> None:
    job = upload(supervisor, "Name,Phone\n<b>Jana</b>,+420777123456\n\nPetr\n")
    page = supervisor.get(f"/contacts/import/{job.pk}/").content.decode()
    assert re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td></tr>", page.partition("<tbody>")[2]) == [
        ("&lt;b&gt;Jana&lt;/b&gt;", "+420777123456"),
        ("Petr", ""),
    ]
    assert working.take_over_next() is False
    assert (book(aurora), job.row_count) == ({}, 2)


def test_rows_become_contacts_with_everything_that_stands_in_them(aurora: Tenant, supervisor: Client) -> None:
    ContactAttribute.all_orgs.create(organization=aurora.org, key="town", name="Town")
    Label.all_orgs.create(organization=aurora.org, name="vip")
    outcome = import_file(
        supervisor,
        "Name,Phone,Phone 2,E-mail,Language,Time zone,Labels,Town\n"
        'Jana,00420 777 123 456,tel:+420608999888,jana@example.com,CS,europe/prague,"VIP, New",Brno\n',
    )
    assert outcome == {"state": "done", "created": 1, "updated": 0, "skipped": 0, "refused": 0}
    made = Contact.all_orgs.get(organization=aurora.org)
    assert (made.name, made.email, made.language, made.time_zone) == ("Jana", "jana@example.com", "cs", "Europe/Prague")
    assert made.attributes == {"town": "Brno"}
    assert book(aurora) == {"+420777123456": "Jana", "+420608999888": "Jana"}
    on_it = ContactLabel.all_orgs.filter(contact=made).values_list("label__name", flat=True)
    assert set(on_it) == {"vip", "New"}


FILE = (
    "Name,Phone,E-mail\n"
    "Jana N.,+420777123456,\n"  # There by its number.
    "Petr,,PETR@example.com\n"  # There by its e-mail address.
    "Nina,+420777000001,\n"  # Another organization's: new here.
    "Nina again,+420777000001,nina@example.com\n"  # The same as the row above.
)


@pytest.mark.parametrize(
    ("duplicates", "counts", "names"),
    [
        ("skip", (1, 0, 3, 0), {"Jana", "Petr Svoboda", "Nina"}),
        ("update", (1, 3, 0, 0), {"Jana N.", "Petr", "Nina again"}),
        ("refuse", (1, 0, 0, 3), {"Jana", "Petr Svoboda", "Nina"}),
    ],
)
@pytest.mark.parametrize("batch", [1, 500])
def test_who_is_there_already_is_treated_as_chosen(
    aurora: Tenant, supervisor: Client, duplicates: str, counts: tuple[int, ...], names: set[str], batch: int
) -> None:
    make_contact(aurora, name="Jana", address="+420777123456")
    petr = make_contact(aurora, name="Petr Svoboda", address="+420608999888")
    Contact.all_orgs.filter(pk=petr.pk).update(email="petr@example.com")

    outcome = import_file(supervisor, FILE, duplicates=duplicates, batch=batch)

    assert tuple(outcome.values()) == ("done", *counts)
    assert set(Contact.all_orgs.filter(organization=aurora.org).values_list("name", flat=True)) == names
    assert Contact.all_orgs.exclude(organization=aurora.org).get().name == "Patient"


def test_refused_rows_come_back_with_their_reason_and_without_formulas(aurora: Tenant, supervisor: Client) -> None:
    for name, address in (("A", "+420777123456"), ("B", "+420608999888")):
        make_contact(aurora, name=name, address=address)
    ContactAttribute.all_orgs.create(organization=aurora.org, key="size", name="Size", kind="number")
    job = upload(
        supervisor,
        "Name,Phone,E-mail,Language,Time zone,Size\n"
        "=1+1,,,,,\n"
        "B,12,,,,\n"
        "\n"
        "C,+420777111222,c@,,,\n"
        "D,+420777111223,,xx-yy,,\n"
        "E,+420777111224,,,Mars/Base,\n"
        "F,+420777111225,,,,big\n"
        f"{'G' * 161},+420777111226,,,,\n"
        "H,+420777123456;+420608999888,,,,\n"
        "I,+420777111227,,,,,more\n"
        "J,+420777111228,,,,\n",
    )
    start(supervisor, job)
    assert finish(job) == {"state": "done", "created": 1, "updated": 0, "skipped": 0, "refused": 9}

    answer = supervisor.get(f"/contacts/import/{job.pk}/refused/")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]

    assert rows[0] == ["row", "reason", "Name", "Phone", "E-mail", "Language", "Time zone", "Size"]
    assert [row[0] for row in rows[1:]] == ["2", "3", "5", "6", "7", "8", "9", "10", "11"]
    assert len({row[1] for row in rows[1:]}) == 9
    assert rows[1][2] == "'=1+1"
    assert set(book(aurora)) == {"+420777123456", "+420608999888", "+420777111228"}


def test_reasons_are_in_the_language_of_the_reader(aurora: Tenant, supervisor: Client) -> None:
    job = upload(supervisor, "Name,Phone\nB,12\n")
    start(supervisor, job)
    assert finish(job)["refused"] == 1

    User.objects.filter(pk=aurora.supervisor.pk).update(language="es")
    answer = supervisor.get(f"/contacts/import/{job.pk}/refused/")
    with translation.override("en"):  # As in a server's thread that sends what another one has begun.
        lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]

    with translation.override("es"):
        assert str(Refusal.NUMBER.label) in lines[1]


def test_five_thousand_rows_with_three_hundred_bad_ones(aurora: Tenant, supervisor: Client) -> None:
    lines = [f"Person {n},{'bad' if n % 16 == 0 and n < 4801 else f'+4207{n:08d}'}" for n in range(1, 5001)]
    job = upload(supervisor, "Name,Phone\n" + "\n".join(lines))
    start(supervisor, job)
    assert finish(job) == {"state": "done", "created": 4700, "updated": 0, "skipped": 0, "refused": 300}
    assert ContactNumber.all_orgs.filter(organization=aurora.org).count() == 4700
    assert RefusedRow.all_orgs.filter(source=job).count() == 300
    assert job.content == ""


def test_a_worker_that_dies_in_a_batch_leaves_nothing_of_it(
    aurora: Tenant, supervisor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(supervisor, "Name,Phone\n" + "\n".join(f"P{n},+42077700{n:04d}" for n in range(10)))
    start(supervisor, job)
    assert working.take_over_next(4) is True

    class Killed(BaseException):
        pass

    write = Book.write

    def die(self: Book) -> None:
        write(self)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Book, "write", die)
        with pytest.raises(Killed), transaction.atomic():
            working.take_over_next(4)
    job.refresh_from_db()
    assert (job.next_row, job.created_count, len(book(aurora))) == (4, 4, 4)

    assert finish(job, batch=4) == {"state": "done", "created": 10, "updated": 0, "skipped": 0, "refused": 0}
    assert Contact.all_orgs.filter(organization=aurora.org).count() == 10


def test_a_number_that_somebody_wrote_from_meanwhile_is_met_again(
    aurora: Tenant, supervisor: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = upload(supervisor, "Name,Phone\nJana,+420777123456\n")
    start(supervisor, job)
    write = Book.write

    def too_late(self: Book) -> None:
        make_contact(aurora, name="Faster", address="+420777123456")
        write(self)

    with monkeypatch.context() as patch:
        patch.setattr(Book, "write", too_late)
        assert working.take_over_next() is False
    assert "777123456" not in caplog.text
    assert finish(job)["created"] == 1  # What the faster one did was undone with the batch.


def test_nonsense_is_no_mapping(supervisor: Client) -> None:
    job = upload(supervisor, "Name,Phone\nJana,+420777123456\n")
    wrong = ({"column-1": ""}, {"column-1": "name"}, {"column-0": "attr:nothing"}, {"column-1": "organization"})
    assert [start(supervisor, job, **columns) for columns in wrong] == [422] * 4
    job.refresh_from_db()
    assert job.state == ImportState.DRAFT
    assert [start(supervisor, job), start(supervisor, job)] == [302, 302]  # The second click changes nothing.
    assert finish(job)["created"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Name,Phone\n",
        b"\x00\x01\x02",
        b"a\x00b,c\n1,2",
        b"Name\n\x81\x83\n",
        b"x" * (files.MOST_BYTES + 1),
    ],
)
def test_what_is_no_table_is_not_kept(supervisor: Client, content: bytes) -> None:
    answer = supervisor.post("/contacts/import/", {"file": SimpleUploadedFile("people.csv", content)})
    assert answer.status_code == 422
    assert not ContactImport.all_orgs.exists()


def test_a_canceled_import_goes_no_further(aurora: Tenant, supervisor: Client) -> None:
    job = upload(supervisor, "Name,Phone\n" + "\n".join(f"P{n},+42077700{n:04d}" for n in range(10)))
    start(supervisor, job)
    working.take_over_next(4)
    assert supervisor.post(f"/contacts/import/{job.pk}/cancel/").status_code == 302
    assert working.take_over_next(4) is False
    assert len(book(aurora)) == 4
    page = supervisor.get(f"/contacts/import/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert ("The import was canceled." in page, "every 1s" in page) == (True, False)


def test_files_are_for_those_who_may_move_contacts(
    aurora: Tenant, borealis: Tenant, supervisor: Client, log_in: LogIn
) -> None:
    job = upload(supervisor, "Name,Phone\nJana,+420777123456\n")
    agent, stranger = log_in(aurora.agent), log_in(borealis.supervisor)
    assert agent.get("/contacts/import/").status_code == 403
    assert [one.get(f"/contacts/import/{job.pk}/").status_code for one in (agent, stranger)] == [403, 404]
    assert [start(one, job) for one in (agent, stranger)] == [403, 404]
    job.refresh_from_db()
    assert job.state == ImportState.DRAFT


def test_a_file_is_read_once_and_not_once_for_each_batch(
    aurora: Tenant, supervisor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(supervisor, "Name,Phone\n" + "\n".join(f"P{n},+42077700{n:04d}" for n in range(10)))
    start(supervisor, job)
    read, begun = files.rows, []

    def counted(text: str, delimiter: str) -> Any:
        begun.append(len(text))
        return read(text, delimiter)

    with monkeypatch.context() as patch:
        patch.setattr(files, "rows", counted)
        assert finish(job, batch=2)["created"] == 10
    assert len(begun) == 1
