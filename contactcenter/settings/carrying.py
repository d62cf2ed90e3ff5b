"""How texts and calls are carried: the providers, the pace, the limits and the prices. Times are seconds.

`.env.example` explains each variable in one sentence.
"""

from decimal import Decimal
from urllib.parse import urlsplit

import environ

env = environ.Env()

# --- The providers -----------------------------------------------------------------------------------------
TWILIO_API_BASE_URL = env.str("TWILIO_API_BASE_URL", default="https://api.twilio.com").rstrip("/")
TELNYX_API_BASE_URL = env.str("TELNYX_API_BASE_URL", default="https://api.telnyx.com/v2").rstrip("/")
if not urlsplit(TELNYX_API_BASE_URL).path:  # The version belongs to the address that the SDK wants.
    TELNYX_API_BASE_URL += "/v2"
PROVIDER_CONNECT_TIMEOUT = env.float("PROVIDER_CONNECT_TIMEOUT", default=5.0)
PROVIDER_TIMEOUT = env.float("PROVIDER_TIMEOUT", default=15.0)
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_PHONE_NUMBER = env.str("TWILIO_PHONE_NUMBER", default="")
TELNYX_API_KEY = env.str("TELNYX_API_KEY", default="")
TELNYX_PUBLIC_KEY = env.str("TELNYX_PUBLIC_KEY", default="")
TELNYX_PHONE_NUMBER = env.str("TELNYX_PHONE_NUMBER", default="")
TELNYX_CONNECTION_ID = env.str("TELNYX_CONNECTION_ID", default="")

