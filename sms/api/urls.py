"""The API of texts."""

from contactcenter.web.api.routes import endpoint
from sms.api import views

urlpatterns = [
    endpoint("sms/send", views.Send, name="api_sms_send"),
    endpoint("sms/inbox", views.Inbox, name="api_sms_inbox"),
    endpoint("sms/conversations", views.Conversations, name="api_sms_conversations"),
]
