"""Find log-ins and tokens that have ended without reading all of them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Clients go on logging in and refreshing while the indexes are built.
    atomic = False
    dependencies = [("core", "0006_voice_and_people")]

    operations = [
        AddIndexConcurrently(
            "refreshtoken",
            # Serves the removal of tokens that have expired (`ended_logins`).
            models.Index(fields=["expires_at"], name="refresh_token_by_end"),
        ),
        AddIndexConcurrently(
            "tokenfamily",
            # Serves the removal of log-ins that have ended (`ended_logins`).
            models.Index(fields=["expires_at"], name="token_family_by_end"),
        ),
    ]
