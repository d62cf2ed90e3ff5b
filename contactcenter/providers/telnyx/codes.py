"""Facts about Telnyx's error codes for messages and calls, and about faults of the wire.

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
    "10002": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.API, "Recipient number invalid"),
    "10004": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Parameter missing"),
    "10005": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Not found"),
    "10007": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.KEY, F.NO, C.NONE, P.API, "Provider's internal error"),
    "10008": Row(T.TIMEOUT, N.AMBIGUOUS, R.KEY, F.NO, C.NONE, P.API, "Provider timed out"),
    "10009": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Credentials refused"),
    "10010": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Not allowed"),
    "10011": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.API, "Too many requests"),
    "10015": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Bad request"),
    "10016": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.API, "Number is not E.164"),
    "10027": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Request cannot be processed"),
    "10036": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.KEY, F.NO, C.NONE, P.API, "Still being processed"),
    "10037": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.KEY, F.NO, C.NONE, P.API, "Provider not available"),
    "10039": Row(T.RATE_LIMITED, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Account limit reached"),
    "20001": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "API key secret invalid"),
    "20002": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "API key revoked"),
    "20006": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Access token expired"),
    "20008": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "API key invalid"),
    "20012": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Account inactive"),
    "20013": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Account blocked"),
    "20014": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Account not verified"),
    "20100": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Funds insufficient"),
    "40301": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.CONDITIONAL, C.NONE, P.API, "Message type not supported by recipient"),
    "40302": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Text too long"),
    "40304": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Content arguments do not fit"),
    "40305": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Sender invalid"),
    "40306": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Alphanumeric sender not configured"),
    "40309": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.NO, C.NONE, P.API, "Country not allowed"),
    "40310": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.INVALID, P.API, "Recipient number invalid"),
    "40312": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Messaging profile disabled"),
    "40314": Row(T.AUTH_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Messaging disabled on the account"),
    "40315": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.CONDITIONAL, C.BLOCKED_BY_POLICY, P.API, "Sender's reputation too low"),
    "40316": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Content missing"),
    "40317": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Media invalid or too big"),
    "40319": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.CONDITIONAL, C.NONE, P.API, "Message type does not fit recipient"),
    "40320": Row(T.PROVIDER_ERROR, N.TRANSIENT, R.LATER, F.YES, C.NONE, P.API, "Sender unusable for now"),
    "40321": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Profile has no usable sender"),
    "40328": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.API, "Text larger than recommended"),
    "40331": Row(T.VALIDATION_ERROR, N.CONFIG, R.FIX, F.YES, C.NONE, P.API, "Profile allows no country"),
    "40333": Row(T.RATE_LIMITED, N.CONFIG, R.FIX, F.NO, C.NONE, P.API, "Profile's spend limit reached"),
    # both
    "40300": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.OPTED_OUT, P.API_DLR, "Recipient opted out"),
    "40318": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.API_DLR, "Queue is full"),
    "40322": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.API_DLR, "Content blocked"),
    "40329": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.API_DLR, "Toll-free sender not verified"),
    # status webhooks
    "40001": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.CONDITIONAL, C.NO_SMS, P.DLR, "Landline or not routable"),
    "40002": Row(T.FINAL_FAILURE, N.TRANSIENT, R.LATER, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Filtered as spam for now"),
    "40003": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Sender blocked as spam"),
    "40004": Row(T.FINAL_FAILURE, N.TRANSIENT, R.LATER, F.CONDITIONAL, C.SOFT, P.DLR, "Rejected by the carrier"),
    "40005": Row(T.FINAL_FAILURE, N.AMBIGUOUS, R.NO, F.CONDITIONAL, C.SOFT, P.DLR, "Expired on the way"),
    "40006": Row(T.PROVIDER_ERROR, N.TRANSIENT, R.LATER, F.NO, C.SOFT, P.DLR, "Recipient's server unavailable"),
    "40008": Row(T.FINAL_FAILURE, N.TRANSIENT, R.LATER, F.CONDITIONAL, C.SOFT, P.DLR, "Carrier did not accept"),
    "40009": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.DLR, "Text invalid"),
    "40010": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Sender not registered"),
    "40011": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.CONDITIONAL, C.NONE, P.DLR, "Carrier rate exceeded"),
    "40012": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.INVALID, P.DLR, "Recipient invalid for the carrier"),
    "40013": Row(T.FINAL_FAILURE, N.CONFIG, R.FIX, F.YES, C.NONE, P.DLR, "Sender invalid for the carrier"),
    "40014": Row(T.FINAL_FAILURE, N.TRANSIENT, R.NO, F.YES, C.NONE, P.DLR, "Expired before sending"),
    "40015": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Filtered as spam"),
    "40016": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.CONDITIONAL, C.NONE, P.DLR, "Carrier's campaign limit reached"),
    "40017": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Filtered by the carrier"),
    "40018": Row(T.RATE_LIMITED, N.TRANSIENT, R.LATER, F.CONDITIONAL, C.NONE, P.DLR, "Carrier's campaign limit reached"),
    "40020": Row(T.FINAL_FAILURE, N.PERMANENT, R.NO, F.NO, C.BLOCKED_BY_POLICY, P.DLR, "Blocked as artificial traffic"),
    # calls
    "90015": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.VOICE, "Call unknown"),
    "90018": Row(T.VALIDATION_ERROR, N.PERMANENT, R.NO, F.NO, C.NONE, P.VOICE, "Call already over"),
    "90034": Row(T.VALIDATION_ERROR, N.TRANSIENT, R.BACKOFF, F.NO, C.NONE, P.VOICE, "Call not answered yet"),
    "90036": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.NO, C.NONE, P.VOICE, "Queue is full"),
    "90041": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.VOICE, "User's channel limit reached"),
    "90042": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.VOICE, "Profile's channel limit reached"),
    "90043": Row(T.RATE_LIMITED, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.VOICE, "Connection's channel limit reached"),
    # the wire and words that are no codes
    "connect_failed": Row(T.PROVIDER_ERROR, N.TRANSIENT, R.BACKOFF, F.YES, C.NONE, P.API, "Connection failed"),
    "read_timeout": Row(T.TIMEOUT, N.AMBIGUOUS, R.KEY, F.NO, C.NONE, P.API, "No answer in time"),
    "reset_or_garbage": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.KEY, F.NO, C.NONE, P.API, "Answer lost or unreadable"),
    "delivery_unconfirmed": Row(T.PROVIDER_ERROR, N.AMBIGUOUS, R.NO, F.NO, C.NONE, P.DLR, "No delivery report came"),
}
