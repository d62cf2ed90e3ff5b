"""Decisions about consent, pins and automatic answers never cross organizations."""

from django.db import migrations

from contactcenter.core.same_organization import same_organization

EDGES = [
    ("decision_and_message_are_of_one_organization", "sms_consententry", "message_id", "sms_message"),
    ("decision_and_actor_are_of_one_organization", "sms_consententry", "actor_id", "core_user"),
    ("consent_and_account_are_of_one_organization", "sms_consent", "pinned_account_id", "core_provideraccount"),
    ("answer_and_keyword_are_of_one_organization", "sms_message", "answers_id", "sms_message"),
]


class Migration(migrations.Migration):
    dependencies = [("sms", "0030_consent_has_a_ledger_and_texts_have_hours")]

    operations = [
        same_organization(name, table=table, column=column, target=target) for name, table, column, target in EDGES
    ]
