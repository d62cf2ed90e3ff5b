"""Guards against the known holes of tenancy, in the code and in the database."""

import ast
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from calls.models import Call
from contactcenter.core.admin.forms import OrgForm
from contactcenter.core.managers import UnscopedQuery
from contactcenter.core.models import Organization, OrgOwned, ProviderAccount, User
from sms.models import Message, Reroute
from tests.calls.rows import stored_call
from tests.factories import Tenant, make_message
from tests.world import World, make_world

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path.relative_to(ROOT)
    for package in ("contactcenter", "sms", "agents", "calls", "analytics")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
OWNED: list[type[OrgOwned]] = [model for model in apps.get_models() if issubclass(model, OrgOwned)]
owned = pytest.mark.parametrize("model", OWNED, ids=[model._meta.label_lower for model in OWNED])


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            yield path.as_posix(), node


def name_of(node: ast.AST) -> str:
    """Return the last word of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_kept(node: ast.AST) -> bool:
    """Whether this asks a statement whose plan is kept."""
    return isinstance(node, ast.Attribute) and node.attr == "answer" and name_of(node.value) == "statements"


def places(is_found: Callable[[ast.AST], bool]) -> list[str]:
    return sorted({path for path, node in nodes() if is_found(node)})


# --- In the code ---------------------------------------------------------------------------------------------
def test_there_is_code_to_look_at() -> None:
    assert len(SOURCES) > 100
    assert {model.__name__ for model in OWNED} >= {"Message", "Conversation", "Contact", "ProviderAccount", "Agent"}


def test_no_object_is_fetched_by_its_model_alone() -> None:
    shortcuts = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
    assert places(lambda node: name_of(node) in shortcuts) == [], "ask a selector for the organization's object"


def test_no_generic_view_brings_its_own_queryset() -> None:
    modules = ("django.views.generic", "rest_framework.generics", "rest_framework.viewsets", "rest_framework.mixins")

    def imports_one(node: ast.AST) -> bool:
        if isinstance(node, ast.ImportFrom):
            dotted = [f"{node.module}.{alias.name}" for alias in node.names]
            return any(name.startswith(modules) for name in dotted)
        return isinstance(node, ast.Import) and any(alias.name.startswith(modules) for alias in node.names)

    assert places(imports_one) == []


def test_no_form_offers_another_organizations_rows() -> None:
    fields = {"ModelChoiceField", "ModelMultipleChoiceField", "HyperlinkedRelatedField", "PrimaryKeyRelatedField"}
    assert places(lambda node: name_of(node) in fields) == [], "offer choices that a selector scoped"


def test_model_forms_have_no_foreign_keys_but_in_the_admin() -> None:
    for path in SOURCES:
        if path.name == "forms.py" or "views" in path.parts or "admin" in path.as_posix():
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    found = [
        (form.__name__, name)
        for form in subclasses(forms.BaseModelForm)
        if form.__module__.startswith(("contactcenter", "sms", "agents", "calls", "analytics"))
        for name, field in form.base_fields.items()
        # OrgForm checks every foreign key against the organization, and its admin scopes the choices.
        if isinstance(field, forms.ModelChoiceField) and not issubclass(form, OrgForm)
    ]
    assert found == []


def subclasses(cls: type) -> Iterator[type[Any]]:
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)


def test_only_these_modules_look_past_the_organization() -> None:
    allowed = {
        # Workers serve every tenant, one row at a time, and take the organization from the row.
        "agents/watching.py",
        "analytics/alerting/evaluating.py",
        "analytics/alerting/mailing.py",
        "sms/assigning.py",
        "sms/consent.py",
        "contactcenter/core/circuits.py",
        "sms/delivery.py",
        "sms/checking.py",
        "sms/doubts.py",
        "sms/flags.py",
        "sms/reachability.py",
        "sms/sender_health.py",
        "sms/missed.py",
        "sms/reconciling.py",
        "sms/resending.py",
        "sms/failover.py",
        "sms/inbound.py",
        "sms/media_store.py",
        "contactcenter/core/publishing.py",
        "contactcenter/core/pushing.py",
        "contactcenter/core/receipts.py",
        "contactcenter/core/contacts.py",
        "contactcenter/core/imports/working.py",
        "analytics/exporting/writing.py",
        "analytics/reporting/mailing.py",
        "sms/sending.py",
        "sms/sweep.py",
        "sms/threads.py",
        "sms/timing.py",
        "sms/transitions.py",
        "calls/addressing.py",
        "calls/answering.py",
        "calls/checks.py",
        "calls/commanding.py",
        "calls/failover.py",
        "calls/orders.py",
        "calls/placing.py",
        "calls/recordings.py",
        "calls/reporting.py",
        "calls/routing.py",
        "calls/sweep.py",
        "calls/transcripts.py",
        "calls/transitions.py",
        # A browser has one address, whichever organization its person worked in before.
        "contactcenter/core/push_devices.py",
        # A new row says itself whose it is.
        "sms/saved_views.py",
        "contactcenter/core/notifications.py",
        "calls/services.py",
        "calls/campaigns.py",
        "contactcenter/core/events.py",
        "sms/arriving.py",
        "sms/automatic.py",
        "sms/platform.py",
        "sms/services.py",
        "agents/services.py",
        "analytics/alerting/services.py",
        "sms/history.py",
        "sms/labelling.py",
        "sms/noting.py",
        # Before the signature is checked, nobody knows whose a webhook is; nor a token, a key or an invitation.
        "contactcenter/core/webhook_accounts.py",
        "contactcenter/core/tokens.py",
        "contactcenter/core/api_keys.py",
        "contactcenter/core/invitations.py",
        # What has ended is removed for everybody alike.
        "contactcenter/core/ended_logins.py",
        # So are files that nobody sent; and a signed link says itself which file it is for.
        "sms/uploads.py",
        # Operators watch, and after a restore hold, the whole installation.
        "contactcenter/core/vitals.py",
        "agents/figures.py",
        "calls/figures.py",
        "sms/backlog.py",
        "sms/queue_status.py",
        "sms/restoring.py",
        "sms/management/commands/reconcile.py",
        # Administrators of every organization hear of their own budget.
        "sms/budget_warnings.py",
        # What operators run: demo data, accounts from the environment, replays.
        "contactcenter/core/environment_accounts.py",
        "contactcenter/core/management/commands/outbox.py",
        "contactcenter/core/replay.py",
        "contactcenter/core/simulation.py",
        "sms/demo/world.py",
        # Where it is defined.
        "contactcenter/core/models/base.py",
    }
    found = places(lambda node: name_of(node) == "all_orgs")
    assert set(found) - allowed == set(), "scope the query, or say here why it looks at every organization"
    assert allowed - set(found) == set(), "no longer needed here"


def test_only_these_modules_use_managers_without_a_scope() -> None:
    allowed = [
        "contactcenter/core/admin/tenancy.py",
        "contactcenter/core/admin_site.py",  # Asks whether an object is the person's own, for any model.
        "contactcenter/local/prepare.py",
        "sms/demo/rows.py",
    ]
    assert set(places(lambda node: name_of(node) in {"_default_manager", "_base_manager"})) <= set(allowed)


def test_services_use_the_open_manager_to_create_only() -> None:
    for path in (
        "sms/services.py",
        "sms/labelling.py",
        "sms/noting.py",
        "sms/saved_views.py",
        "agents/services.py",
        "analytics/alerting/services.py",
        "calls/services.py",
        "calls/campaigns.py",
    ):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        assert {node.attr for node in found if name_of(node.value) == "all_orgs"} == {"create"}, path


def test_only_these_modules_speak_sql() -> None:
    allowed = {
        "analytics/selectors/behind.py",
        "contactcenter/core/environment_accounts.py",
        # What time it is.
        "contactcenter/core/clock.py",
        # Ways to ask; whoever gives them a statement stands here too, and a queryset says for which organization.
        "contactcenter/core/statements.py",
        "contactcenter/core/written_once.py",
        "contactcenter/core/signing_keys.py",
        # Sums of all processes, of nobody's rows; and how long a question of operators may take.
        "contactcenter/core/tally.py",
        "contactcenter/core/metrics.py",
        "contactcenter/core/vitals.py",
        "contactcenter/web/api/idempotency.py",
        "contactcenter/web/views/health.py",
        "contactcenter/web/webhooks.py",
        # Rollups and rows in one statement, always of the organization that is given.
        "analytics/selectors/reading.py",
        "analytics/selectors/lag.py",
        "analytics/selectors/lists.py",
        "analytics/selectors/people.py",
        "analytics/rollups.py",
        "analytics/rebuilding.py",
        "agents/adherence.py",
        "agents/watching.py",
        "analytics/alerting/evaluating.py",
        "sms/assigning.py",
        "sms/attempts.py",
        "sms/checking.py",
        "sms/claiming.py",
        "sms/consent.py",
        "sms/doubts.py",
        "sms/quota.py",
        "sms/resending.py",
        "sms/filter_choices.py",
        "sms/searching.py",
        "sms/selectors.py",
        "sms/side_facts.py",
        "sms/sender_health.py",
        "sms/spending.py",
        "sms/velocity.py",
        "sms/sending.py",
        "sms/sweep.py",
        "calls/commanding.py",
        "calls/placing.py",
        "calls/routing.py",
        "calls/sweep.py",
    }
    sql = {"cursor", "RawSQL", "RunSQL", "extra", "raw"}
    found = places(lambda node: isinstance(node, ast.Call) and (name_of(node.func) in sql or is_kept(node.func)))
    own = {path for path in found if not path.startswith(("contactcenter/simulator", "contactcenter/local"))}
    assert own - allowed == {"contactcenter/core/same_organization.py"}


# --- Managers ------------------------------------------------------------------------------------------------
QUERIES: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "len": len,
    "bool": bool,
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:1]),
    "get": lambda rows: rows.get(pk="019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e"),
    "filter": lambda rows: list(rows.filter(pk__isnull=False)),
    "filter by organization": lambda rows: list(rows.filter(organization__isnull=False)),
    "exclude": lambda rows: list(rows.exclude(pk__isnull=True)),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "latest": lambda rows: rows.latest("id"),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(rows.model(pk="019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e")),
    "iterator": lambda rows: list(rows.iterator()),
    "aiterator": lambda rows: rows.aiterator(),
    "values": lambda rows: list(rows.values("id")),
    "values_list": lambda rows: list(rows.values_list("id", flat=True)),
    "aggregate": lambda rows: rows.aggregate(n=models.Count("id")),
    "in_bulk": lambda rows: rows.in_bulk(["019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e"]),
    "update": lambda rows: rows.update(organization=None),
    "delete": lambda rows: rows.delete(),
    "explain": lambda rows: rows.explain(),
    "or": lambda rows: rows | rows,
    "union": lambda rows: rows.union(rows),
    "raw": lambda rows: rows.raw("SELECT 1"),
    "locked": lambda rows: list(rows.select_for_update()),
    "get_or_create": lambda rows: rows.get_or_create(pk="019a0f6e-8b5e-7c11-9d0a-0f6f2b1c3d4e"),
}


@owned
def test_nothing_is_asked_without_an_organization(
    model: type[OrgOwned], django_assert_num_queries: Any, db: None
) -> None:
    answered = []
    with django_assert_num_queries(0):
        for name, query in QUERIES.items():
            try:
                query(model.objects.all())
            except UnscopedQuery:
                continue
            answered.append(name)
    assert answered == []


@owned
def test_a_scope_shows_ones_own_rows(model: type[OrgOwned], ours: World, theirs: World) -> None:
    row = theirs.one(model)
    assert model.objects.for_org(theirs.tenant.org).filter(pk=row.pk).exists()
    assert not model.objects.for_org(ours.tenant.org).filter(pk=row.pk).exists()
    assert not model.objects.for_org(ours.tenant.org.pk).filter(pk=row.pk).exists()


@owned
def test_a_scope_does_not_cover_what_is_joined_to_it(model: type[OrgOwned], ours: World) -> None:
    scoped, everything = model.objects.for_org(ours.tenant.org), model.objects.all()
    for combine in (
        lambda: scoped | everything,
        lambda: everything | scoped,
        lambda: scoped ^ everything,
        lambda: scoped.union(everything),
        lambda: everything.union(scoped),
    ):
        with pytest.raises(UnscopedQuery):
            list(combine())


@owned
def test_nobody_is_no_organization(model: type[OrgOwned]) -> None:
    for nobody in (None, Organization(pk=None)):
        with pytest.raises(UnscopedQuery):
            model.objects.for_org(nobody)


# --- In the database -----------------------------------------------------------------------------------------
# A superuser of no organization may act in any: these keep the person, whoever it was.
PEOPLE_FROM_ANYWHERE = {
    "core.auditentry.actor",
    "core.outboxevent.actor",
    "sms.conversationevent.actor",
    "sms.senderpause.ended_by",
}
EDGES = [
    (model, field)
    for model in OWNED
    for field in model._meta.fields
    if isinstance(field, models.ForeignKey) and issubclass(field.related_model, OrgOwned | User)  # type: ignore[arg-type]
]


def label(edge: tuple[type[models.Model], Any]) -> str:
    model, field = edge
    return f"{model._meta.label_lower}.{field.name}"


@pytest.fixture
def ours(aurora: Tenant, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_world(aurora)


@pytest.fixture
def theirs(borealis: Tenant, ours: World) -> World:
    return make_world(borealis)


def test_nothing_can_refer_to_another_organization(ours: World, theirs: World) -> None:
    refused: dict[str, str] = {}
    # A customer who is no agent, a message and a call with nothing on them: so that no other constraint is in the way.
    free = {
        User: theirs.tenant.customer,
        Message: make_message(theirs.conversation),
        Call: stored_call(theirs.tenant),
    }
    for model, field in EDGES:
        row, target = ours.one(model), free.get(field.related_model) or theirs.one(field.related_model)
        try:
            with transaction.atomic():
                changed = model.all_orgs.filter(pk=row.pk).update(**{field.name: target})
                assert changed == 1
                connection.check_constraints()
        except IntegrityError as error:
            refused[label((model, field))] = str(error)
    assert [reason for reason in refused.values() if "_of_one_organization" not in reason] == []
    assert {label(edge) for edge in EDGES} - refused.keys() == PEOPLE_FROM_ANYWHERE


def test_one_can_refer_to_ones_own(ours: World) -> None:
    """The twin: the constraints refuse the stranger, not the change."""
    for model, field in EDGES:
        row, target = ours.one(model), ours.one(field.related_model)  # type: ignore[arg-type]
        if (
            model is Reroute and field.related_model is ProviderAccount
        ):  # It leads from one account to another one: each was proved when it was stored.
            continue
        with transaction.atomic():
            model.all_orgs.filter(pk=row.pk).update(**{field.name: target})
            connection.check_constraints()
            transaction.set_rollback(True)
