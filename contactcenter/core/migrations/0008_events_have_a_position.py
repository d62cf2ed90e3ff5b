"""Events are published in the order of a number that PostgreSQL gives while it holds the lock of their object.

Two transactions with an event of the same object come one after the other, on whatever hosts: the second one gets its
number after the first has committed, so that the publisher sees them in that order.
"""

from django.db import migrations, models

_FUNCTION = """
CREATE FUNCTION core_outboxevent_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7303, hashtext(NEW.object_id::text));
    NEW.position := nextval('core_outboxevent_position');
    RETURN NEW;
END
$$;
"""
_TRIGGER = """
CREATE TRIGGER core_outboxevent_number BEFORE INSERT ON core_outboxevent
FOR EACH ROW EXECUTE FUNCTION core_outboxevent_number();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0007_find_ended_logins")]

    operations = [
        migrations.AddField(
            model_name="outboxevent",
            name="position",
            field=models.BigIntegerField(db_default=0, editable=False, verbose_name="position"),
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE core_outboxevent_position AS bigint",
            reverse_sql="DROP SEQUENCE core_outboxevent_position",
        ),
        migrations.RunSQL(sql=_FUNCTION, reverse_sql="DROP FUNCTION core_outboxevent_number()"),
        migrations.RunSQL(sql=_TRIGGER, reverse_sql="DROP TRIGGER core_outboxevent_number ON core_outboxevent"),
    ]
