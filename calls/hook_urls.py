"""Where the providers call us about calls. Plain ASCII, so that no proxy re-quotes what was signed."""

from django.urls import re_path

from calls import webhooks

_QUESTIONS = ("inbound", "next", "message")
_REPORTS = ("status", "agent", "recording", "transcript")

urlpatterns = [
    *(re_path(rf"^twilio/voice/{kind}/?$", webhooks.twilio_question, name=f"twilio_{kind}") for kind in _QUESTIONS),
    *(re_path(rf"^twilio/voice/{kind}/?$", webhooks.twilio_report, name=f"twilio_{kind}") for kind in _REPORTS),
    re_path(r"^telnyx/voice/?$", webhooks.telnyx, name="telnyx_voice"),
]
