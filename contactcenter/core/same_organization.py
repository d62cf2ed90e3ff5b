"""Composite foreign keys for migrations: a row can only refer to rows of its own organization."""

from django.db import migrations


def same_organization(name: str, *, table: str, column: str, target: str) -> migrations.RunSQL:
    """Return the operation that adds FOREIGN KEY (organization_id, `column`) → `target` (organization_id, id)."""
    return migrations.RunSQL(
        sql=(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column}) "
            f"REFERENCES {target} (organization_id, id) DEFERRABLE INITIALLY DEFERRED"
        ),
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
