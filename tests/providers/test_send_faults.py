"""Every way a POST can go wrong, with both SDKs, against real sockets: at most one POST, a true outcome."""

import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contactcenter.providers.base import (
    Accepted,
    Credentials,
    DeliveryStatus,
    Refused,
    SmsProvider,
    Timeouts,
    Unknown,
)
from contactcenter.providers.errors import Nature, Retry, Taxonomy
from tests.providers import faults
from tests.providers.conftest import Carrier
from tests.providers.faults import Behaviour, Server, answering

Serve = Callable[..., Server]
HTML = "<html><body>Bad gateway</body></html>"

AMBIGUOUS: dict[str, tuple[Behaviour, str, int]] = {
    "reset after reading": (faults.reset_after_reading, "reset_or_garbage", 1),
    "close after reading": (faults.close_after_reading, "reset_or_garbage", 1),
    "reset before reading": (faults.reset_before_reading, "reset_or_garbage", 0),
    "truncated 2xx": (faults.truncated, "reset_or_garbage", 1),
    "502 html": (answering("502 Bad Gateway", HTML, content_type="text/html"), "reset_or_garbage", 1),
    "504 empty": (answering("504 Gateway Timeout", ""), "reset_or_garbage", 1),
    "200 html": (answering("200 OK", HTML, content_type="text/html"), "reset_or_garbage", 1),
    "200 html called json": (answering("200 OK", HTML), "reset_or_garbage", 1),
    "200 list": (answering("200 OK", "[1, 2]"), "reset_or_garbage", 1),
    "200 null": (answering("200 OK", "null"), "reset_or_garbage", 1),
    "200 without id": (answering("200 OK", '{"data": {}}'), "reset_or_garbage", 1),
    "201 with a null id": (
        answering("201 Created", '{"sid": null, "data": {"id": null}}'),
        "reset_or_garbage",
        1,
    ),
    "307 loop": (faults.redirecting, "reset_or_garbage", 1),
    "403 html from an edge": (
        answering("403 Forbidden", HTML, content_type="text/html"),
        "reset_or_garbage",
        1,
    ),
}


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_an_ambiguous_fault_is_unknown_after_at_most_one_post(carrier: Carrier, serve: Serve, fault: str) -> None:
    behaviour, code, posts = AMBIGUOUS[fault]
    server = serve(behaviour)

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Unknown)
    assert (outcome.error.code, outcome.error.taxonomy) == (code, Taxonomy.UNKNOWN_OUTCOME)
    assert (server.connections, server.posts) == (1, posts) if fault != "307 loop" else server.posts == 1
    assert not outcome.error.facts.may_fail_over


def test_silence_ends_at_the_total_and_is_unknown(carrier: Carrier, serve: Serve) -> None:
    carrier.adapter.warm_up()
    server = serve(faults.silent)
    start = time.monotonic()

    outcome = carrier.send(server.url, total=0.5)

    assert isinstance(outcome, Unknown)
    assert outcome.error.code == "read_timeout"
    assert server.posts == 1
    assert time.monotonic() - start < 5


def test_a_server_that_drips_for_ever_does_not_hold_the_sender(carrier: Carrier, serve: Serve) -> None:
    carrier.adapter.warm_up()
    server = serve(faults.dripping)
    start = time.monotonic()

    outcome = carrier.send(server.url, total=0.5)

    assert isinstance(outcome, Unknown)
    assert outcome.error.code == "read_timeout"
    assert server.posts == 1
    assert time.monotonic() - start < 5


def test_a_deadline_leaves_no_thread_behind(carrier: Carrier, serve: Serve) -> None:
    server = serve(answering("201 Created", carrier.accepted_body()))

    carrier.send(server.url, total=30)

    for thread in [one for one in threading.enumerate() if one.name == "provider-deadline"]:
        thread.join(1)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    "status", ["500 Internal Server Error", "503 Service Unavailable", "408 Request Timeout", "409 Conflict"]
)
@pytest.mark.parametrize("parsed", [True, False], ids=["json", "html"])
def test_statuses_that_prove_nothing_are_unknown(carrier: Carrier, serve: Serve, status: str, parsed: bool) -> None:
    # A code that alone would be a certain refusal: the status outranks it.
    code = "21211" if carrier.is_twilio else "40310"
    server = serve(answering(status, carrier.error_body(code) if parsed else HTML))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Unknown)
    assert outcome.error.http_status == int(status[:3])
    assert outcome.error.code == (code if parsed else "reset_or_garbage")
    assert (outcome.error.facts.nature, outcome.error.facts.retry) == (
        Nature.AMBIGUOUS,
        Retry.NO if parsed or carrier.is_twilio else Retry.KEY,
    )
    assert server.posts == 1


