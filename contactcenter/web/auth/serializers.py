"""What the endpoints take, and the shapes of their answers for the schema."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contactcenter.core.api_keys import SCOPES
from contactcenter.core.roles import Role
from contactcenter.web.api.values import MomentField, TextField, WordField

_LANGUAGES = [code for code, _name in settings.LANGUAGES]
_LONGEST_PASSWORD, _LONGEST_TOKEN = 1024, 4096


class LoginSerializer(serializers.Serializer[Any]):
    """The body of POST /api/auth/login."""

    email = TextField(max_length=254)
    password = TextField(max_length=_LONGEST_PASSWORD, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[Any]):
    """The body of POST /api/auth/refresh and /api/auth/logout."""

    refresh_token = TextField(max_length=_LONGEST_TOKEN)


class RegisterSerializer(serializers.Serializer[Any]):
    """The body of POST /api/auth/register. Role and organization are the invitation's."""

    token = TextField(max_length=100, help_text="The code of the invitation.")
    password = TextField(max_length=_LONGEST_PASSWORD, trim_whitespace=False)
    first_name = TextField(max_length=80, required=False, allow_blank=True, default="")
    last_name = TextField(max_length=80, required=False, allow_blank=True, default="")
    language = WordField(_LANGUAGES, required=False, default="en")


class NewKeySerializer(serializers.Serializer[Any]):
    """The body of POST /api/auth/keys."""

    name = TextField(max_length=80, help_text="What uses the key.")
    scopes = serializers.ListField(
        child=WordField(SCOPES),
        allow_empty=False,
        max_length=50,
        help_text="What the key may do, at most.",
    )
    expires_at = MomentField(required=False, allow_null=True, help_text="Until when it works; else until revoked.")

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(_("This time has passed."), "in_the_past")
        return value


class UserSerializer(serializers.Serializer[Any]):
    """A person."""

    id = serializers.UUIDField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    role = serializers.ChoiceField(Role.values)
    organization_id = serializers.UUIDField(allow_null=True)
    organization_name = serializers.CharField(allow_null=True)
    language = serializers.ChoiceField(_LANGUAGES)
    time_zone = serializers.CharField()
    last_login_at = serializers.DateTimeField(allow_null=True)


class PairSerializer(serializers.Serializer[Any]):
    """A person with a new pair of tokens."""

    user = UserSerializer()
    access_token = serializers.CharField(help_text="A JWT for `Authorization: Bearer`; lives 15 minutes.")
    refresh_token = serializers.CharField(help_text="Good for one POST /api/auth/refresh; lives 7 days.")
    token_type = serializers.ChoiceField(["bearer"])


class KeySerializer(serializers.Serializer[Any]):
    """A personal key, without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="The beginning of the key.")
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class KeyWithSecretSerializer(KeySerializer):
    """A new key; `key` is shown this one time."""

    key = serializers.CharField()


class JwkSerializer(serializers.Serializer[Any]):
    """A public key (RFC 7517, RFC 8037)."""

    kty = serializers.ChoiceField(["OKP"])
    crv = serializers.ChoiceField(["Ed25519"])
    x = serializers.CharField()
    kid = serializers.CharField()
    use = serializers.ChoiceField(["sig"])
    alg = serializers.ChoiceField(["EdDSA"])


class JwksSerializer(serializers.Serializer[Any]):
    """The public keys that tokens are to be checked with."""

    keys = JwkSerializer(many=True)
