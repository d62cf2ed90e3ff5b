"""Whoever changes rollups, or takes a mark away, and however, gives the organization's state another version.

By triggers, and not by the worker's code: a worker of the release before, which knows no versions, may run for a while
beside web servers that keep what they have read.
"""

from django.db import migrations

_TABLES = {"calls": "analytics_callrollup", "texts": "analytics_textrollup"}
_ROLLUPS_CHANGED = """
CREATE FUNCTION analytics_rollups_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE analytics_rollupstate SET version = gen_random_uuid()
    WHERE subject = TG_ARGV[0] AND organization_id IN (SELECT c.organization_id FROM changed AS c);
    RETURN NULL;
END
$$;
"""
_MARKS_TAKEN = """
CREATE FUNCTION analytics_marks_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE analytics_rollupstate SET version = gen_random_uuid()
    WHERE (organization_id, subject) IN (SELECT c.organization_id, c.subject FROM changed AS c);
    RETURN NULL;
END
$$;
"""


def _trigger(table: str, deed: str, function: str) -> migrations.RunSQL:
    name = f"{table}_{deed}_renews_the_version"
    rows = "NEW" if deed == "insert" else "OLD"
    return migrations.RunSQL(
        sql=f"CREATE TRIGGER {name} AFTER {deed.upper()} ON {table} REFERENCING {rows} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}",
        reverse_sql=f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0030_rollups_have_a_version")]

    operations = [
        migrations.RunSQL(sql=_ROLLUPS_CHANGED, reverse_sql="DROP FUNCTION analytics_rollups_changed()"),
        migrations.RunSQL(sql=_MARKS_TAKEN, reverse_sql="DROP FUNCTION analytics_marks_taken()"),
        *(
            _trigger(table, deed, f"analytics_rollups_changed('{subject}')")
            for subject, table in _TABLES.items()
            for deed in ("insert", "update", "delete")
        ),
        *(_trigger("analytics_stalehour", deed, "analytics_marks_taken()") for deed in ("update", "delete")),
    ]
