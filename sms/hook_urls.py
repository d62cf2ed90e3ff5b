"""Where the providers call us. Plain ASCII, so that no proxy re-quotes what was signed."""

from django.urls import re_path

from sms import webhooks

urlpatterns = [
    re_path(r"^twilio/sms/status/?$", webhooks.twilio_status, name="twilio_sms_status"),
    re_path(r"^twilio/sms/inbound/?$", webhooks.twilio_inbound, name="twilio_sms_inbound"),
    re_path(r"^telnyx/sms/?$", webhooks.telnyx, name="telnyx_sms"),
]
