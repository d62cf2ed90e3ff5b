"""Notes, labels and imports of contacts never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("note_and_contact_are_of_one_organization", "core_contactnote", "contact_id", "core_contact"),
    ("note_and_author_are_of_one_organization", "core_contactnote", "author_id", "core_user"),
    ("label_and_contact_are_of_one_organization", "core_contactlabel", "contact_id", "core_contact"),
    ("contact_and_label_are_of_one_organization", "core_contactlabel", "label_id", "core_label"),
    ("import_and_author_are_of_one_organization", "core_contactimport", "author_id", "core_user"),
    ("refused_row_and_import_are_of_one_organization", "core_refusedrow", "source_id", "core_contactimport"),
]


class Migration(migrations.Migration):
    dependencies = [("core", "0021_contact_book")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
