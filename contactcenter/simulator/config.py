"""What the simulator takes from the environment; every value has a default that works on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one simulator.

    ``public_base_url``: where the application says it can be called (inbound webhooks are signed for it).
    ``deliver_to``: scheme, host and port that webhooks are really sent to; imitates a proxy in front.
    ``own_url``: how this simulator is reached, for media links; learned from requests when empty.
    ``speed``: every delay is multiplied by it (0.1 makes everything ten times as quick).
    ``seed``: the seed of everything that is left to chance.
    ``ledger_limit``: how many messages are remembered before the oldest are forgotten.
    """

    public_base_url: str = "http://127.0.0.1:3018"
    deliver_to: str = ""
    own_url: str = ""
    speed: float = 1.0
    seed: str = "1"
    ledger_limit: int = 200_000
    log_requests: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings; a value that is not a number raises ValueError with the variable's name."""
        return cls(
            public_base_url=(environ.get("PUBLIC_BASE_URL") or cls().public_base_url).rstrip("/"),
            deliver_to=environ.get("SIMULATOR_DELIVER_TO", "").rstrip("/"),
            own_url=environ.get("SIMULATOR_URL", "").rstrip("/"),
            speed=_number(environ, "SIMULATOR_SPEED", 1.0),
            seed=environ.get("SIMULATOR_SEED") or "1",
            ledger_limit=int(_number(environ, "SIMULATOR_LEDGER_LIMIT", 200_000)),
            log_requests=environ.get("SIMULATOR_LOG", "requests") != "quiet",
        )


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name, "")
    try:
        number = float(value) if value else default
    except ValueError as error:
        raise ValueError(f"{name} must be a number") from error
    if not 0 <= number < 1e9:
        raise ValueError(f"{name} is out of range")
    return number
