"""The event bus: RabbitMQ, or anything else that kombu speaks to (Valkey, for instance).

Every wait is bounded, because whoever calls is a thread with other things to do when the bus is dead or frozen.
"""

from contextlib import suppress

from amqp.exceptions import AMQPError, MessageNacked
from django.conf import settings
from kombu import Connection, Exchange
from kombu.exceptions import KombuError
from redis import RedisError

EXCHANGE = Exchange("ocelot.events", type="topic", durable=True)
PREFIX = "comms."
# What the client libraries raise when the bus is away, slow, or says no.
FAILURES = (OSError, AMQPError, MessageNacked, KombuError, RedisError)
CONNECT_SECONDS = 1.5
ANSWER_SECONDS = 2.0
# Seconds after which the broker takes a silent client, or we a silent broker, for dead.
HEARTBEAT_SECONDS = 20
_AMQP = {
    "confirm_publish": True,
    "read_timeout": ANSWER_SECONDS,
    "write_timeout": ANSWER_SECONDS,
}
_VALKEY = {
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_timeout": ANSWER_SECONDS,
    "retry_on_timeout": False,
    # Seconds after which a message that a consumer took and never acknowledged is given to another.
    "visibility_timeout": 300,
}


def routing_key(event_type: str) -> str:
    """Return what consumers bind to: `comms.sms.sent` for sms.sent."""
    return PREFIX + event_type


def connect() -> Connection:
    """Return an open connection to EVENT_BUS_URL. Raises one of FAILURES."""
    url: str = settings.EVENT_BUS_URL
    is_amqp = url.startswith("amqp")
    connection = Connection(
        url,
        connect_timeout=CONNECT_SECONDS,
        heartbeat=HEARTBEAT_SECONDS if is_amqp else 0,
        transport_options=_AMQP if is_amqp else _VALKEY,
    )
    try:
        connection.ensure_connection(max_retries=0, reraise_as_library_errors=False)
    except FAILURES:
        drop(connection)
        raise
    return connection


def drop(connection: Connection) -> None:
    """Close a connection without waiting for the other side to agree."""
    with suppress(Exception):  # It is being thrown away, whatever is wrong with it.
        connection.collect(socket_timeout=1.0)
