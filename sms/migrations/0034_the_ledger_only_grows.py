"""A proof that could be edited would be none: PostgreSQL refuses to change or delete what was decided."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION sms_consententry_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of consent only grows' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER sms_consententry_only_grows
BEFORE DELETE OR UPDATE OF organization_id, address, before, state, source, word, note, created_at ON sms_consententry
FOR EACH ROW EXECUTE FUNCTION sms_consententry_only_grows();
"""
_ALLOW = """
DROP TRIGGER sms_consententry_only_grows ON sms_consententry;
DROP FUNCTION sms_consententry_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("sms", "0033_first_entries_of_the_ledger")]

    operations = [migrations.RunSQL(sql=_REFUSE, reverse_sql=_ALLOW)]
