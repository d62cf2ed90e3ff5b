"""Log-ins, their tokens and keys belong to their person's organization: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization


class Migration(migrations.Migration):
    dependencies = [("core", "0004_authentication")]

    operations = [
        same_organization(
            "log_in_and_user_are_of_one_organization",
            table="core_tokenfamily",
            column="user_id",
            target="core_user",
        ),
        same_organization(
            "token_and_log_in_are_of_one_organization",
            table="core_refreshtoken",
            column="family_id",
            target="core_tokenfamily",
        ),
        same_organization(
            "key_and_user_are_of_one_organization",
            table="core_apikey",
            column="user_id",
            target="core_user",
        ),
    ]