# --- Sending -----------------------------------------------------------------------------------------------
SENDER_CONCURRENCY = env.int("SENDER_CONCURRENCY", default=8)
SENDER_LEASE_SECONDS = env.float("SENDER_LEASE_SECONDS", default=60.0)
SWEEP_INTERVAL_SECONDS = env.float("SWEEP_INTERVAL_SECONDS", default=2.0)
UNCERTAIN_GRACE_SECONDS = env.float("UNCERTAIN_GRACE_SECONDS", default=86400.0)
UNCERTAIN_LOOKUP_SECONDS = [
    float(wait) for wait in env.list("UNCERTAIN_LOOKUP_SECONDS", default=["30", "120", "600", "3600"])
]
TELNYX_IDEMPOTENT_REPOST = env.bool("TELNYX_IDEMPOTENT_REPOST", default=False)
MISSED_TEXTS_SECONDS = env.float("MISSED_TEXTS_SECONDS", default=900.0)
CIRCUIT_FAILURES = env.int("CIRCUIT_FAILURES", default=10)
CIRCUIT_WINDOW_SECONDS = env.float("CIRCUIT_WINDOW_SECONDS", default=60.0)
CIRCUIT_OPEN_SECONDS = env.float("CIRCUIT_OPEN_SECONDS", default=30.0)
CIRCUIT_LONGEST_SECONDS = env.float("CIRCUIT_LONGEST_SECONDS", default=900.0)
FAILOVER_FOREIGN_NUMBERS = env.bool("FAILOVER_FOREIGN_NUMBERS", default=False)
SHUTDOWN_GRACE_SECONDS = env.float("SHUTDOWN_GRACE_SECONDS", default=25.0)
SMS_RATE_LIMIT = env.int("SMS_RATE_LIMIT", default=100)
SMS_RATE_WINDOW_SECONDS = env.int("SMS_RATE_WINDOW_SECONDS", default=3600)
SMS_DAILY_LIMIT = env.int("SMS_DAILY_LIMIT", default=500)
SMS_DAILY_WINDOW_SECONDS = env.int("SMS_DAILY_WINDOW_SECONDS", default=86400)
SMS_NUMBER_HOURLY_LIMIT = env.int("SMS_NUMBER_HOURLY_LIMIT", default=100)
SMS_NUMBER_DAILY_LIMIT = env.int("SMS_NUMBER_DAILY_LIMIT", default=300)
SMS_RANGE_HOURLY_LIMIT = env.int("SMS_RANGE_HOURLY_LIMIT", default=300)
SMS_DAILY_SPENDING_CAP = Decimal(env.str("SMS_DAILY_SPENDING_CAP", default="50"))
TWILIO_SEGMENT_PRICE = Decimal(env.str("TWILIO_SEGMENT_PRICE", default="0.0075"))
TELNYX_SEGMENT_PRICE = Decimal(env.str("TELNYX_SEGMENT_PRICE", default="0.0040"))
TWILIO_MMS_PRICE = Decimal(env.str("TWILIO_MMS_PRICE", default="0.0200"))
TELNYX_MMS_PRICE = Decimal(env.str("TELNYX_MMS_PRICE", default="0.0150"))
LONG_CODE_TEXTS_PER_SECOND = env.float("LONG_CODE_TEXTS_PER_SECOND", default=1.0)
TOLL_FREE_TEXTS_PER_SECOND = env.float("TOLL_FREE_TEXTS_PER_SECOND", default=3.0)
SHORT_CODE_TEXTS_PER_SECOND = env.float("SHORT_CODE_TEXTS_PER_SECOND", default=10.0)
TELNYX_TEXTS_PER_SECOND = env.float("TELNYX_TEXTS_PER_SECOND", default=50.0)
UNDO_SECONDS = env.float("UNDO_SECONDS", default=5.0)
SENDER_PAUSE_MIN_TEXTS = env.int("SENDER_PAUSE_MIN_TEXTS", default=20)
SENDER_PAUSE_SHARE = env.float("SENDER_PAUSE_SHARE", default=0.3)
SENDER_PAUSE_SECONDS = env.float("SENDER_PAUSE_SECONDS", default=3600.0)
BUDGET_CHECK_SECONDS = env.float("BUDGET_CHECK_SECONDS", default=60.0)
AUTOMATIC_ANSWERS_PER_HOUR = env.int("AUTOMATIC_ANSWERS_PER_HOUR", default=3)
# How long an agent counts as there after their open page was looked at last (it tells every 20 seconds).
PRESENCE_SECONDS = env.float("PRESENCE_SECONDS", default=60.0)
# After how long the watchdog puts away whose page has fallen silent, and frees who is stuck; 0 never frees anybody.
AWAY_SECONDS = env.float("AWAY_SECONDS", default=45.0)
WRAP_UP_SECONDS = env.float("WRAP_UP_SECONDS", default=900.0)
STUCK_BUSY_SECONDS = env.float("STUCK_BUSY_SECONDS", default=4 * 3600.0)
# After how long without any news a call that no provider can be asked about counts as over.
STUCK_CALL_SECONDS = env.float("STUCK_CALL_SECONDS", default=4 * 3600.0)
# How often the figures behind alerts are looked at.
ALERT_SECONDS = env.float("ALERT_SECONDS", default=12.0)
CALL_RING_SECONDS = env.int("CALL_RING_SECONDS", default=45)
CALL_OFFER_SECONDS = env.int("CALL_OFFER_SECONDS", default=20)
CALL_CHECK_SECONDS = env.float("CALL_CHECK_SECONDS", default=60.0)
CALL_UNCERTAIN_GRACE_SECONDS = env.float("CALL_UNCERTAIN_GRACE_SECONDS", default=180.0)
VOICEMAIL_SECONDS = env.int("VOICEMAIL_SECONDS", default=180)
MAX_RECORDING_BYTES = env.int("MAX_RECORDING_BYTES", default=100 * 1024 * 1024)
MAX_INBOUND_MEDIA_BYTES = env.int("MAX_INBOUND_MEDIA_BYTES", default=10 * 1024 * 1024)
# How long a provider may fetch a file of ours: longer than either keeps a text in its queue (10 hours).
MEDIA_LINK_SECONDS = env.int("MEDIA_LINK_SECONDS", default=24 * 3600)
WEBHOOK_MAX_BODY_BYTES = env.int("WEBHOOK_MAX_BODY_BYTES", default=512 * 1024)

# An earlier text of a conversation is waited for no longer than a minute (sms.claiming).
if not 0 <= UNDO_SECONDS <= 30:
    raise environ.ImproperlyConfigured("UNDO_SECONDS must be between 0 and 30.")
# A lease that ends during a call would turn certain outcomes into uncertain ones, so a short lease shortens the call.
if SENDER_LEASE_SECONDS < 1:
    raise environ.ImproperlyConfigured("SENDER_LEASE_SECONDS must be at least 1.")
if PROVIDER_TIMEOUT > SENDER_LEASE_SECONDS - 2:
    PROVIDER_TIMEOUT = SENDER_LEASE_SECONDS * 0.4
PROVIDER_CONNECT_TIMEOUT = min(PROVIDER_CONNECT_TIMEOUT, PROVIDER_TIMEOUT)
