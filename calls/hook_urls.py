"""Where the providers call us about calls. Plain ASCII, so that no proxy re-quotes what was signed."""

from django.urls import re_path

from calls import webhooks

urlpatterns = [
    re_path(r"^twilio/voice/(?:inbound|next|message)/?$", webhooks.twilio_question, name="twilio_voice_question"),
    re_path(r"^twilio/voice/(?:status|agent|recording|transcript)/?$", webhooks.twilio_report, name="twilio_voice"),
    re_path(r"^telnyx/voice/?$", webhooks.telnyx, name="telnyx_voice"),
]
