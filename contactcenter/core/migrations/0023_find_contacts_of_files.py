import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # The tables are large, and texts come meanwhile.
    dependencies = [("core", "0022_contact_book_of_one_organization")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            # Serves imports: who has this e-mail address already?
            index=models.Index(
                models.F("organization"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="contact_by_email",
            ),
        ),
        AddIndexConcurrently(
            model_name="contactnumber",
            # Serves the search for the last digits of a number, which are the first ones backwards.
            index=models.Index(
                models.F("organization"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse("address"), name="text_pattern_ops"
                ),
                name="contact_number_backwards",
            ),
        ),
    ]
