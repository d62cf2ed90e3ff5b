"""The people that an organization talks to."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower, Reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contactcenter.core.models.base import OrgOwned, same_org_unique


class AddressKind(models.TextChoices):
    """What kind of sender or recipient an address is; only the first can be called and answered."""

    PHONE = "phone", _("phone number")
    SHORT_CODE = "short_code", _("short code")
    ALPHANUMERIC = "alphanumeric", _("alphanumeric sender")


class Delivery(models.TextChoices):
    """What the providers' answers say of a number: texts arrive, can never arrive, or did not several times."""

    OK = "ok", _("texts arrive")
    INVALID = "invalid", _("does not exist")
    NO_SMS = "no_sms", _("cannot get texts")
    UNREACHABLE = "unreachable", _("not reached lately")


class Contact(OrgOwned):
    """A person or business; their numbers hang on it."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    attributes = models.JSONField(_("own fields"), default=dict, db_default={}, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta(OrgOwned.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [same_org_unique("contact")]
        indexes = [
            # Serves imports: who has this e-mail address already?
            models.Index(
                models.F("organization"), Lower("email"), condition=~models.Q(email=""), name="contact_by_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Unnamed contact"))


class ContactNumber(OrgOwned):
    """One address of a contact: E.164, or a short code or an alphanumeric name that wrote to us."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="numbers", verbose_name=_("contact"))
    address = models.CharField(_("address"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=AddressKind.choices, default=AddressKind.PHONE)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    delivery_state = models.CharField(
        _("texts to it"), max_length=11, choices=Delivery.choices, default=Delivery.OK, db_default=Delivery.OK
    )
    delivery_since = models.DateTimeField(_("since"), null=True, blank=True)
    delivery_code = models.CharField(
        _("the provider's error code"), max_length=40, blank=True, default="", db_default=""
    )
    # The newest times at which a text did not arrive for a reason that may pass; as many as make it unreachable.
    missed_at = ArrayField(
        models.DateTimeField(), verbose_name=_("missed at"), default=list, db_default=[], blank=True, editable=False
    )

    class Meta(OrgOwned.Meta):
        verbose_name = _("contact number")
        verbose_name_plural = _("contact numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "address"], name="address_belongs_to_one_contact_per_organization"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=AddressKind.PHONE) | models.Q(address__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="contact_phone_number_is_e164",
            ),
            models.CheckConstraint(
                condition=models.Q(delivery_state=Delivery.OK) | models.Q(delivery_since__isnull=False),
                name="marked_number_says_since_when",
            ),
        ]
        indexes = [
            # Serves the search for the last digits of a number, which are the first ones backwards.
            models.Index(
                models.F("organization"),
                OpClass(Reverse("address"), name="text_pattern_ops"),
                name="contact_number_backwards",
            ),
        ]

    def __str__(self) -> str:
        return self.address
