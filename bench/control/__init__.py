"""The usual way, for comparison: a Celery task that is the message."""
