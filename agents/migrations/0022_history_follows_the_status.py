"""The history of statuses is written by PostgreSQL itself, whoever changes one and however.

A change that does not say who made it, and when, is of nobody, and is now.
"""

from django.db import migrations

_DATE = """
CREATE FUNCTION agents_date_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.status_changed_at, NEW.status_source, NEW.status_by_id, NEW.status_reason)
        IS NOT DISTINCT FROM (OLD.status_changed_at, OLD.status_source, OLD.status_by_id, OLD.status_reason)
    THEN
        NEW.status_changed_at := clock_timestamp();
        NEW.status_source := '';
        NEW.status_by_id := NULL;
        NEW.status_reason := '';
    END IF;
    RETURN NEW;
END
$$;
"""
_DATE_TRIGGER = """
CREATE TRIGGER agents_date_status BEFORE UPDATE OF status ON agents_agent
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION agents_date_status();
"""
# The id is a UUID of version 7 (RFC 9562), as contactcenter/core/ids.py makes them.
_NOTE = """
CREATE FUNCTION agents_note_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := '';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status IS NOT DISTINCT FROM NEW.status THEN
            RETURN NULL;
        END IF;
        before := OLD.status;
    END IF;
    INSERT INTO agents_agentstatuschange
        (id, organization_id, agent_id, from_status, to_status, reason, source, by_id, at)
    VALUES (
        encode(
            set_bit(set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                    FROM 1 FOR 6
                ), 52, 1), 53, 1),
            'hex'
        )::uuid,
        NEW.organization_id, NEW.id, before, NEW.status, NEW.status_reason, NEW.status_source, NEW.status_by_id,
        NEW.status_changed_at
    );
    RETURN NULL;
END
$$;
"""
_NOTE_TRIGGER = """
CREATE TRIGGER agents_note_status AFTER INSERT OR UPDATE OF status ON agents_agent
FOR EACH ROW EXECUTE FUNCTION agents_note_status();
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0021_statuses_of_one_organization")]

    operations = [
        migrations.RunSQL(sql=_DATE, reverse_sql="DROP FUNCTION agents_date_status()"),
        migrations.RunSQL(sql=_DATE_TRIGGER, reverse_sql="DROP TRIGGER agents_date_status ON agents_agent"),
        migrations.RunSQL(sql=_NOTE, reverse_sql="DROP FUNCTION agents_note_status()"),
        migrations.RunSQL(sql=_NOTE_TRIGGER, reverse_sql="DROP TRIGGER agents_note_status ON agents_agent"),
    ]