REFUSALS = [
    ("400 Bad Request", "21211", "40310", Taxonomy.VALIDATION_ERROR, False),
    ("400 Bad Request", "21610", "40300", Taxonomy.OPTED_OUT, False),
    ("401 Unauthorized", "20003", "10009", Taxonomy.AUTH_ERROR, True),
    ("403 Forbidden", "20403", "10010", Taxonomy.AUTH_ERROR, True),
    ("404 Not Found", "20404", "10005", Taxonomy.VALIDATION_ERROR, False),
    ("422 Unprocessable Entity", "20422", "10027", Taxonomy.VALIDATION_ERROR, False),
    ("400 Bad Request", "21606", "40305", Taxonomy.VALIDATION_ERROR, True),
    ("400 Bad Request", "999001", "999001", Taxonomy.VALIDATION_ERROR, False),
    ("403 Forbidden", "999001", "999001", Taxonomy.AUTH_ERROR, True),
    ("418 I'm a teapot", "999001", "999001", Taxonomy.VALIDATION_ERROR, False),
]


@pytest.mark.parametrize(("status", "twilio_code", "telnyx_code", "taxonomy", "fails_over"), REFUSALS)
def test_a_parsed_4xx_is_a_certain_refusal(
    carrier: Carrier,
    serve: Serve,
    status: str,
    twilio_code: str,
    telnyx_code: str,
    taxonomy: Taxonomy,
    fails_over: bool,
) -> None:
    code = twilio_code if carrier.is_twilio else telnyx_code
    server = serve(answering(status, carrier.error_body(code)))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Refused)
    assert (outcome.error.code, outcome.error.taxonomy) == (code, taxonomy)
    assert outcome.error.http_status == int(status[:3])
    assert outcome.error.facts.may_fail_over is fails_over
    assert outcome.retry_after is None
    assert server.posts == 1


@pytest.mark.parametrize("body", ["json", "html"])
@pytest.mark.parametrize(
    ("header", "seconds"), [("Retry-After: 7", 7.0), ("Retry-After: soon", None), ("X-None: 1", None)]
)
def test_too_many_requests_is_a_refusal_that_says_when(
    carrier: Carrier, serve: Serve, body: str, header: str, seconds: float | None
) -> None:
    text = carrier.error_body("20429" if carrier.is_twilio else "10011") if body == "json" else HTML
    server = serve(answering("429 Too Many Requests", text, headers=(header,)))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Refused)
    assert (outcome.error.taxonomy, outcome.retry_after) == (Taxonomy.RATE_LIMITED, seconds)
    assert outcome.error.facts.retry is Retry.BACKOFF
    assert server.posts == 1


def test_retry_after_may_be_a_date(carrier: Carrier, serve: Serve) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    server = serve(answering("429 Too Many Requests", "", headers=(f"Retry-After: {date}",)))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Refused)
    assert outcome.retry_after is not None
    assert 50 < outcome.retry_after <= 60


def test_an_ambiguous_code_outranks_its_status(carrier: Carrier, serve: Serve) -> None:
    server = serve(answering("400 Bad Request", carrier.error_body("20500" if carrier.is_twilio else "10007")))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Unknown)
    assert outcome.error.taxonomy is Taxonomy.UNKNOWN_OUTCOME


def test_a_refused_connection_proves_that_nothing_was_sent(carrier: Carrier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    outcome = carrier.send(f"http://127.0.0.1:{port}")

    assert isinstance(outcome, Refused)
    assert (outcome.error.code, outcome.error.taxonomy) == ("connect_failed", Taxonomy.PROVIDER_ERROR)
    assert outcome.error.facts.may_fail_over


def test_a_name_that_does_not_resolve_proves_it_too(carrier: Carrier) -> None:
    outcome = carrier.send("http://nowhere.invalid")

    assert isinstance(outcome, Refused)
    assert outcome.error.code == "connect_failed"


def test_a_connection_that_is_not_taken_up_proves_it_too(carrier: Carrier) -> None:
    carrier.adapter.warm_up()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        # Fill the backlog; the kernel then leaves further connects unanswered.
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        outcome = carrier.send(f"http://127.0.0.1:{address[1]}", connect=0.3)
        for filler in fillers:
            filler.close()

    assert isinstance(outcome, Refused)
    assert outcome.error.code == "connect_failed"


def test_an_untrusted_certificate_proves_it_too(carrier: Carrier, serve: Serve, tmp_path: Path) -> None:
    server = serve(answering("201 Created", carrier.accepted_body()), tls=_self_signed(tmp_path))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Refused)
    assert outcome.error.code == "connect_failed"
    assert server.posts == 0


