"""What was said: pieces in any order and twice, one text, published once."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from calls import services, transcripts
from calls.enums import CallStatus
from calls.models import Call, CallTranscript
from contactcenter.core.models import OutboxEvent
from tests.calls import lives
from tests.calls.lives import dialled, telnyx_report, work_through
from tests.factories import Tenant
from tests.webhooks import post_twilio

pytestmark = pytest.mark.django_db
SAID = ["Thank you", "for the great help", "and goodbye"]


def twilio_piece(tenant: Tenant, call: Call, position: int, text: str = "", *, word: str = "content") -> None:
    data = json.dumps({"transcript": text, "confidence": 0.5 + position / 10})
    changes = {"SequenceId": str(position), "TranscriptionData": data}
    form = lives.twilio_fields(tenant, f"transcription_{word}", call.provider_call_id, **changes)
    assert post_twilio(f"{lives.TWILIO}/transcript?c={call.pk}", form, tenant.twilio).status_code == 200


def talking(tenant: Tenant, provider: str = "twilio") -> Call:
    call, _attempt = dialled(tenant, provider, status=CallStatus.IN_PROGRESS, answered_at=timezone.now())
    return call


def grace_is_over() -> int:
    CallTranscript.all_orgs.update(due_at=timezone.now() - timedelta(seconds=1))
    return transcripts.complete_due()


def told(kind: str) -> list[dict[str, Any]]:
    return list(OutboxEvent.all_orgs.filter(type=kind).order_by("id").values_list("data", flat=True))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_pieces_in_any_order_and_twice_become_one_text_that_is_published_once(aurora, borealis, order):
    call = talking(aurora)
    for step in [*order, *order]:
        word = "stopped" if step == 3 else "content"
        twilio_piece(aurora, call, step + 2, SAID[step] if step < 3 else "", word=word)
    work_through()
    assert transcripts.complete_due() == 0  # The last pieces may be late.
    assert (grace_is_over(), grace_is_over()) == (1, 0)
    (one,) = told("call.transcribed")
    assert (one["call_id"], one["transcript"], one["language"]) == (str(call.pk), "\n".join(SAID), "en-US")
    assert one["confidence"] == pytest.approx((9 * 0.7 + 18 * 0.8 + 11 * 0.9) / 38, abs=1e-6)
    (mood,) = told("sentiment.analyzed")
    assert (mood["sentiment"], mood["keywords"]) == ("positive", ["thank", "great"])


def test_a_transcript_without_its_last_word_is_published_after_the_call(aurora, borealis):
    call = talking(aurora)
    twilio_piece(aurora, call, 2, "hello")
    work_through()
    assert grace_is_over() == 0
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    assert grace_is_over() == 1
    assert [one["transcript"] for one in told("call.transcribed")] == ["hello"]


def test_a_piece_that_comes_after_the_publishing_is_kept_and_told_no_more(aurora, borealis):
    call = talking(aurora)
    twilio_piece(aurora, call, 2, "first")
    twilio_piece(aurora, call, 4, word="stopped")
    work_through()
    grace_is_over()
    twilio_piece(aurora, call, 3, "second")
    work_through()
    assert grace_is_over() == 0
    assert CallTranscript.all_orgs.get().text == "first\nsecond"
    assert len(told("call.transcribed")) == len(told("sentiment.analyzed")) == 1


def test_at_telnyx_time_orders_and_the_language_is_the_one_we_asked_for(aurora, borealis):
    aurora.org.language = "cs"
    aurora.org.save()
    call = talking(aurora, "telnyx")
    for second, text in ((9, "jsem spokojený"), (3, "děkuji,")):
        data = {"transcript": text, "confidence": 0.9, "is_final": True}
        at = call.started_at + timedelta(seconds=second)
        telnyx_report(aurora, "call.transcription", call.provider_call_id, at=at, transcription_data=data)
    data = {"transcript": "jsem", "confidence": 0.2, "is_final": False}
    telnyx_report(aurora, "call.transcription", call.provider_call_id, transcription_data=data)
    work_through()
    services.end_call(org=aurora.org, actor=aurora.agent, call=call)
    grace_is_over()
    (one,) = told("call.transcribed")
    assert (one["transcript"], one["language"], one["confidence"]) == ("děkuji,\njsem spokojený", "cs-CZ", 0.9)
    assert told("sentiment.analyzed")[0]["sentiment"] == "positive"


def test_silence_is_closed_without_a_word(aurora, borealis):
    call = talking(aurora)
    twilio_piece(aurora, call, 2, word="stopped")
    work_through()
    assert grace_is_over() == 1
    assert (told("call.transcribed"), told("sentiment.analyzed")) == ([], [])
    assert CallTranscript.all_orgs.get(call=call).completed_at is not None


def test_nothing_is_published_of_a_call_that_was_deleted(aurora, borealis):
    call = talking(aurora)
    twilio_piece(aurora, call, 2, "a secret")
    work_through()
    services.delete_call(org=aurora.org, actor=aurora.admin, call=call)
    assert grace_is_over() == 1
    assert told("call.transcribed") == []


def test_another_organization_cannot_put_words_into_our_call(aurora, borealis):
    call = talking(aurora)
    twilio_piece(borealis, call, 2, "forged")
    work_through(rounds=9)
    assert not CallTranscript.all_orgs.exists()
