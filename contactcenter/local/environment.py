"""The variables that `up` gives its processes: the caller's own first, then what this machine provides.

Standard library only. The meaning of each variable is in `.env.example`.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from contactcenter.local import ports
from contactcenter.local.servers import write_private

DEFAULT_PORT = 3018
# What a second terminal needs to talk to the running `up`; read by settings/dev.py.
SHARED = (
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_BASE_URL",
    "SECRET_KEY",
    "CREDENTIAL_KEYS",
    "SIMULATOR_URL",
    "TWILIO_API_BASE_URL",
    "TELNYX_API_BASE_URL",
)
# Without these a provider cannot be reached for real.
REAL_CREDENTIALS = {
    "TWILIO_API_BASE_URL": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"),
    "TELNYX_API_BASE_URL": ("TELNYX_API_KEY",),
}
SIMULATED_PATHS = {"TWILIO_API_BASE_URL": "", "TELNYX_API_BASE_URL": "/v2"}


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of a `.env` file: NAME=value lines, comments, optional quotes; missing means none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            found[name.strip()] = _unquote(value.strip())
    return found


def _unquote(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def generated_secrets(folder: Path) -> dict[str, str]:
    """The keys of this checkout: made once, kept, because sessions and stored credentials hang on them."""
    file = folder / "secrets.json"
    try:
        known: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "CREDENTIAL_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        write_private(file, json.dumps(known, indent=1))
    return known


def simulated_providers(env: Mapping[str, str]) -> list[str]:
    """The base URLs that the caller neither chose nor gave credentials for: the simulator answers there."""
    return [
        name
        for name, needed in REAL_CREDENTIALS.items()
        if not env.get(name) and not all(env.get(credential) for credential in needed)
    ]


def compose(
    caller: Mapping[str, str], *, generated: Mapping[str, str], port: int, simulator_port: int
) -> dict[str, str]:
    """The environment of all processes, still without the local servers' addresses."""
    env = {key: value for key, value in caller.items() if value or key not in SHARED}
    for name, value in generated.items():
        env.setdefault(name, value)
    env.setdefault("PUBLIC_BASE_URL", f"http://{ports.LOOPBACK}:{port}")
    simulated = simulated_providers(caller)
    if simulated:
        env["SIMULATOR_URL"] = f"http://{ports.LOOPBACK}:{simulator_port}"
    for name in simulated:
        env[name] = env["SIMULATOR_URL"] + SIMULATED_PATHS[name]
    env["VOICE_BOOTSTRAP"] = "0"
    env.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings.dev")
    return env


def share(env: Mapping[str, str], folder: Path) -> None:
    """Write what other terminals need to the private file `env`."""
    lines = ["# Written by `manage.py up`; read by `manage.py` in other terminals."]
    lines += [f"{name}={env[name]}" for name in SHARED if env.get(name)]
    write_private(folder / "env", "\n".join(lines) + "\n")


def load_env_file(path: Path) -> None:
    """Let a `.env` file fill in what the environment does not say; a name without a value says nothing."""
    for name, value in read_env_file(path).items():
        if value:
            os.environ.setdefault(name, value)
