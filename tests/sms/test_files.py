"""Files that go with texts: taken, refused, sent through either provider, and given out by links that end."""

import time
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from contactcenter.simulator.media import picture
from sms import file_links, sending, services, undoing, uploads
from sms.enums import AttemptState, MessageStatus, RerouteKind
from sms.models import Attempt, Draft, Message, Reroute, SentFile, SmsPolicy, Upload
from sms.sweep import sweep
from tests.factories import make_conversation
from tests.stack import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
# Numbers that one of the other account's senders may write to: Twilio's is American, Telnyx's Czech.
AMERICAN, CZECH, CZECH_TOO = "+12025551234", "+420601234567", "+420601234568"
PICTURE = picture("a picture")
HTMX = {"HX-Request": "true", "HX-Target": "composer"}


@pytest.fixture(autouse=True)
def _no_delay(settings, tmp_path) -> None:
    settings.UNDO_SECONDS = 0
    settings.MEDIA_ROOT = tmp_path


def of_size(size: int, start: bytes = b"\xff\xd8\xff") -> bytes:
    return start + b"\x00" * (size - len(start))


def given(content: bytes = PICTURE, name: str = "holiday.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def put(client: Client, content: bytes = PICTURE, name: str = "holiday.png"):
    return client.post("/sms/files/", {"files": given(content, name)})


def stored(tenant, content: bytes = PICTURE) -> Upload:
    return uploads.store(org=tenant.org, actor=tenant.agent, given=given(content))


def queue(tenant, provider: str, *files: Upload, body: str = "", to: str = AMERICAN, **fields) -> Message:
    number = getattr(tenant, f"{provider}_number").address
    text = services.OutgoingText(
        to_number=to, body=body, from_number=number, files=tuple(file.pk for file in files), **fields
    )
    return services.send_message(org=tenant.org, actor=tenant.agent, text=text)


def send_due() -> None:
    for claimed in sending.claim(100):
        sending.send_claimed(claimed)


def again(message: Message) -> Message:
    return Message.all_orgs.get(pk=message.pk)


def refused(tenant, provider: str, *files: Upload, **fields) -> tuple[str, int]:
    with pytest.raises(services.FilesNotCarried) as caught:
        queue(tenant, provider, *files, **fields)
    return caught.value.problem.misfit.value, caught.value.problem.limit


def test_a_file_is_what_its_content_says_and_is_stored_once_in_each_organization(aurora, borealis, log_in):
    browser = log_in(aurora.agent)
    first, second = put(browser), put(browser, name="again.html")
    assert (first.status_code, second.status_code) == (200, 200)
    assert put(log_in(borealis.agent)).status_code == 200

    kept = Upload.all_orgs.get(organization=aurora.org)
    assert (kept.content_type, kept.size, kept.name) == ("image/png", len(PICTURE), "again.html")
    assert kept.uploaded_by == aurora.agent
    assert f'value="{kept.pk}"' in first.content.decode()
    shown = browser.get(f"/sms/files/{kept.pk}/")
    assert (shown["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", PICTURE)
    theirs = Upload.all_orgs.get(organization=borealis.org)
    assert theirs.sha256 == kept.sha256
    assert browser.get(f"/sms/files/{theirs.pk}/").status_code == 404
    assert log_in(aurora.customer).get(f"/sms/files/{kept.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script>", "This type of file cannot be sent"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This type of file cannot be sent"),
        (b"", "This type of file cannot be sent"),
        (of_size(5_000_001), "too large: at most 5 MB"),
        (of_size(1_000_000, b"%PDF-"), "too large: at most 1 MB"),
    ],
)
def test_what_no_account_can_send_is_refused_and_not_kept(aurora, log_in, tmp_path, content, words):
    answer = put(log_in(aurora.agent), content, "photo.jpg")
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Upload.all_orgs.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_another_organizations_file_cannot_be_sent(aurora, borealis, log_in):
    theirs = stored(borealis)
    conversation = make_conversation(aurora)
    form = {"body": "Look", "request_key": uuid4().hex, "attachment": str(theirs.pk)}
    answer = log_in(aurora.agent).post(f"/sms/{conversation.pk}/send/", form, headers=HTMX)
    assert answer.status_code == 422
    assert "A file is no longer there" in answer.content.decode()
    assert str(theirs.pk) not in answer.content.decode()
    with pytest.raises(services.UnknownFile):
        queue(aurora, "twilio", theirs)
    assert not Message.all_orgs.exists()


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
def test_the_provider_fetches_the_file_by_the_link_it_is_given(
    aurora, borealis, carrier, log_in, live_server, settings, provider
):
    settings.PUBLIC_BASE_URL = live_server.url
    file = stored(aurora)
    message = queue(aurora, provider, file)
    send_due()
    assert again(message).status == MessageStatus.ACCEPTED
    (text,) = wait_until(lambda: [one for one in carrier.truth() if one["fetched"]], seconds=20, what="the fetch")
    (fetched,) = text["fetched"]
    assert (fetched["status"], fetched["content_type"], fetched["size"]) == (200, "image/png", len(PICTURE))
    assert fetched["sha256"] == sha256(PICTURE).hexdigest()
    assert (text["provider"], text["body"], text["status"] == "failed") == (provider.upper(), "", False)
    price = {"twilio": settings.TWILIO_MMS_PRICE, "telnyx": settings.TELNYX_MMS_PRICE}[provider]
    assert (message.cost, message.file_count, message.segments) == (price, 1, 1)

    page = log_in(aurora.agent).get(f"/sms/{message.conversation_id}/").content.decode()
    assert f'<img src="/sms/files/{file.pk}/" alt="Picture 1"' in page
    assert "sms/carried" not in page


def test_a_link_works_without_a_log_in_until_its_end_and_for_one_file_only(aurora, client, settings):
    file = stored(aurora)
    path = file_links.make(file.pk).removeprefix(settings.PUBLIC_BASE_URL)
    answer = client.get(path)
    assert b"".join(answer.streaming_content) == PICTURE
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Disposition"] == 'attachment; filename="file.png"'
    assert "no-store" in answer["Cache-Control"]
    late = file_links.make(file.pk, now=time.time() - settings.MEDIA_LINK_SECONDS - 2)
    assert client.get(late.removeprefix(settings.PUBLIC_BASE_URL)).status_code == 410
    other = path.replace(file.pk.hex, uuid4().hex)
    later = path.replace("-", "-9", 1)
    assert [client.get(wrong).status_code for wrong in (other, later, f"{path}x", "/sms/carried/x")] == [404] * 4
    assert client.get("/sms/carried/").status_code == 404
    Upload.all_orgs.all().delete()
    assert client.get(path).status_code == 404


def test_what_only_one_account_can_send_goes_through_that_one_and_never_to_the_other(aurora, borealis, carrier, log_in):
    large = stored(aurora, of_size(2_000_000))
    message = queue(aurora, "telnyx", large, body="Large")
    assert (message.account, message.from_address) == (aurora.twilio, aurora.twilio_number.address)
    assert message.conversation.phone_number == aurora.telnyx_number
    way = Reroute.all_orgs.get()
    assert (way.kind, way.from_account, way.to_account) == (RerouteKind.FILES, aurora.telnyx, aurora.twilio)
    assert "instead of Telnyx" in log_in(aurora.agent).get(f"/sms/{message.conversation_id}/").content.decode()

    # A refusal that takes a text of words to the other account is the end of this one.
    carrier.script({"refuse": {"http_status": 400, "code": 21659, "message": "no"}})
    straight = queue(aurora, "twilio", large, to=CZECH)
    words = queue(aurora, "twilio", body="Words", to=CZECH_TOO)
    for _ in range(4):
        send_due()
    assert [again(one).status for one in (message, straight)] == [MessageStatus.FAILED, MessageStatus.FAILED]
    assert set(Attempt.all_orgs.filter(message__in=[message, straight]).values_list("provider")) == {("TWILIO",)}
    assert again(words).failovers == 1


def test_a_small_file_fails_over_with_a_new_link_and_the_other_price(aurora, carrier, settings):
    carrier.script({"refuse": {"http_status": 400, "code": 21659, "message": "no"}}, times=1, to=CZECH)
    message = queue(aurora, "twilio", stored(aurora), to=CZECH)
    send_due()
    assert again(message).cost == settings.TELNYX_MMS_PRICE
    send_due()
    assert (again(message).status, again(message).provider) == (MessageStatus.ACCEPTED, "TELNYX")
    first, second = Attempt.all_orgs.filter(message=message).order_by("id")
    assert (first.state, second.state) == (AttemptState.REJECTED, AttemptState.ACCEPTED)
    assert len(first.request["MediaUrl"]) == len(second.request["media_urls"]) == 1


def test_limits_of_both_providers_are_kept_for_a_text_as_a_whole(aurora):
    many = [stored(aurora, of_size(100 + number)) for number in range(11)]
    assert refused(aurora, "twilio", *many) == ("too_many", 10)
    assert refused(aurora, "twilio", *many[:10], media_urls=("https://example.com/a.png",)) == ("too_many", 10)
    large = [stored(aurora, of_size(3_000_000 + number)) for number in range(2)]
    assert refused(aurora, "telnyx", *large) == ("together_too_large", 5_000_000)
    together = [stored(aurora, of_size(600_000 + number)) for number in range(2)]
    SmsPolicy.all_orgs.create(organization=aurora.org, fails_over=False)
    assert refused(aurora, "telnyx", *together) == ("together_too_large", 999_999)
    assert queue(aurora, "twilio", *together).file_count == 2


def test_the_composer_keeps_files_when_it_is_refused_and_sends_them_without_words(aurora, borealis, log_in):
    browser, conversation = log_in(aurora.agent), make_conversation(aurora)
    url = f"/sms/{conversation.pk}/send/"
    key = uuid4().hex
    refused_ = browser.post(
        url, {"body": "x" * 1700, "request_key": key, "files": [given(), given(b"no file", "a.exe")]}
    )
    file = Upload.all_orgs.get()
    assert (refused_.status_code, f'value="{file.pk}"' in refused_.content.decode()) == (422, True)
    assert "a.exe: This type of file cannot be sent" in refused_.content.decode()
    removed = browser.post(
        url, {"body": "x", "request_key": key, "attachment": str(file.pk), "remove_file": str(file.pk)}
    )
    assert (removed.status_code, str(file.pk) in removed.content.decode()) == (200, False)
    assert not Message.all_orgs.exists()

    sent = browser.post(url, {"body": "", "request_key": key, "attachment": str(file.pk)}, headers=HTMX)
    assert sent.status_code == 200
    message = Message.all_orgs.get()
    assert (message.body, message.file_count) == ("", 1)
    assert str(file.pk) not in sent.content.decode()
    # The second click is the same text; the same key with another file is another one.
    assert browser.post(url, {"body": "", "request_key": key, "attachment": str(file.pk)}).status_code == 302
    other = stored(aurora, of_size(50))
    assert browser.post(url, {"body": "", "request_key": key, "attachment": str(other.pk)}).status_code == 422
    assert Message.all_orgs.count() == 1
    nothing = browser.post(url, {"body": " ", "request_key": uuid4().hex})
    assert "Write the text first." in nothing.content.decode()


def test_undo_scheduling_and_sending_again_keep_the_files(aurora, log_in):
    browser, conversation = log_in(aurora.agent), make_conversation(aurora)
    file, other = stored(aurora), stored(aurora, of_size(60))
    message = queue(aurora, "twilio", file, body="Hello")
    undone = browser.post(
        f"/sms/messages/{message.pk}/undo/", {"body": "", "attachment": [str(other.pk)]}, headers=HTMX
    ).content.decode()
    assert undone.index(f'value="{file.pk}"') < undone.index(f'value="{other.pk}"')
    assert Draft.all_orgs.get().files == [str(file.pk), str(other.pk)]
    browser.post(f"/sms/{conversation.pk}/draft/", {"body": "", "attachment": str(other.pk), "request_key": "k"})
    assert f'value="{other.pk}"' in browser.get(f"/sms/{conversation.pk}/").content.decode()

    later = timezone.now() + timedelta(hours=2)
    scheduled = queue(aurora, "twilio", other, body="Later", send_at=later)
    assert (scheduled.status, uploads.ids_of(scheduled)) == (MessageStatus.SCHEDULED, [other.pk])
    Message.all_orgs.filter(pk=scheduled.pk).update(status=MessageStatus.FAILED, rank=30)
    typed = undoing.rewrite(org=aurora.org, actor=aurora.agent, message=again(scheduled))
    assert typed == "Later\n\nHello"


def test_files_that_nobody_sent_are_forgotten_after_a_day_unless_a_draft_holds_them(aurora, borealis, log_in, tmp_path):
    sent, drafted, fresh, old = (stored(aurora, of_size(70 + number)) for number in range(4))
    queue(aurora, "twilio", sent)
    conversation = make_conversation(aurora)
    log_in(aurora.agent).post(f"/sms/{conversation.pk}/draft/", {"attachment": str(drafted.pk), "request_key": "k"})
    long_ago = timezone.now() - timedelta(days=2)
    Upload.all_orgs.exclude(pk=fresh.pk).filter(unused_since__isnull=False).update(unused_since=long_ago)
    swept = sweep()
    assert swept is not None
    assert swept.forgotten == 1
    left = {sent.pk, drafted.pk, fresh.pk}
    assert set(Upload.all_orgs.values_list("pk", flat=True)) == left
    assert {UUID(path.stem) for path in tmp_path.rglob("*.jpg")} == left
    assert SentFile.all_orgs.get().upload_id == sent.pk
    with pytest.raises(services.UnknownFile):
        queue(aurora, "twilio", old)


def test_the_api_hands_addresses_of_others_on_as_they_are_and_shows_both(aurora, borealis, carrier, log_in):
    address = "https://files.example/a.png"
    body = {"to_number": AMERICAN, "body": "Look", "media_urls": [address]}
    answer = log_in(aurora.agent).post("/api/sms/send", body, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["media"] == [
        {"id": None, "url": address, "content_type": None, "size": None, "state": "linked"}
    ]
    send_due()
    (text,) = carrier.truth()
    assert (text["media_urls"], text["fetched"]) == ([address], [])
    file = stored(aurora)
    message = queue(aurora, "twilio", file)
    (shown,) = log_in(aurora.agent).get(f"/api/sms/messages/{message.pk}").json()["media"]
    assert (shown["id"], shown["content_type"], shown["state"]) == (str(file.pk), "image/png", "stored")
    assert shown["url"].endswith(f"/sms/files/{file.pk}/")
