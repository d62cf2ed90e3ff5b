"""What was decided before there was a ledger becomes its first entry, under the id of the consent."""

from django.db import migrations

# An agent could opt a number in then; that decision had no proof but itself.
_COPY = """
INSERT INTO sms_consententry (id, organization_id, address, before, state, source, message_id, word, note, created_at)
SELECT id, organization_id, address, '', state,
    CASE WHEN source = 'agent' AND state = 'opted_in' THEN 'proof' ELSE source END, message_id, '',
    CASE WHEN source = 'agent' AND state = 'opted_in' THEN 'decided by an agent before there was a ledger' ELSE '' END,
    changed_at
FROM sms_consent
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0032_texts_that_wait_for_a_number")]

    operations = [
        migrations.RunSQL(
            sql=_COPY, reverse_sql="DELETE FROM sms_consententry WHERE id IN (SELECT id FROM sms_consent)"
        )
    ]
