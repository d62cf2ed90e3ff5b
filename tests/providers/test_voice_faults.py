"""Every way a dial and a command can go wrong, against real sockets: at most one POST, a true outcome."""

import json
import socket
import time
from collections.abc import Callable

import pytest

from contactcenter.providers.base import Credentials, Refused, Timeouts, Unknown
from contactcenter.providers.errors import Nature, Retry, Taxonomy
from contactcenter.providers.voice import CallWord, CommandOutcome, Dialled, DialOutcome, Done
from tests.providers import faults
from tests.providers.conftest import VoiceCarrier
from tests.providers.faults import Server, answering
from tests.providers.test_send_faults import AMBIGUOUS, HTML

Serve = Callable[..., Server]
Act = Callable[..., DialOutcome | CommandOutcome]

ACTS: dict[str, Act] = {"dial": VoiceCarrier.dial, "hang up": VoiceCarrier.hang_up}


@pytest.fixture(params=ACTS)
def act(request: pytest.FixtureRequest) -> Act:
    return ACTS[request.param]


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_an_ambiguous_fault_is_unknown_after_at_most_one_post(
    voice_carrier: VoiceCarrier, serve: Serve, act: Act, fault: str
) -> None:
    behaviour, code, posts = AMBIGUOUS[fault]
    server = serve(behaviour)

    outcome = act(voice_carrier, server.url)

    assert isinstance(outcome, Unknown)
    assert (outcome.error.code, outcome.error.taxonomy) == (code, Taxonomy.UNKNOWN_OUTCOME)
    assert (server.connections, server.posts) == (1, posts) if fault != "307 loop" else server.posts == 1
    assert not outcome.error.facts.may_fail_over


@pytest.mark.parametrize("behaviour", [faults.silent, faults.dripping])
def test_no_end_of_an_answer_ends_at_the_total_and_is_unknown(
    voice_carrier: VoiceCarrier, serve: Serve, act: Act, behaviour: faults.Behaviour
) -> None:
    voice_carrier.adapter.warm_up()
    server = serve(behaviour)
    start = time.monotonic()

    outcome = act(voice_carrier, server.url, total=0.5)

    assert isinstance(outcome, Unknown)
    assert outcome.error.code == "read_timeout"
    assert server.posts == 1
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "status", ["500 Internal Server Error", "503 Service Unavailable", "408 Request Timeout", "409 Conflict"]
)
@pytest.mark.parametrize("parsed", [True, False], ids=["json", "html"])
def test_statuses_that_prove_nothing_are_unknown(
    voice_carrier: VoiceCarrier, serve: Serve, act: Act, status: str, parsed: bool
) -> None:
    # Codes that alone would be a certain refusal, or an end of the call: the status outranks them.
    code = "21220" if voice_carrier.is_twilio else "90018"
    server = serve(answering(status, voice_carrier.error_body(code) if parsed else HTML))

    outcome = act(voice_carrier, server.url)

    assert isinstance(outcome, Unknown)
    assert outcome.error.http_status == int(status[:3])
    assert outcome.error.facts.nature is Nature.AMBIGUOUS
    assert server.posts == 1


REFUSALS = [
    ("400 Bad Request", "21211", "10016", Taxonomy.VALIDATION_ERROR, False),
    ("400 Bad Request", "21215", "10015", Taxonomy.VALIDATION_ERROR, False),
    ("401 Unauthorized", "20003", "10009", Taxonomy.AUTH_ERROR, True),
    ("403 Forbidden", "20403", "10010", Taxonomy.AUTH_ERROR, True),
    ("422 Unprocessable Entity", "20422", "10027", Taxonomy.VALIDATION_ERROR, False),
    ("429 Too Many Requests", "10004", "90041", Taxonomy.RATE_LIMITED, True),
    ("400 Bad Request", "999001", "999001", Taxonomy.VALIDATION_ERROR, False),
]


@pytest.mark.parametrize(("status", "twilio_code", "telnyx_code", "taxonomy", "fails_over"), REFUSALS)
def test_a_parsed_4xx_is_a_certain_refusal(
    voice_carrier: VoiceCarrier,
    serve: Serve,
    act: Act,
    status: str,
    twilio_code: str,
    telnyx_code: str,
    taxonomy: Taxonomy,
    fails_over: bool,
) -> None:
    code = twilio_code if voice_carrier.is_twilio else telnyx_code
    server = serve(answering(status, voice_carrier.error_body(code), headers=("Retry-After: 7",)))

    outcome = act(voice_carrier, server.url)

    assert isinstance(outcome, Refused)
    assert (outcome.error.code, outcome.error.taxonomy) == (code, taxonomy)
    assert outcome.error.facts.may_fail_over is fails_over
    assert outcome.retry_after == 7.0
    assert server.posts == 1


