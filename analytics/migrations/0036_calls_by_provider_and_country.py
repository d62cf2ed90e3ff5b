"""Rollups are counted by country, and calls by provider: a call that changes its provider marks its hour, too."""

from django.db import migrations, models

_OLD = "clock_timestamp() - interval '1 hour'"
_COLUMNS = (
    "organization_id started_at deleted_at direction status agent_id campaign_id from_number to_number answered_at "
    "duration cost cost_currency"
)
_CHOICES = [
    ("all", "nothing"),
    ("agent", "agent"),
    ("campaign", "campaign"),
    ("number", "number"),
    ("provider", "provider"),
    ("country", "country"),
]


def _trigger(columns: str) -> str:
    before, after = (", ".join(f"{row}.{name}" for name in columns.split()) for row in ("OLD", "NEW"))
    condition = f"(OLD.started_at < {_OLD} OR NEW.started_at < {_OLD}) AND ROW({before}) IS DISTINCT FROM ROW({after})"
    return f"""
    DROP TRIGGER analytics_mark_calls_update ON calls_call;
    CREATE TRIGGER analytics_mark_calls_update AFTER UPDATE ON calls_call
    FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION analytics_mark_calls();
    """


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0035_scheduledreport_next_zone"),
        ("core", "0081_countries_of_numbers"),
    ]

    operations = [
        migrations.RunSQL(sql=_trigger(f"{_COLUMNS} provider"), reverse_sql=_trigger(_COLUMNS)),
        *(
            migrations.AlterField(
                model_name=name,
                name="dimension",
                field=models.CharField(choices=_CHOICES, max_length=16, verbose_name="told apart by"),
            )
            for name in ("callrollup", "textrollup")
        ),
    ]
