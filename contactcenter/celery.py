"""The Celery application: executor and doorbell. What is to be sent stands in PostgreSQL, never in the broker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings.base")

app = Celery("contactcenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# What an app reads from the event bus stands above its tasks, because it calls the app's services.
app.autodiscover_tasks(related_name="bus")
app.autodiscover_tasks(related_name="resending")
