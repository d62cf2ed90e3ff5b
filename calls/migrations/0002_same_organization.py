"""Calls and what hangs on them never cross organizations: enforced by the database."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("call_and_author_are_of_one_organization", "calls_call", "placed_by_id", "core_user"),
    ("call_and_agent_are_of_one_organization", "calls_call", "agent_id", "core_user"),
    ("call_and_supervisor_are_of_one_organization", "calls_call", "supervisor_id", "core_user"),
    ("call_and_campaign_are_of_one_organization", "calls_call", "campaign_id", "calls_campaign"),
    ("call_and_contact_are_of_one_organization", "calls_call", "contact_id", "core_contact"),
    ("call_and_account_are_of_one_organization", "calls_call", "account_id", "core_provideraccount"),
    ("dial_and_call_are_of_one_organization", "calls_callattempt", "call_id", "calls_call"),
    ("dial_and_account_are_of_one_organization", "calls_callattempt", "account_id", "core_provideraccount"),
    ("command_and_call_are_of_one_organization", "calls_callcommand", "call_id", "calls_call"),
    ("command_and_account_are_of_one_organization", "calls_callcommand", "account_id", "core_provideraccount"),
    ("offer_and_call_are_of_one_organization", "calls_calloffer", "call_id", "calls_call"),
    ("offer_and_agent_are_of_one_organization", "calls_calloffer", "user_id", "core_user"),
    ("call_event_and_account_are_of_one_organization", "calls_callevent", "account_id", "core_provideraccount"),
    ("call_event_and_receipt_are_of_one_organization", "calls_callevent", "receipt_id", "core_webhookreceipt"),
    ("call_event_and_call_are_of_one_organization", "calls_callevent", "call_id", "calls_call"),
    ("recording_and_call_are_of_one_organization", "calls_callrecording", "call_id", "calls_call"),
    ("recording_and_account_are_of_one_organization", "calls_callrecording", "account_id", "core_provideraccount"),
    ("transcript_and_call_are_of_one_organization", "calls_calltranscript", "call_id", "calls_call"),
    ("piece_and_transcript_are_of_one_organization", "calls_transcriptpiece", "transcript_id", "calls_calltranscript"),
]


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial"), ("core", "0006_voice_and_people")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
