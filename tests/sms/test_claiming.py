"""Who goes first, one at a time in a conversation, and no faster than a number may."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from contactcenter.core.models import PhoneNumber
from sms import claiming, sending
from sms.enums import URGENCY, MessageClass, MessageStatus
from sms.models import Conversation, Message
from tests.factories import Tenant, make_conversation, make_message

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(tenant: Tenant, conversation: Conversation | None = None, *, seconds: float = 1, **fields) -> Message:
    """Make a text that has been due for so many seconds."""
    at = timezone.now() - timedelta(seconds=seconds)
    return make_message(
        conversation or make_conversation(tenant), status=MessageStatus.QUEUED, at=at, next_attempt_at=at, **fields
    )


def look(limit: int = 100, *, by_age: bool = False, providers=("TWILIO", "TELNYX")) -> list:
    return [claim.message_id for claim in claiming.look(limit, providers=providers, by_age=by_age).taken]


def end(message_id) -> None:
    Message.all_orgs.filter(pk=message_id).update(status=MessageStatus.FAILED, lease_token=None, lease_until=None)


def test_urgent_classes_go_first_and_the_oldest_of_each(aurora, borealis):
    texts = [waiting(aurora, seconds=9 - n, message_class=kind) for n, kind in enumerate(reversed(URGENCY))]
    second = waiting(borealis, seconds=20, message_class=MessageClass.REPLY)
    order = [look(1)[0] for _ in range(6)]
    replies = [text.pk for text in texts if text.message_class == MessageClass.REPLY]
    of_class = {text.message_class: text.pk for text in texts}
    assert order == [
        of_class[MessageClass.CODE],
        second.pk,
        *replies,
        of_class[MessageClass.AUTOMATIC],
        of_class[MessageClass.NOTICE],
        of_class[MessageClass.BULK],
    ]


def test_a_look_by_age_keeps_bulk_texts_moving_while_replies_never_end(aurora):
    bulk = waiting(aurora, seconds=60, message_class=MessageClass.BULK)
    waiting(aurora)
    assert look(1, by_age=True) == [bulk.pk]
    taken = []
    others = [waiting(aurora, seconds=50 - n / 10, message_class=MessageClass.BULK).pk for n in range(3)]
    for _ in range(200):
        waiting(aurora)
        taken += [claim.message_id for claim in sending.claim(1)]
        if set(others) <= set(taken):
            break
    assert set(others) <= set(taken)


def test_one_text_of_a_conversation_is_under_way_and_they_leave_in_order(aurora, borealis):
    conversation = make_conversation(aurora)
    first, second, third = (waiting(aurora, conversation, seconds=5 - n) for n in range(3))
    elsewhere = waiting(borealis)
    assert set(look()) == {first.pk, elsewhere.pk}
    assert look() == []
    Message.all_orgs.filter(pk=first.pk).update(status=MessageStatus.SENDING)
    assert look() == []
    end(first.pk)
    assert look() == [second.pk]
    # Nobody knows how long a doubt lasts: it holds nothing up.
    Message.all_orgs.filter(pk=second.pk).update(status=MessageStatus.UNCERTAIN, lease_token=None)
    assert look() == [third.pk]


def test_a_short_pause_holds_the_followers_up_and_a_long_one_does_not(aurora):
    conversation = make_conversation(aurora)
    first = waiting(aurora, conversation)
    second = waiting(aurora, conversation)
    Message.all_orgs.filter(pk=first.pk).update(next_attempt_at=timezone.now() + timedelta(seconds=10))
    assert look() == []
    Message.all_orgs.filter(pk=first.pk).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    assert look() == [second.pk]


def test_an_agents_reply_does_not_wait_for_a_bulk_text_to_the_same_person(aurora):
    conversation = make_conversation(aurora)
    bulk = waiting(aurora, conversation, seconds=600, message_class=MessageClass.BULK)
    reply = waiting(aurora, conversation)
    assert look(by_age=True) == [reply.pk]
    assert look() == []
    end(reply.pk)
    assert look() == [bulk.pk]


def test_a_number_sends_no_faster_than_it_may(aurora, borealis, settings):
    settings.LONG_CODE_TEXTS_PER_SECOND = 2
    for tenant in (aurora, borealis):
        for _ in range(3):
            waiting(tenant)
    PhoneNumber.all_orgs.filter(pk=borealis.twilio_number.pk).update(texts_per_second=100)
    found = claiming.look(100, providers=["TWILIO"], by_age=False)
    orgs = [Message.all_orgs.get(pk=claim.message_id).organization_id for claim in found.taken]
    assert (orgs.count(aurora.org.pk), orgs.count(borealis.org.pk)) == (1, 3)
    assert 0.3 < found.again_in <= 0.5
    assert look() == []
    _pass_time(aurora.twilio_number, seconds=0.51)
    assert len(look()) == 1
    assert Message.all_orgs.filter(status=MessageStatus.QUEUED, lease_token=None).count() == 1


def test_a_clock_that_was_put_back_does_not_silence_a_number(aurora, settings):
    settings.LONG_CODE_TEXTS_PER_SECOND = 2
    waiting(aurora)
    _pass_time(aurora.twilio_number, seconds=-7200)
    assert len(look()) == 1


def test_all_numbers_of_a_telnyx_account_share_its_rate(aurora, settings):
    settings.TELNYX_TEXTS_PER_SECOND = 8
    for _ in range(5):
        waiting(aurora, make_conversation(aurora, phone_number=aurora.telnyx_number))
        waiting(aurora)
    found = [Message.all_orgs.get(pk=pk).provider for pk in look()]
    assert (found.count("TELNYX"), found.count("TWILIO")) == (2, 5)


def test_a_paused_number_keeps_its_texts_and_sends_them_later(aurora):
    text = waiting(aurora)
    numbers = PhoneNumber.all_orgs.filter(pk=aurora.twilio_number.pk)
    numbers.update(paused_until=timezone.now() + timedelta(minutes=1))
    assert look() == []
    numbers.update(paused_until=timezone.now() - timedelta(seconds=1))
    assert look() == [text.pk]


def test_texts_of_a_number_that_moved_or_is_gone_are_still_sent(aurora, borealis):
    moved, gone = waiting(aurora), waiting(aurora, from_address="+12025550999")
    PhoneNumber.all_orgs.filter(pk=aurora.twilio_number.pk).update(account=aurora.telnyx, provider="TELNYX")
    assert set(look()) == {moved.pk, gone.pk}


def test_parallel_workers_together_keep_rate_and_order(aurora, settings):
    """With the number's lock left out, each of them would take its second's worth."""
    settings.LONG_CODE_TEXTS_PER_SECOND = 4
    conversation = make_conversation(aurora)
    for n in range(10):
        waiting(aurora, seconds=30 - n)
        waiting(aurora, conversation, seconds=30 - n)
    together = threading.Barrier(8)

    def work(_number: int) -> list:
        try:
            together.wait()
            return look(by_age=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        taken = [pk for found in pool.map(work, range(8)) for pk in found]
    assert len(taken) == 1
    assert len(set(taken)) == len(taken)


def _read_so_far() -> tuple[int, int]:
    """Scans of the whole table of texts, and texts fetched by an index, since the database was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT seq_scan, idx_tup_fetch FROM pg_stat_user_tables WHERE relid = 'sms_message'::regclass")
        scans, rows = cursor.fetchone()
    return scans, rows


