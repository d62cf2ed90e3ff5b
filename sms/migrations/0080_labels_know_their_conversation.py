"""A row of a label holds what the inbox filters and orders by, so that few rows of a label are found without all others.

PostgreSQL keeps the copies up to date, whoever changes a conversation and however. No model names them, because nothing
but the statements of the inbox's lists (`sms.wanted`) reads them.
"""

from django.db import migrations

_COPIED = ("state", "assignee_id", "team_id", "phone_number_id", "unread_count", "last_message_at", "waiting_since")
_COLUMNS = """
ALTER TABLE sms_conversationlabel
    ADD COLUMN state varchar(10),
    ADD COLUMN assignee_id uuid,
    ADD COLUMN team_id uuid,
    ADD COLUMN phone_number_id uuid,
    ADD COLUMN unread_count integer,
    ADD COLUMN last_message_at timestamptz,
    ADD COLUMN waiting_since timestamptz
"""
_WITHOUT = f"ALTER TABLE sms_conversationlabel {', '.join(f'DROP COLUMN {name}' for name in _COPIED)}"
# The lock lets whoever changes the conversation meanwhile come before or after, but not between.
_READ = f"""
CREATE FUNCTION sms_label_reads_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT {", ".join(f"c.{name}" for name in _COPIED)}
    INTO {", ".join(f"NEW.{name}" for name in _COPIED)}
    FROM sms_conversation AS c WHERE c.id = NEW.conversation_id FOR NO KEY UPDATE;
    RETURN NEW;
END
$$;
CREATE TRIGGER sms_label_reads_conversation
BEFORE INSERT OR UPDATE OF conversation_id ON sms_conversationlabel
FOR EACH ROW EXECUTE FUNCTION sms_label_reads_conversation();
"""  # noqa: S608 - only our own words.
_FOLLOW = f"""
CREATE FUNCTION sms_labels_follow_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sms_conversationlabel SET {", ".join(f"{name} = NEW.{name}" for name in _COPIED)}
    WHERE conversation_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER sms_labels_follow_conversation
AFTER UPDATE OF {", ".join(_COPIED)} ON sms_conversation
FOR EACH ROW WHEN (
    ROW({", ".join(f"OLD.{name}" for name in _COPIED)}) IS DISTINCT FROM ROW({", ".join(f"NEW.{name}" for name in _COPIED)})
) EXECUTE FUNCTION sms_labels_follow_conversation();
"""  # noqa: S608 - only our own words.


class Migration(migrations.Migration):
    dependencies = [("sms", "0073_fewer_indexes_of_texts")]

    operations = [
        migrations.RunSQL(sql=_COLUMNS, reverse_sql=_WITHOUT),
        migrations.RunSQL(
            sql=_READ,
            reverse_sql=(
                "DROP TRIGGER sms_label_reads_conversation ON sms_conversationlabel;"
                " DROP FUNCTION sms_label_reads_conversation()"
            ),
        ),
        migrations.RunSQL(
            sql=_FOLLOW,
            reverse_sql=(
                "DROP TRIGGER sms_labels_follow_conversation ON sms_conversation;"
                " DROP FUNCTION sms_labels_follow_conversation()"
            ),
        ),
    ]
