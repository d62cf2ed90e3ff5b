"""An agent's load is kept by PostgreSQL itself, whoever writes calls and however.

A call is held while it has an agent, has not ended and was not deleted. Every change of that moves the load of the
agent who let go and of the agent who took over, in the transaction of its cause.
"""

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION calls_follow_load() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held_before uuid := NULL;
    held_after uuid := NULL;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status IN ('QUEUED', 'RINGING', 'IN_PROGRESS', 'ON_HOLD') AND OLD.deleted_at IS NULL
    THEN
        held_before := OLD.agent_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status IN ('QUEUED', 'RINGING', 'IN_PROGRESS', 'ON_HOLD') AND NEW.deleted_at IS NULL
    THEN
        held_after := NEW.agent_id;
    END IF;
    IF held_before IS DISTINCT FROM held_after THEN
        -- A profile of theirs that is being made counts these calls itself.
        PERFORM 1 FROM core_user AS u WHERE u.id IN (held_before, held_after) FOR KEY SHARE;
        -- In one order, so that two calls that swap their agents do not wait for each other.
        PERFORM 1 FROM agents_agent AS a WHERE a.user_id IN (held_before, held_after) ORDER BY a.id FOR UPDATE;
        UPDATE agents_agent AS a
        SET current_load = a.current_load
            + (a.user_id IS NOT DISTINCT FROM held_after)::int - (a.user_id IS NOT DISTINCT FROM held_before)::int,
            updated_at = now()
        WHERE a.user_id IN (held_before, held_after);
    END IF;
    RETURN NULL;
END
$$;
"""
_TRIGGER = """
CREATE TRIGGER calls_follow_load AFTER INSERT OR DELETE OR UPDATE OF status, agent_id, deleted_at ON calls_call
FOR EACH ROW EXECUTE FUNCTION calls_follow_load();
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0002_same_organization"), ("agents", "0004_load_phone_and_teams")]

    operations = [
        migrations.RunSQL(sql=_FUNCTION, reverse_sql="DROP FUNCTION calls_follow_load()"),
        migrations.RunSQL(sql=_TRIGGER, reverse_sql="DROP TRIGGER calls_follow_load ON calls_call"),
    ]
