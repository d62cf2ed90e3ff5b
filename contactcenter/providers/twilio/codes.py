"""Facts about Twilio's error codes for messages and calls, and about faults of the wire.

Sources: the vendor's error pages and OpenAPI document. Causes change without notice, so an unknown
code is normal and judged by its HTTP status (see `errors.lookup`).
"""

# ruff: noqa: E501 - one row a line, to be read as a table
# fmt: off

from collections.abc import Mapping

from contactcenter.providers.enums import ContactEffect as C
from contactcenter.providers.enums import Failover as F
from contactcenter.providers.enums import Nature as N
from contactcenter.providers.enums import Phase as P
from contactcenter.providers.enums import Retry as R
from contactcenter.providers.enums import Taxonomy as T
from contactcenter.providers.errors import CodeFacts as Row

CODES: Mapping[str, Row] = {
    # answers to our requests
    "10001": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Account not active"),
    "14107": Row(T.RATE_LIMITED, N.TRANSIENT, R.NO, F.NO, C.NONE, P.API, "Reply loop stopped"),
    "20003": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Credentials refused"),
    "20005": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Account not active"),
    "20006": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Access denied"),
    "20008": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.API, "Test credentials cannot do this"),
    "20403": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Forbidden"),
    "20404": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Not found"),
    "20409": Row(T.PROVIDER_ERROR, N.TRANSIENT, R.NO, F.NO, C.NONE, P.API, "State already changed"),
    "20422": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Invalid parameter"),
    "20429": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.API, "Too many requests"),
    "20500": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.NO, F.NO, C.NONE, P.API, "Provider's internal error"),
    "20503": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.NO, F.CONDITIONAL, C.NONE, P.API, "Provider not available"),
    "21201": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Recipient missing"),
    "21211": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.API, "Recipient number invalid"),
    "21212": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender number invalid"),
    "21217": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.API, "Recipient number invalid"),
    "21265": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.API, "Recipient is a short code"),
    "21266": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Recipient equals sender"),
    "21408": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.API, "Country not allowed"),
    "21601": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender cannot send SMS"),
    "21602": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Text missing"),
    "21603": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender missing"),
    "21604": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Recipient missing"),
    "21606": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender not usable here"),
    "21608": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.CONDITIONAL, C.NONE, P.API, "Trial account: recipient not verified"),
    "21609": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.API, "Callback address invalid"),
    "21610": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.OPTED_OUT, P.API, "Recipient opted out"),
    "21611": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.API, "Sender's queue is full"),
    "21612": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.YES, C.SOFT, P.API, "Recipient not reachable from this sender"),
    "21614": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NO_SMS, P.API, "Recipient is not a mobile number"),
    "21617": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Text too long"),
    "21619": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Message could not be created"),
    "21620": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Media address invalid"),
    "21621": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender cannot send MMS"),
    "21623": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Too many media"),
    "21635": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NO_SMS, P.API, "Recipient is a landline"),
    "21656": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Template variables invalid"),
    "21659": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender not ours"),
    "21660": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender of another account"),
    "21661": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender cannot send SMS"),
    "21703": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Messaging service has no usable sender"),
    "21704": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Messaging service has no sender"),
    # both
    "63003": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.NONE, P.API_DLR, "Recipient not on this channel"),
    "63016": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API_DLR, "Template needed outside the session"),
    "63018": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.NO, C.NONE, P.API_DLR, "Channel rate limit"),
    "63038": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.YES, C.NONE, P.API_DLR, "Account's daily limit reached"),
    # status webhooks
    "30001": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.DLR, "Queue overflow"),
    "30002": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Account suspended"),
    "30003": Row(T.FINAL_FAILURE, N.TRANSIENT, R.LATER, F.NO, C.SOFT, P.DLR, "Handset unreachable"),
    "30004": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.SOFT, P.DLR, "Message blocked"),
    "30005": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.INVALID, P.DLR, "Handset unknown"),
    "30006": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.CONDITIONAL, C.NO_SMS, P.DLR, "Landline or unreachable carrier"),
    "30007": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Filtered as spam"),
    "30008": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.NO, F.CONDITIONAL, C.SOFT, P.DLR, "Delivery unknown"),
    "30011": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.NONE, P.DLR, "MMS not supported there"),
    "30017": Row(T.PROVIDER_ERROR, N.TRANSIENT, R.LATER, F.NO, C.NONE, P.DLR, "Carrier congested"),
    "30018": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.CONDITIONAL, C.NONE, P.DLR, "Sender needs registration"),
    "30019": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.NONE, P.DLR, "Content too big for the carrier"),
    "30022": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.CONDITIONAL, C.NONE, P.DLR, "Campaign rate exceeded"),
    "30023": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.NO, C.NONE, P.DLR, "Brand's daily cap reached"),
    "30024": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Sender not provisioned at the carrier"),
    "30027": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.NO, C.NONE, P.DLR, "Carrier's daily limit reached"),
    "30032": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Toll-free sender not verified"),
    "30033": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.NO, C.NONE, P.DLR, "Campaign suspended"),
    "30034": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Sender not registered"),
    "30035": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Sender still being configured"),
    "30036": Row(T.FINAL_FAILURE, N.TRANSIENT, R.NO, F.CONDITIONAL, C.NONE, P.DLR, "Validity period over"),
    "30410": Row(T.TIMEOUT, N.AMBIGUOUS, R.NO, F.NO, C.NONE, P.DLR, "Carrier did not answer in time"),
    "30450": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Blocked by fraud protection"),
    # calls
    "10004": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.VOICE, "Too many calls at once"),
    "11200": Row(T.PROVIDER_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.VOICE, "Instructions could not be fetched"),
    "11205": Row(T.PROVIDER_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.VOICE, "Connection to us failed"),
    "12100": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.VOICE, "Instructions not readable"),
    "13224": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.VOICE, "Number invalid"),
    "13227": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.VOICE, "Country not allowed"),
    "13247": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.VOICE, "Caller ID invalid"),
    "21205": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.VOICE, "Address invalid"),
    "21210": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.VOICE, "Caller not verified"),
    "21214": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.CONDITIONAL, C.SOFT, P.VOICE, "Number cannot be reached"),
    "21215": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.VOICE, "Country not allowed"),
    "21216": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.VOICE, "Number on the block list"),
    "21220": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.VOICE, "Call is in another state"),
    # the wire and words that are no codes
    "connect_failed": Row(T.PROVIDER_ERROR, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.API, "Connection failed"),
    "read_timeout": Row(T.TIMEOUT, N.AMBIGUOUS, R.NO, F.NO, C.NONE, P.API, "No answer in time"),
    "reset_or_garbage": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.NO, F.NO, C.NONE, P.API, "Answer lost or unreadable"),
}