def test_dialling_past_the_deadline_sends_nothing(
    carrier: Carrier, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.adapter.warm_up()
    server = serve(answering("201 Created", carrier.accepted_body()))
    resolve = socket.getaddrinfo

    def slowly(*args: object, **kwargs: object) -> object:
        threading.Event().wait(0.3)  # a slow resolver: no timeout of the SDKs covers it
        return resolve(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    outcome = carrier.send(server.url, total=0.1)

    assert isinstance(outcome, Refused)
    assert outcome.error.code == "connect_failed"
    assert server.posts == 0


@pytest.mark.parametrize("secret", ["", "key\n", "two words", "klíč"])
def test_unusable_credentials_are_refused_without_dialling(carrier: Carrier, serve: Serve, secret: str) -> None:
    server = serve(answering("201 Created", carrier.accepted_body()))
    good = carrier.credentials(server.url)
    bad = type(good)(account_id=good.account_id, secret=secret, base_url=good.base_url)

    outcome = carrier.adapter.send(bad, carrier.adapter.wire_request(carrier.request()), Timeouts(1, 1))

    assert isinstance(outcome, Refused)
    assert (outcome.error.code, outcome.error.taxonomy) == ("unusable_credentials", Taxonomy.AUTH_ERROR)
    assert server.connections == 0


def test_a_missing_account_is_not_taken_from_the_environment(
    twilio: SmsProvider, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "f" * 32)
    server = serve(answering("201 Created", Carrier(twilio).accepted_body()))
    homeless = Credentials(secret="token", base_url=server.url)

    outcome = twilio.send(homeless, twilio.wire_request(Carrier(twilio).request()), Timeouts(1, 1))

    assert isinstance(outcome, Refused)
    assert outcome.error.code == "unusable_credentials"
    assert server.connections == 0


def test_the_environment_does_not_redirect_a_text(
    carrier: Carrier, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TWILIO_REGION", "TWILIO_EDGE"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("TELNYX_BASE_URL", "http://127.0.0.1:9/v2")
    server = serve(answering("201 Created", carrier.accepted_body()))

    assert isinstance(carrier.send(server.url), Accepted)
    assert server.posts == 1


def test_an_accepted_text_carries_what_the_provider_said(carrier: Carrier, serve: Serve) -> None:
    server = serve(answering("201 Created", carrier.accepted_body()))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Accepted)
    assert (outcome.status, outcome.raw_status, outcome.segments) == (DeliveryStatus.QUEUED, "queued", 1)
    assert server.posts == 1
    if carrier.is_twilio:
        assert outcome.provider_message_id == "SM" + "a" * 32
        assert (outcome.sender, outcome.cost, outcome.currency) == ("+14155552345", None, None)
    else:
        assert outcome.provider_message_id == "40385f64-5717-4562-b3fc-2c963f66afa6"
        assert (outcome.sender, str(outcome.cost), outcome.currency) == ("+18445550001", "0.0051", "USD")


def test_an_id_is_enough_to_be_accepted(carrier: Carrier, serve: Serve) -> None:
    """Whatever else is odd about the answer: reading it strictly would turn an accepted text into a doubt."""
    odd = '"status": 7, "date_updated": 5, "num_segments": "many", "error_code": "x", "to": "?", "price": "NaN"'
    body = f'{{"sid": "SM1", {odd}, "data": {{"id": "m1", "to": 5, "from": [], "cost": "x", "parts": -1}}}}'
    server = serve(answering("200 OK", body))

    outcome = carrier.send(server.url)

    assert isinstance(outcome, Accepted)
    assert outcome.provider_message_id == ("SM1" if carrier.is_twilio else "m1")
    assert (outcome.status, outcome.segments, outcome.cost, outcome.sender) == (None, None, None, None)


def test_many_threads_share_one_adapter(carrier: Carrier, serve: Serve) -> None:
    server = serve(answering("201 Created", carrier.accepted_body()))
    outcomes: list[object] = []
    threads = [threading.Thread(target=lambda: outcomes.append(carrier.send(server.url, total=10))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [type(one) for one in outcomes] == [Accepted] * 16
    assert (server.posts, server.connections) == (16, 16)


def _self_signed(folder: Path) -> object:
    import ssl  # only this test speaks TLS

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2024, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
