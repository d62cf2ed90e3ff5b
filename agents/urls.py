"""Pages of agents; the API has a URL file of its own."""

from django.urls import path

from agents.views import presence

app_name = "agents"

urlpatterns = [
    path("presence/", presence.page, name="presence"),
    path("presence/status/", presence.status, name="status"),
]
