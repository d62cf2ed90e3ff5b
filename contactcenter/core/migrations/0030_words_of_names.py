"""Words of names for the search: without accents, punctuation and capitals.

normalize() takes accents off whatever letter they stand on; the letters that have their stroke built in are named. Only
functions that ship with PostgreSQL are used, so that a dump can be restored anywhere.
"""

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION core_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(
        regexp_replace(
            regexp_replace(normalize($1, NFKD) COLLATE "C", '[\u0300-\u036f]', '', 'g'),
            '[[:punct:][:space:]\u00a0-\u00bf\u2000-\u2bff\u3000-\u303f\ufe00-\ufe0f\U0001f000-\U0001faff]+', ' ', 'g'
        ),
        'łŁđĐøØ', 'lLdDoO'
    )
$$
"""
COLUMN = """
ALTER TABLE core_contact
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', core_plain(name))) STORED
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0029_notifications_of_one_organization")]

    operations = [
        BtreeGinExtension(),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION core_plain(text)"),
        migrations.RunSQL(COLUMN, "ALTER TABLE core_contact DROP COLUMN search"),
    ]
