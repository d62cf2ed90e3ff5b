"""What the endpoints of agents take, and the shapes of their answers for the schema."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agents.enums import AgentStatus
from agents.services import NewProfile, ProfileChanges
from contactcenter.web.api.values import ObjectField, TextField, WholeNumberField, WordField

MOST_SKILLS, LONGEST_SKILL = 50, 60
_LANGUAGE = RegexValidator(
    r"^[A-Za-z]{2,3}$|^[A-Za-z]{2}-[A-Za-z]{2}$", _("This must be a language's code, for example en or pt-BR.")
)


class AgentChangesSerializer(serializers.Serializer[Any]):
    """The body of PUT and PATCH /api/agents/{id}. What is absent or null stays as it is."""

    status = WordField(AgentStatus.values, required=False, allow_null=True)
    max_capacity = WholeNumberField(
        min_value=1, max_value=10, required=False, allow_null=True, help_text="How many calls at once."
    )
    skills = serializers.ListField(
        child=TextField(max_length=LONGEST_SKILL),
        max_length=MOST_SKILLS,
        required=False,
        allow_null=True,
        help_text="Each once, whatever the letter case.",
    )
    language = TextField(
        max_length=5, validators=[_LANGUAGE], required=False, allow_null=True, help_text="BCP 47: en, pt-BR."
    )
    metadata = ObjectField(required=False, allow_null=True, help_text="Yours; stored and given back.")

    def validate_skills(self, value: list[str] | None) -> list[str] | None:
        if value is not None and len({skill.casefold() for skill in value}) < len(value):
            raise serializers.ValidationError(_("A skill stands here twice."), "duplicate")
        return value

    def validate_language(self, value: str | None) -> str | None:
        if value is None:
            return None
        language, dash, region = value.partition("-")
        return f"{language.lower()}{dash}{region.upper()}"

    def _given(self) -> dict[str, Any]:
        return {
            name: tuple(value) if name == "skills" else value
            for name, value in self.validated_data.items()
            if value is not None
        }

    def changes(self) -> ProfileChanges:
        """Return what is to change, after `is_valid`."""
        return ProfileChanges(**self._given())


class NewAgentSerializer(AgentChangesSerializer):
    """The body of POST /api/agents/. By default OFFLINE, one call at once, no skills, English."""

    user_id = serializers.UUIDField(help_text="Somebody who works in your organization.")

    def profile(self) -> NewProfile:
        """Return what the profile begins with, after `is_valid`."""
        return NewProfile(**self._given())


class AgentStatusSerializer(serializers.Serializer[Any]):
    """The body of PUT and PATCH /api/agents/{id}/status."""

    status = WordField(AgentStatus.values)


class AgentSerializer(serializers.Serializer[Any]):
    """One agent."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    status = serializers.ChoiceField(AgentStatus.values)
    max_capacity = serializers.IntegerField()
    current_load = serializers.IntegerField(help_text="Calls held that have not ended.")
    skills = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()
    metadata = serializers.DictField()
    is_available = serializers.BooleanField(help_text="Whether one more call may ring here.")
    capacity_percentage = serializers.FloatField(help_text="The load in percent of the capacity, 2 decimals.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AvailableAgentsSerializer(serializers.Serializer[Any]):
    """How many agents can take one more call."""

    available_agents = serializers.IntegerField()
