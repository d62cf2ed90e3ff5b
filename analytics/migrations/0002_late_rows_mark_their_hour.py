"""Whoever changes an old call or text, and however, marks its hour in the same transaction.

Rows of the last hour mark nothing, and cost a comparison: rollups keep further away from now than that
(`analytics.rollups`). The columns are all those that a figure reads; a test compares them with `analytics.sources`.
"""

from django.db import migrations

_OLD = "clock_timestamp() - interval '1 hour'"
_CALL_COLUMNS = (
    "organization_id started_at deleted_at direction status agent_id campaign_id from_number to_number answered_at "
    "duration cost cost_currency"
)
_TEXT_COLUMNS = (
    "organization_id created_at direction status author_id from_address to_address provider provider_message_id "
    "segments message_class waited_since cost cost_currency cost_source"
)


def _mark(row: str, subject: str, at: str) -> str:
    return (
        "INSERT INTO analytics_stalehour (id, organization_id, subject, starts_at, marked_at)"  # noqa: S608 - ours.
        f" VALUES (uuidv7(), {row}.organization_id, '{subject}', date_trunc('hour', {row}.{at}, 'UTC'),"
        " clock_timestamp());"
    )


def _function(subject: str, at: str) -> str:
    return f"""
CREATE FUNCTION analytics_mark_{subject}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.{at} < {_OLD} THEN
        {_mark("OLD", subject, at)}
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.{at} < {_OLD} AND (
        TG_OP = 'INSERT' OR OLD.{at} >= {_OLD} OR OLD.organization_id <> NEW.organization_id
        OR date_trunc('hour', OLD.{at}, 'UTC') <> date_trunc('hour', NEW.{at}, 'UTC')
    ) THEN
        {_mark("NEW", subject, at)}
    END IF;
    RETURN NULL;
END
$$;
"""


def _triggers(subject: str, table: str, at: str, columns: str) -> str:
    before, after = (", ".join(f"{row}.{name}" for name in columns.split()) for row in ("OLD", "NEW"))
    conditions = {
        "insert": f"NEW.{at} < {_OLD}",
        "delete": f"OLD.{at} < {_OLD}",
        "update": f"(OLD.{at} < {_OLD} OR NEW.{at} < {_OLD}) AND ROW({before}) IS DISTINCT FROM ROW({after})",
    }
    return "\n".join(
        f"CREATE TRIGGER analytics_mark_{subject}_{deed} AFTER {deed.upper()} ON {table}"
        f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION analytics_mark_{subject}();"
        for deed, when in conditions.items()
    )


def _operations(subject: str, table: str, at: str, columns: str) -> list[migrations.RunSQL]:
    dropped = " ".join(
        f"DROP TRIGGER analytics_mark_{subject}_{deed} ON {table};" for deed in ("insert", "delete", "update")
    )
    return [
        migrations.RunSQL(sql=_function(subject, at), reverse_sql=f"DROP FUNCTION analytics_mark_{subject}()"),
        migrations.RunSQL(sql=_triggers(subject, table, at, columns), reverse_sql=dropped),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
        ("calls", "0006_calls_fail_over_once"),
        ("sms", "0071_earlier_answers_know_it_too"),
    ]

    operations = [
        *_operations("calls", "calls_call", "started_at", _CALL_COLUMNS),
        *_operations("texts", "sms_message", "created_at", _TEXT_COLUMNS),
    ]
