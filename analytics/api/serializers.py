"""The shapes of the analytics group's answers for the schema; answers are made from figures, not by these."""

from typing import Any

from rest_framework import serializers

_RATE = "Completed calls in percent of all, 2 decimals."
_AVERAGE = "Of completed calls, in whole seconds."


class DashboardSerializer(serializers.Serializer[Any]):
    """What is going on, and the last 24 hours."""

    total_calls_24h = serializers.IntegerField(help_text="Calls that started in the last 24 hours.")
    active_calls = serializers.IntegerField(help_text="Calls that ring, are talked in or on hold now.")
    completed_calls_24h = serializers.IntegerField()
    avg_call_duration = serializers.IntegerField(help_text=_AVERAGE)
    active_campaigns = serializers.IntegerField()
    completion_rate = serializers.FloatField(help_text=_RATE)


class OutlineSerializer(serializers.Serializer[Any]):
    """The figures of some calls."""

    total_calls = serializers.IntegerField()
    completed_calls = serializers.IntegerField()
    avg_duration = serializers.IntegerField(help_text=_AVERAGE)
    completion_rate = serializers.FloatField(help_text=_RATE)


class MetricSerializer(serializers.Serializer[Any]):
    """The figures of one period."""

    period = serializers.CharField(help_text="2025-10-05 14:00, 2025-10-05, 2025-W40 or 2025-10, in UTC.")
    total = serializers.IntegerField()
    inbound = serializers.IntegerField()
    outbound = serializers.IntegerField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Those with the status FAILED.")
    total_duration = serializers.IntegerField(help_text="Of completed calls, in whole seconds.")
    avg_duration = serializers.IntegerField(help_text=_AVERAGE)
    completion_rate = serializers.FloatField(help_text=_RATE)


class CallFiguresSerializer(serializers.Serializer[Any]):
    """Calls by period, oldest first; periods without calls are there, with zeros."""

    summary = OutlineSerializer()
    metrics = MetricSerializer(many=True)


class AgentFiguresSerializer(OutlineSerializer):
    """One agent's calls."""

    agent_id = serializers.UUIDField(help_text="A user's id, as in calls.")
    agent_name = serializers.CharField()


class CampaignFiguresSerializer(serializers.Serializer[Any]):
    """One campaign's calls since it began."""

    campaign_id = serializers.UUIDField()
    campaign_name = serializers.CharField()
    total_calls = serializers.IntegerField()
    completed_calls = serializers.IntegerField()
    active = serializers.BooleanField(help_text="Whether the campaign is going on.")
    completion_rate = serializers.FloatField(help_text=_RATE)
