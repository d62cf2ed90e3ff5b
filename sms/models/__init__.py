"""The tables of texts."""

from sms.models.alarm import Alarm
from sms.models.answering import CannedAnswer, Draft
from sms.models.attempt import Attempt
from sms.models.bus_request import BusRequest
from sms.models.closed_reply import ClosedReply
from sms.models.consent import Consent, ConsentEntry
from sms.models.conversation import Conversation, ConversationEvent, ConversationLabel
from sms.models.event import ProviderEvent
from sms.models.limits import DailySpending, SenderPause
from sms.models.media import MediaFile
from sms.models.message import Message
from sms.models.note import Note, NoteMention
from sms.models.policy import SmsPolicy
from sms.models.price import Price
from sms.models.reconciliation import ReconciliationReport, ReconciliationRow
from sms.models.reroute import Reroute
from sms.models.saved_view import SavedView
from sms.models.upload import SentFile, Upload

__all__ = [
    "Alarm",
    "Attempt",
    "BusRequest",
    "CannedAnswer",
    "ClosedReply",
    "Consent",
    "ConsentEntry",
    "Conversation",
    "ConversationEvent",
    "ConversationLabel",
    "DailySpending",
    "Draft",
    "MediaFile",
    "Message",
    "Note",
    "NoteMention",
    "Price",
    "ProviderEvent",
    "ReconciliationReport",
    "ReconciliationRow",
    "Reroute",
    "SavedView",
    "SenderPause",
    "SentFile",
    "SmsPolicy",
    "Upload",
]
