from django.db import migrations

from contactcenter.core.same_organization import same_organization


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0028_notifications"),
    ]

    operations = [
        same_organization(
            "notification_choice_and_user_of_one_organization",
            table="core_notificationpreference",
            column="user_id",
            target="core_user",
        ),
        same_organization(
            "push_device_and_user_of_one_organization",
            table="core_pushdevice",
            column="user_id",
            target="core_user",
        ),
        same_organization(
            "push_message_and_device_of_one_organization",
            table="core_pushmessage",
            column="device_id",
            target="core_pushdevice",
        ),
    ]