def test_a_number_that_does_not_exist_is_a_refusal_to_dial(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    """The codes that mean "too late" for a command mean nothing of the kind for a dial."""
    for status, code in (("404 Not Found", "20404" if voice_carrier.is_twilio else "10005"), ("422 No", "90018")):
        outcome = voice_carrier.dial(serve(answering(status, voice_carrier.error_body(code))).url)
        assert isinstance(outcome, Refused)
        assert outcome.error.code == code


@pytest.mark.parametrize("act_name", ACTS)
def test_a_failure_to_connect_proves_that_nothing_was_sent(voice_carrier: VoiceCarrier, act_name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    outcome = ACTS[act_name](voice_carrier, f"http://127.0.0.1:{port}")

    assert isinstance(outcome, Refused)
    assert (outcome.error.code, outcome.error.taxonomy) == ("connect_failed", Taxonomy.PROVIDER_ERROR)


def test_unusable_credentials_are_refused_without_dialling(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    server = serve(answering("201 Created", voice_carrier.dialled_body()))
    bad = Credentials(secret="key\n", base_url=server.url)
    adapter, limits = voice_carrier.adapter, Timeouts(1, 1)

    outcomes = [
        adapter.dial(bad, adapter.dial_request(voice_carrier.request()), limits),
        adapter.command(bad, voice_carrier.call_id, adapter.hang_up_request(), "c", limits),
    ]

    assert [one.error.code for one in outcomes if isinstance(one, Refused)] == ["unusable_credentials"] * 2
    assert server.connections == 0


def test_an_accepted_dial_carries_what_the_provider_said(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    server = serve(answering("201 Created", voice_carrier.dialled_body()))

    outcome = voice_carrier.dial(server.url)

    assert server.posts == 1
    if voice_carrier.is_twilio:
        assert outcome == Dialled("CA" + "a" * 32, CallWord.COMPLETED, "completed")
    else:
        assert outcome == Dialled(
            voice_carrier.call_id,
            CallWord.QUEUED,
            "",
            "2dc6fc34-f9e0-11ea-b68e-02420a0f7768",
            "2dc1b3c8-f9e0-11ea-bc5a-02420a0f7768",
        )


def test_an_id_is_enough_to_be_dialled(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    """Whatever else is odd about the answer: reading it strictly would turn an accepted call into a doubt."""
    body = {
        "sid": "CA1",
        "status": 7,
        "price": "x",
        "start_time": 5,
        "data": {"call_control_id": "v3:1", "is_alive": 3},
    }
    outcome = voice_carrier.dial(serve(answering("200 OK", json.dumps(body))).url)

    assert isinstance(outcome, Dialled)
    assert outcome.provider_call_id == ("CA1" if voice_carrier.is_twilio else "v3:1")


def test_a_command_that_is_taken_is_done(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    server = serve(answering("200 OK", voice_carrier.commanded_body()))
    assert voice_carrier.hang_up(server.url) == Done(too_late=False)
    assert server.posts == 1


TOO_LATE = [
    ("400 Bad Request", "21220", "90018"),
    ("404 Not Found", "20404", "10005"),
    ("422 Unprocessable Entity", "21220", "90015"),
]


@pytest.mark.parametrize(("status", "twilio_code", "telnyx_code"), TOO_LATE)
def test_hanging_up_a_call_that_is_over_is_done(
    voice_carrier: VoiceCarrier, serve: Serve, status: str, twilio_code: str, telnyx_code: str
) -> None:
    code = twilio_code if voice_carrier.is_twilio else telnyx_code
    server = serve(answering(status, voice_carrier.error_body(code)))
    assert voice_carrier.hang_up(server.url) == Done(too_late=True)
    assert server.posts == 1


def test_a_missing_page_does_not_say_that_the_call_is_over(voice_carrier: VoiceCarrier, serve: Serve) -> None:
    server = serve(answering("404 Not Found", HTML, content_type="text/html"))
    assert isinstance(voice_carrier.hang_up(server.url), Unknown)


def test_a_command_that_comes_too_early_may_be_repeated(serve: Serve, telnyx_voice: object) -> None:
    carrier = VoiceCarrier(telnyx_voice)  # type: ignore[arg-type]
    server = serve(answering("422 Unprocessable Entity", carrier.error_body("90034")))
    outcome = carrier.hang_up(server.url)
    assert isinstance(outcome, Refused)
    assert outcome.error.facts.retry is Retry.BACKOFF


@pytest.mark.parametrize("bad", ["", "../Messages/SM1", "a b", "a?b=c", "a/b"])
def test_an_id_that_would_change_the_path_is_not_commanded(voice_carrier: VoiceCarrier, serve: Serve, bad: str) -> None:
    server = serve(answering("200 OK", voice_carrier.commanded_body()))
    adapter = voice_carrier.adapter
    outcome = adapter.command(
        voice_carrier.credentials(server.url), bad, adapter.hang_up_request(), "command-1", Timeouts(1, 1)
    )
    assert isinstance(outcome, Refused)
    assert (outcome.error.taxonomy, outcome.error.facts.retry) == (Taxonomy.VALIDATION_ERROR, Retry.NO)
    assert server.connections == 0
