"""Which due texts a sender takes next, as a function, so that PostgreSQL plans it once per connection and not per claim.

Used by `sms.claiming` and explained there. A lane is what one sender has to send in one class. Lanes are taken in the
order of their urgency, each by one process at a time: whoever locks the sender's row sees, by a new snapshot, all that
others have taken from it.
"""

from django.db import migrations

# Seconds for which a rate is used up. A moment that no use of the rate can have made comes from a clock that has been
# put back since.
_USED = """
CREATE FUNCTION sms_rate_used(until timestamptz, burst float8) RETURNS float8 LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN until BETWEEN now() AND now() + make_interval(secs => burst + 1)
        THEN extract(epoch FROM until - now())::float8 ELSE 0 END
$$
"""
_CLAIM = """
CREATE FUNCTION sms_claim(
    wanted integer, providers text[], urgency text[], by_age boolean, lease float8, long_code float8, toll_free float8,
    short_code float8, least_burst float8, paced_provider text, account_rate float8, patience float8, looked_at integer
) RETURNS TABLE (message_id uuid, token uuid, again_in float8) LANGUAGE plpgsql VOLATILE
-- Planned once per connection: planning took two thirds of a claim, and five sixths while statistics were old. A plan
-- that is kept knows neither limits nor statistics, so it is told to look up by key what it has to look up.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    lane record;
    sender core_phonenumber;
    account core_provideraccount;
    used float8;
    room integer;
    chosen uuid[];
    account_room integer;
    taken integer;
    wait float8 := NULL;
BEGIN
    FOR lane IN
        WITH RECURSIVE lanes AS (
            -- Skips from lane to lane along the index, however many texts each has.
            (
                SELECT m.account_id, m.from_address, m.message_class FROM sms_message AS m
                WHERE m.status = 'queued' AND m.awaiting_until IS NULL
                ORDER BY 1, 2, 3 LIMIT 1
            )
            UNION ALL
            SELECT n.* FROM lanes AS l CROSS JOIN LATERAL (
                SELECT m.account_id, m.from_address, m.message_class FROM sms_message AS m
                WHERE m.status = 'queued' AND m.awaiting_until IS NULL
                    AND (m.account_id, m.from_address, m.message_class)
                        > (l.account_id, l.from_address, l.message_class)
                ORDER BY 1, 2, 3 LIMIT 1
            ) AS n
        )
        SELECT l.*, p.id AS sender_id, a.provider, p.rate, greatest(1 / p.rate, least_burst) AS burst
        FROM lanes AS l
        CROSS JOIN LATERAL (
            SELECT m.next_attempt_at FROM sms_message AS m
            WHERE m.status = 'queued' AND m.awaiting_until IS NULL AND m.account_id = l.account_id
                AND m.from_address = l.from_address AND m.message_class = l.message_class
                AND m.next_attempt_at <= now()
            ORDER BY m.next_attempt_at LIMIT 1
        ) AS head
        JOIN core_provideraccount AS a ON a.id = l.account_id
        -- A number may have moved to another account, or be gone: its texts still go, at the rate of whichever is left.
        CROSS JOIN LATERAL (
            SELECT n.id, n.paused_until, coalesce(n.texts_per_second::float8, CASE
                WHEN n.kind <> 'phone' THEN short_code
                WHEN n.address ~ '^\\+1(800|833|844|855|866|877|888)' THEN toll_free
                ELSE long_code
            END) AS rate
            FROM core_phonenumber AS n
            WHERE n.organization_id = a.organization_id
            ORDER BY n.address = l.from_address DESC, n.account_id = l.account_id DESC, n.id LIMIT 1
        ) AS p
        WHERE a.provider = ANY(providers) AND coalesce(p.paused_until <= now(), true)
        ORDER BY CASE WHEN by_age THEN 0 ELSE array_position(urgency, l.message_class::text) END, head.next_attempt_at
    LOOP
        EXIT WHEN wanted <= 0;
        SELECT * INTO sender FROM core_phonenumber AS p WHERE p.id = lane.sender_id FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            wait := 0;
            CONTINUE;
        END IF;
        used := sms_rate_used(sender.paced_until, lane.burst);
        room := least(wanted, floor((lane.burst - used) * lane.rate + 1e-6));
        IF room > 0 AND lane.provider = paced_provider THEN
            SELECT * INTO account FROM core_provideraccount AS a
            WHERE a.id = lane.account_id FOR NO KEY UPDATE SKIP LOCKED;
            account_room := CASE WHEN FOUND THEN floor(
                (least_burst - sms_rate_used(account.paced_until, least_burst)) * account_rate + 1e-6
            ) ELSE 0 END;
            IF account_room < 1 THEN
                wait := 0;
                CONTINUE;
            END IF;
            room := least(room, account_room);
        END IF;
        IF room > 0 THEN
            -- Chosen first and locked afterwards: in one statement the whole queue can become the outer loop.
            chosen := ARRAY(
                SELECT w.id FROM (
                    SELECT q.id, q.conversation_id, q.message_class, q.next_attempt_at FROM sms_message AS q
                    WHERE q.status = 'queued' AND q.awaiting_until IS NULL AND q.account_id = lane.account_id
                        AND q.from_address = lane.from_address AND q.message_class = lane.message_class
                        AND q.next_attempt_at <= now()
                    ORDER BY q.next_attempt_at, q.id LIMIT looked_at
                ) AS w
                -- OFFSET 0: asked for each of the few, never joined with all that is under way.
                WHERE NOT EXISTS (
                    SELECT FROM sms_message AS e
                    WHERE e.conversation_id = w.conversation_id AND e.status IN ('queued', 'claimed', 'sending')
                        AND (e.status <> 'queued' OR (
                            e.awaiting_until IS NULL
                            AND e.next_attempt_at <= now() + make_interval(secs => patience)
                            AND (array_position(urgency, e.message_class::text), e.id)
                                < (array_position(urgency, w.message_class::text), w.id)
                        ))
                    OFFSET 0
                )
                ORDER BY w.next_attempt_at, w.id LIMIT room
            );
            RETURN QUERY
            UPDATE sms_message AS m
            SET status = 'claimed', lease_token = gen_random_uuid(), lease_until = now() + make_interval(secs => lease),
                claims = claims + 1
            FROM (
                SELECT d.id FROM sms_message AS d
                WHERE d.id = ANY(chosen) AND d.status = 'queued' AND d.awaiting_until IS NULL
                    AND d.next_attempt_at <= now()
                FOR UPDATE SKIP LOCKED
            ) AS due
            WHERE m.id = due.id
            RETURNING m.id, m.lease_token, NULL::float8;
            GET DIAGNOSTICS taken = ROW_COUNT;
            wanted := wanted - taken;
            used := used + taken / lane.rate;
            IF taken > 0 THEN
                UPDATE core_phonenumber AS p SET paced_until = now() + make_interval(secs => used)
                WHERE p.id = lane.sender_id;
                IF lane.provider = paced_provider THEN
                    UPDATE core_provideraccount AS a
                    SET paced_until = now() + make_interval(secs =>
                        sms_rate_used(account.paced_until, least_burst) + taken / account_rate)
                    WHERE a.id = lane.account_id;
                END IF;
            END IF;
            CONTINUE WHEN taken < room;  -- Whatever is left waits for its conversation, not for the rate.
        END IF;
        wait := least(wait, used - lane.burst + 1 / lane.rate);
    END LOOP;
    IF wait IS NOT NULL THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, wait;
    END IF;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0027_find_lanes_and_ranges")]

    operations = [
        migrations.RunSQL(_USED, "DROP FUNCTION sms_rate_used(timestamptz, float8)"),
        migrations.RunSQL(
            _CLAIM,
            "DROP FUNCTION sms_claim(integer, text[], text[], boolean, float8, float8, float8, float8, float8, text, "
            "float8, float8, integer)",
        ),
    ]
