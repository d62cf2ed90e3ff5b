"""PostgreSQL knows the country of a number, so that rollups can be counted by it."""

from django.db import migrations

from contactcenter.core import country_sql


class Migration(migrations.Migration):
    dependencies = [("core", "0080_find_names_of_an_organization")]

    operations = [
        migrations.RunSQL(sql=country_sql.definition(), reverse_sql=f"DROP FUNCTION {country_sql.FUNCTION}(text)"),
    ]
