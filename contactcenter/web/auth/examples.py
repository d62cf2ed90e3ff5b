"""Examples for the schema."""

LOGIN = {"email": "jana@voice.example", "password": "rain-over-tatra-42"}
REFRESH = {"refresh_token": "eyJhbGciOiJFZERTQSIsImtpZCI6Ij…"}
REGISTER = {
    "token": "fJ3q0m1dT8vVx2yKc5ZrWb7uNh4sLpAe9GiQoXtRk6M",
    "password": "rain-over-tatra-42",
    "first_name": "Jana",
    "last_name": "Nováková",
    "language": "cs",
}
USER = {
    "id": "019a0f6e-7f10-7d3c-8b21-4e5f6a7b8c9d",
    "email": "jana@voice.example",
    "first_name": "Jana",
    "last_name": "Nováková",
    "role": "AGENT",
    "organization_id": "019a0f6e-7f00-7b1e-9a55-2c4d6e8f0a12",
    "organization_name": "Northern Lights",
    "language": "cs",
    "time_zone": "Europe/Prague",
    "last_login_at": "2026-01-31T08:00:00.000Z",
}
PAIR = {
    "user": USER,
    "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6Ij…",
    "refresh_token": "eyJhbGciOiJFZERTQSIsImtpZCI6Ij…",
    "token_type": "bearer",
}
NEW_KEY = {"name": "shop", "scopes": ["sms.send"], "expires_at": None}
KEY = {
    "id": "019a0f6e-8c00-7aa1-9e10-1a2b3c4d5e6f",
    "name": "shop",
    "prefix": "voice_Zk3vX1",
    "scopes": ["sms.send"],
    "created_at": "2026-01-31T08:00:00.000Z",
    "expires_at": None,
    "last_used_at": None,
}
KEY_WITH_SECRET = {**KEY, "key": "voice_Zk3vX1…"}
JWKS = {
    "keys": [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "use": "sig",
            "alg": "EdDSA",
        }
    ]
}
