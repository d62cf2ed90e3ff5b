"""Work that one process at a time may do, also while it waits for a network."""

from django.db import models


class Lease(models.Model):
    """Who may do the work `name` until a moment of the database's clock. One row for each kind of work."""

    name = models.CharField(max_length=40, primary_key=True)
    token = models.UUIDField(null=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
