"""Everything that is counted while it happens, one entry each. Gauges, which are read when asked for, are in `vitals`.

The labels are words of ours: routes by their names, outcomes, classes of errors.
"""

from contactcenter.core.tally import Counter, Histogram

HTTP_REQUESTS = Histogram(
    "voice_http_request_seconds",
    "Seconds until the answer to a request, by the name of its route, its method and the class of its status.",
    ("route", "method", "status"),
    bounds=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
PROVIDER_REQUESTS = Histogram(
    "voice_provider_request_seconds",
    "Seconds until a provider's answer to a text or a dial, by its outcome (accepted, refused, unknown) and error.",
    ("provider", "channel", "outcome", "error"),
    bounds=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0),
)
TEXTS_REFUSED = Counter(
    "voice_texts_refused_total",
    "Texts that were not accepted, by the reason: quota and pace among others.",
    ("reason",),
)
API_THROTTLED = Counter(
    "voice_api_throttled_total",
    "Requests of the API that were answered 429 because one caller asks too fast.",
    ("caller",),
)
HINTS_LOST = Counter(
    "voice_hints_lost_total",
    "Times that Valkey did not take a wake-up or a live event; timers do the work meanwhile.",
)
