"""The shapes of the dashboard group's answers for the schema. Its names are camelCase: its clients depend on it."""

from typing import Any

from rest_framework import serializers

from analytics.enums import Presence
from calls.enums import CallDirection, CallStatus
from contactcenter.core.roles import Role


class _ShownCallSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    fromNumber = serializers.CharField()
    toNumber = serializers.CharField()
    status = serializers.ChoiceField(CallStatus.values)
    startTime = serializers.DateTimeField()
    agentId = serializers.UUIDField(allow_null=True, help_text="A user's id.")
    direction = serializers.ChoiceField(CallDirection.values)


class ActiveCallSerializer(_ShownCallSerializer):
    """A call that is going on."""

    metadata = serializers.DictField()


class RecentCallSerializer(_ShownCallSerializer):
    """One of the newest calls, whatever became of it."""

    endTime = serializers.DateTimeField(allow_null=True)
    duration = serializers.IntegerField(allow_null=True, help_text="Whole seconds of talking.")


class MemberSerializer(serializers.Serializer[Any]):
    """One person who works in the organization."""

    id = serializers.UUIDField(help_text="A user's id.")
    email = serializers.CharField()
    firstName = serializers.CharField()
    lastName = serializers.CharField()
    role = serializers.ChoiceField([role for role in Role.values if role != Role.CUSTOMER])
    status = serializers.ChoiceField([presence.value for presence in Presence])
    department = serializers.CharField(allow_null=True)
    phoneExtension = serializers.CharField(allow_null=True)
    isOnCall = serializers.BooleanField()
    updatedAt = serializers.DateTimeField(help_text="The last change of the account or of the agent's profile.")
    lastLoginAt = serializers.DateTimeField(allow_null=True)


class OverviewStatsSerializer(serializers.Serializer[Any]):
    """The last 24 hours, and who is there now."""

    totalCalls = serializers.IntegerField()
    completedCalls = serializers.IntegerField()
    missedCalls = serializers.IntegerField()
    agentHandledCalls = serializers.IntegerField(help_text="Calls that have an agent.")
    averageDuration = serializers.IntegerField()
    availableMembers = serializers.IntegerField()
    onCallMembers = serializers.IntegerField()
    onBreakMembers = serializers.IntegerField()


class OverviewSerializer(serializers.Serializer[Any]):
    """Calls and people now; at most 25 calls in each list, newest first."""

    activeCalls = ActiveCallSerializer(many=True)
    recentCalls = RecentCallSerializer(many=True)
    members = MemberSerializer(many=True)
    stats = OverviewStatsSerializer()


class StatsSummarySerializer(serializers.Serializer[Any]):
    """The figures of all the days."""

    totalCalls = serializers.IntegerField()
    completedCalls = serializers.IntegerField()
    missedCalls = serializers.IntegerField()
    averageDuration = serializers.IntegerField()
    completionRate = serializers.FloatField()


class StatsDaySerializer(serializers.Serializer[Any]):
    """The figures of one day in UTC."""

    date = serializers.DateField()
    total = serializers.IntegerField()
    completed = serializers.IntegerField()
    missed = serializers.IntegerField()
    avgDuration = serializers.IntegerField()


class StatsSerializer(serializers.Serializer[Any]):
    """Day by day, oldest first, today the last; days without calls are there, with zeros."""

    period = serializers.CharField()
    summary = StatsSummarySerializer()
    daily = StatsDaySerializer(many=True)


class AgentPerformanceSerializer(serializers.Serializer[Any]):
    """The calls that one user handled."""

    agentId = serializers.UUIDField(help_text="A user's id.")
    totalCalls = serializers.IntegerField()
    completedCalls = serializers.IntegerField()
    completionRate = serializers.FloatField()
    averageDuration = serializers.IntegerField()


class PerformanceSerializer(serializers.Serializer[Any]):
    """Everybody who handled a call, most calls first."""

    period = serializers.CharField()
    agents = AgentPerformanceSerializer(many=True)
