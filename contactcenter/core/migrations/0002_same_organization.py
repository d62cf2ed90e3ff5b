"""Nothing of one organization can refer to anything of another: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        same_organization(
            "contact_number_and_contact_are_of_one_organization",
            table="core_contactnumber",
            column="contact_id",
            target="core_contact",
        ),
        same_organization(
            "phone_number_and_account_are_of_one_organization",
            table="core_phonenumber",
            column="account_id",
            target="core_provideraccount",
        ),
        same_organization(
            "receipt_and_account_are_of_one_organization",
            table="core_webhookreceipt",
            column="account_id",
            target="core_provideraccount",
        ),
    ]