def test_the_claim_reads_its_lanes_from_the_index(aurora):
    """Thousands of waiting texts cost as much as a few: no statement looks at all of them."""
    conversation = make_conversation(aurora)
    text = waiting(aurora, conversation)
    with connection.cursor() as cursor:
        columns = [f.column for f in Message._meta.concrete_fields if f.column not in ("id", "conversation_id")]
        cursor.execute(
            """
            INSERT INTO sms_conversation (id, organization_id, contact_id, phone_number_id, address, state,
                unread_count, last_message_at, last_preview, last_direction, last_status, created_at)
            SELECT uuidv7(), organization_id, contact_id, phone_number_id, '+1303' || 5000000 + n, state, 0,
                last_message_at, '', last_direction, last_status, now()
            FROM sms_conversation, generate_series(1, 4000) AS n WHERE id = %s
            """,
            [conversation.pk],
        )
        cursor.execute(
            f"INSERT INTO sms_message (id, conversation_id, {', '.join(columns)}) "
            f"SELECT uuidv7(), c.id, {', '.join('m.' + name for name in columns)} "
            "FROM sms_message AS m, sms_conversation AS c WHERE m.id = %s AND c.id <> m.conversation_id",
            [text.pk],
        )
        cursor.execute("ANALYZE sms_message")
    scans, rows = _read_so_far()
    assert len(claiming.look(8, providers=["TWILIO", "TELNYX"], by_age=False).taken) == 8
    scans_now, rows_now = _read_so_far()
    assert scans_now == scans
    assert rows_now > rows  # Otherwise nothing was counted.
    assert rows_now - rows < 3 * claiming._LOOKED_AT  # Of 4,000: a claim looks at so many of a lane, however many wait.


def _pass_time(number: PhoneNumber, *, seconds: float) -> None:
    """Let the number's rate recover as if so much time had passed."""
    row = PhoneNumber.all_orgs.get(pk=number.pk)
    at = (row.paced_until or timezone.now()) - timedelta(seconds=seconds)
    PhoneNumber.all_orgs.filter(pk=number.pk).update(paced_until=at)
