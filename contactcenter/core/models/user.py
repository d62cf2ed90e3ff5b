"""People who log in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.core.ids import new_id
from contactcenter.core.roles import Right, Role, rights_of


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; the address is stored in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator of the whole installation, who belongs to no organization unless one is given."""
        return self.create_user(email, password, is_superuser=True, **{"role": Role.ADMIN, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: one organization, one role, their own language and time zone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "core.Organization",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
    )
    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=[("en", "English"), ("cs", "Čeština"), ("es", "Español")],
        default="en",
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    department = models.CharField(_("department"), max_length=80, blank=True, db_default="", default="")
    phone_extension = models.CharField(_("extension"), max_length=20, blank=True, db_default="", default="")
    single_keys = models.BooleanField(
        _("single keys are shortcuts"),
        default=True,
        db_default=True,
        help_text=_("Turn this off when you dictate, or when letters do things that you do not expect."),
    )
    welcomed_at = models.DateTimeField(
        _("welcomed at"), null=True, blank=True, editable=False, help_text=_("When the first explanation was put away.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_default=Now())
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="email_is_unique_in_any_letter_case"),
            models.UniqueConstraint(
                fields=["organization", "id"], name="user_can_be_referred_to_with_its_organization"
            ),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False) | models.Q(is_superuser=True),
                name="only_superusers_belong_to_no_organization",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin lets this person in."""
        return self.is_superuser or self.has_right(Right.ADMINISTER)

    @property
    def may_work(self) -> bool:
        """Whether the person and their organization are active."""
        return self.is_active and (self.organization is None or self.organization.is_active)

    def has_right(self, right: Right) -> bool:
        """Whether the role grants `right` inside the person's organization."""
        return self.is_active and self.organization_id is not None and right in rights_of(self.role)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email
