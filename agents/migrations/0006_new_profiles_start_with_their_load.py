"""A profile that is made, or given to another user, while that user holds calls starts with them as its load."""

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION agents_begin_with_load() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Calls that are given to this user at this very moment are counted by one of the two triggers, not by neither.
    PERFORM 1 FROM core_user AS u WHERE u.id = NEW.user_id FOR UPDATE;
    NEW.current_load := (
        SELECT count(*) FROM calls_call
        WHERE agent_id = NEW.user_id AND deleted_at IS NULL
            AND status IN ('QUEUED', 'RINGING', 'IN_PROGRESS', 'ON_HOLD')
    );
    RETURN NEW;
END
$$;
"""
_TRIGGER = """
CREATE TRIGGER agents_begin_with_load BEFORE INSERT OR UPDATE OF user_id ON agents_agent
FOR EACH ROW EXECUTE FUNCTION agents_begin_with_load();
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0005_teams_of_one_organization"), ("calls", "0003_load_follows_the_calls")]

    operations = [
        migrations.RunSQL(sql=_FUNCTION, reverse_sql="DROP FUNCTION agents_begin_with_load()"),
        migrations.RunSQL(sql=_TRIGGER, reverse_sql="DROP TRIGGER agents_begin_with_load ON agents_agent"),
    ]
