"""Pages of texts; the API and the webhooks have URL files of their own."""

from django.urls import path, re_path

from sms.views import actions, compose, health, inbox, media, queue

app_name = "sms"

urlpatterns = [
    path("sms/", inbox.inbox, name="inbox"),
    path("sms/new/", compose.new_message, name="new"),
    path("sms/new/recipient/", compose.recipient, name="recipient"),
    path("sms/health/", health.health, name="health"),
    path("sms/media/<uuid:pk>/", media.media, name="media"),
    re_path(r"^healthz/queue/?$", queue.queue, name="queue"),
    path("sms/<uuid:pk>/", inbox.conversation, name="conversation"),
    path("sms/<uuid:pk>/tail/", inbox.tail, name="tail"),
    path("sms/<uuid:pk>/older/", inbox.older, name="older"),
    path("sms/<uuid:pk>/send/", inbox.send, name="send"),
    path("sms/<uuid:pk>/read/", actions.read, name="read"),
    path("sms/<uuid:pk>/close/", actions.close, name="close"),
    path("sms/<uuid:pk>/reopen/", actions.reopen, name="reopen"),
]
