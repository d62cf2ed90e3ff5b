"""The table of the database cache (what `createcachetable` would make), so that no start-up step can forget it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_same_organization")]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE TABLE core_cache (cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, "
                "expires timestamp with time zone NOT NULL)",
                "CREATE INDEX core_cache_expires ON core_cache (expires)",
            ],
            reverse_sql="DROP TABLE core_cache",
        ),
    ]
