"""The API of texts."""

from contactcenter.web.api.routes import PK, endpoint
from sms.api import conversation_views, views

urlpatterns = [
    endpoint("sms/send", views.Send, name="api_sms_send"),
    endpoint("sms/inbox", views.Inbox, name="api_sms_inbox"),
    endpoint(f"sms/messages/{PK}", views.Detail, name="api_sms_message"),
    endpoint("sms/conversations", conversation_views.Conversations, name="api_sms_conversations"),
    endpoint(f"sms/conversations/{PK}/messages", conversation_views.Messages, name="api_sms_conversation_messages"),
    endpoint(f"sms/conversations/{PK}/read", conversation_views.Read, name="api_sms_conversation_read"),
]
