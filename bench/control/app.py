"""What most installations do: one task for each text, acknowledged late, repeated on exceptions, over Valkey.

    celery -A bench.control.app worker

It knows nothing of the product. The environment names the broker, the carrier, and a file for definite failures.
"""

import os
from pathlib import Path
from typing import Any

from celery import Celery, Task
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

HOST = "https://api.twilio.com"

app = Celery("control", broker=os.environ["CONTROL_BROKER_URL"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Minutes or hours in production; short here, so that what it repeats is repeated before the run ends.
    broker_transport_options={"visibility_timeout": 15, "socket_timeout": 2, "socket_connect_timeout": 1},
)


class _Carrier(TwilioHttpClient):
    """The SDK's own client, with the carrier simulator in place of Twilio."""

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        return super().request(method, url.replace(HOST, os.environ["CONTROL_CARRIER_URL"]), *args, **options)


class _Failing(Task):  # type: ignore[misc]
    def on_failure(self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Keep what ended after its last repeat: that text failed, and is not lost."""
        with Path(os.environ["CONTROL_FAILED"]).open("a", encoding="utf-8") as failed:
            failed.write(f"{args[1]}\n")


@app.task(
    base=_Failing, autoretry_for=(Exception,), retry_backoff=True, retry_backoff_max=8, max_retries=5, name="send"
)
def send(to: str, body: str) -> None:
    """POST one text."""
    client = Client(
        os.environ["CONTROL_ACCOUNT"],
        os.environ["CONTROL_SECRET"],
        http_client=_Carrier(pool_connections=False, timeout=5),
    )
    client.messages.create(to=to, from_=os.environ["CONTROL_SENDER"], body=body)
