"""Pages of texts; the API and the webhooks have URL files of their own."""

from django.urls import path, re_path

from sms.views import (
    actions,
    circuits,
    compose,
    consent,
    decisions,
    health,
    health_senders,
    inbox,
    media,
    numbers,
    queue,
    saved_views,
    waiting,
)

app_name = "sms"

urlpatterns = [
    path("sms/", inbox.inbox, name="inbox"),
    path("sms/new/", compose.new_message, name="new"),
    path("sms/new/recipient/", compose.recipient, name="recipient"),
    path("sms/views/", saved_views.save, name="save-view"),
    path("sms/views/<uuid:pk>/", saved_views.change, name="change-view"),
    path("sms/views/<uuid:pk>/delete/", saved_views.delete, name="delete-view"),
    path("sms/health/", health.health, name="health"),
    path("sms/health/pauses/<uuid:pk>/resume/", health_senders.resume, name="resume-sender"),
    path("sms/consent/export/", consent.export, name="consent-export"),
    path("sms/message/<uuid:pk>/cancel/", waiting.cancel, name="cancel"),
    path("sms/message/<uuid:pk>/send-now/", waiting.send_now, name="send-now"),
    path("sms/message/<uuid:pk>/opt-out/", consent.obey_flag, name="obey-flag"),
    path("sms/message/<uuid:pk>/no-opt-out/", consent.dismiss_flag, name="dismiss-flag"),
    path("sms/health/circuits/<uuid:pk>/close/", circuits.close_circuit, name="close_circuit"),
    path("sms/media/<uuid:pk>/", media.media, name="media"),
    path("sms/messages/<uuid:pk>/again/", decisions.send_again, name="send-again"),
    path("sms/messages/<uuid:pk>/drop/", decisions.drop, name="drop"),
    path("sms/messages/<uuid:pk>/release/", decisions.release, name="release"),
    re_path(r"^healthz/queue/?$", queue.queue, name="queue"),
    path("sms/<uuid:pk>/", inbox.conversation, name="conversation"),
    path("sms/<uuid:pk>/tail/", inbox.tail, name="tail"),
    path("sms/<uuid:pk>/older/", inbox.older, name="older"),
    path("sms/<uuid:pk>/send/", inbox.send, name="send"),
    path("sms/<uuid:pk>/read/", actions.read, name="read"),
    path("sms/<uuid:pk>/close/", actions.close, name="close"),
    path("sms/<uuid:pk>/reopen/", actions.reopen, name="reopen"),
    path("sms/<uuid:pk>/try-again/", numbers.try_again, name="try-again"),
    path("sms/<uuid:pk>/opt-out/", consent.opt_out, name="opt-out"),
    path("sms/<uuid:pk>/opt-in/", consent.opt_in, name="opt-in"),
    path("sms/<uuid:pk>/consent/", consent.history, name="consent"),
    path("sms/<uuid:pk>/consent/export/", consent.export_one, name="consent-export-one"),
]
