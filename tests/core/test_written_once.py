"""Statements whose SQL is written once, and whose plan PostgreSQL keeps: what they answer, and for whom."""

from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import Count, Value, Window

from agents.models import Agent, Team
from contactcenter.core import statements
from contactcenter.core.managers import UnscopedQuery
from contactcenter.core.models import User
from contactcenter.core.written_once import written_once
from tests.factories import Tenant

pytestmark = pytest.mark.django_db
_ADDRESS = ("dbname", "user", "password", "host", "port")


@pytest.fixture(params=[True, False], ids=["plans are kept", "behind a pooler"])
def plans(request, settings):
    settings.DATABASE_KEEPS_PLANS = request.param
    return request.param


def team(owner: Tenant, name: str) -> Team:
    return Team.all_orgs.create(organization=owner.org, name=name)


def teams_of(org_id: UUID):
    return Team.objects.for_org(org_id).order_by("name")


# --- What they answer ----------------------------------------------------------------------------------------
def test_tuples_are_those_of_the_queryset(aurora, borealis, plans):
    for name in ("B", "A", "100% \"quoted\" 'x' %s"):
        team(aurora, name)
    team(borealis, "Theirs")
    found = written_once(lambda org_id: teams_of(org_id).values_list("pk", "name", "created_at"))
    for owner in (aurora, borealis, aurora):
        assert found(owner.org.pk) == list(teams_of(owner.org.pk).values_list("pk", "name", "created_at"))


def test_single_values(aurora, plans):
    team(aurora, "A")
    assert written_once(lambda org_id: teams_of(org_id).values_list("name", flat=True))(aurora.org.pk) == ["A"]


def test_objects_come_with_what_they_refer_to(aurora, django_assert_num_queries, plans):
    agent = Agent.objects.for_org(aurora.org).get()
    Agent.objects.for_org(aurora.org).update(status_by=aurora.admin, skills=["čeština"])
    found = written_once(lambda org_id: Agent.objects.for_org(org_id).select_related("user", "status_by"))
    with django_assert_num_queries(1):
        (one,) = found(aurora.org.pk)
        assert (one.user.email, one.status_by.email) == ("agent@aurora.example", "admin@aurora.example")
    assert one.pk == agent.pk
    for field in Agent._meta.concrete_fields:
        assert getattr(one, field.attname) == getattr(Agent.objects.for_org(aurora.org).get(), field.attname)
    one.max_capacity = 7
    one.save(update_fields=["max_capacity"])  # It is a row of the database, not a new one.
    assert Agent.objects.for_org(aurora.org).get().max_capacity == 7


def test_columns_that_django_makes_something_of(aurora, plans):
    team(aurora, "A")
    team(aurora, "B")
    counted = written_once(
        lambda org_id: teams_of(org_id).annotate(all=Window(Count("pk")), n=Value(3)).values_list("all", "n", "name")
    )
    assert counted(aurora.org.pk) == [(2, 3, "A"), (2, 3, "B")]


def test_constants_may_have_signs_of_percent(aurora, plans):
    team(aurora, "50% off")
    team(aurora, "50 of 100")
    found = written_once(lambda org_id: teams_of(org_id).filter(name__contains="50%").values_list("name", flat=True))
    assert found(aurora.org.pk) == ["50% off"]


def test_several_querysets_in_one(aurora, borealis, plans):
    team(aurora, "A")
    team(borealis, "B")

    @written_once
    def found(mine: UUID, theirs: UUID):
        one, two = (teams_of(org_id).values_list("name", flat=True) for org_id in (mine, theirs))
        return one.union(two, all=True)

    assert found(aurora.org.pk, borealis.org.pk) == ["A", "B"]
    assert found(borealis.org.pk, aurora.org.pk) == ["B", "A"]


# --- Once ----------------------------------------------------------------------------------------------------
def test_the_queryset_is_made_once(aurora, borealis):
    made = []

    @written_once
    def found(org_id: UUID):
        made.append(org_id)
        return teams_of(org_id)

    assert found(aurora.org.pk) == found(borealis.org.pk) == []
    assert len(made) == 1
    assert made[0] not in (aurora.org.pk, borealis.org.pk)


@pytest.mark.django_db(transaction=True)  # Within a transaction it is not said that one plan is enough.
def test_postgresql_keeps_the_plan(aurora):
    assert connection.connection is not None
    for _time in range(8):
        statements.answer(
            "SELECT 'kept by a test', id FROM agents_team WHERE organization_id = %(org)s", {"org": aurora.org.pk}
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%kept by a test%%'"
            " AND statement NOT LIKE '%%pg_prepared%%'",
            [],
        )
        ((generic, custom),) = cursor.fetchall()
    assert (generic, custom) == (8, 0)


def test_other_statements_do_not_push_it_out(aurora):
    asked = "SELECT 'kept beside others', id FROM agents_team WHERE organization_id = %(org)s"
    for look in range(3):
        assert statements.answer(asked, {"org": aurora.org.pk}) == []
        for number in range(150):
            list(Team.objects.for_org(aurora.org).filter(name=f"{look} {number}"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT ''kept beside others%%'", []
        )
        assert cursor.fetchone() == (1,)


def test_no_text_of_other_statements_is_kept(aurora):
    statements.answer("SELECT 1")
    list(Team.objects.for_org(aurora.org).filter(name="a secret"))
    assert connection.connection is not None
    assert "secret" not in repr(connection.connection._prepared._counts) + repr(connection.connection._prepared._names)


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_change_a_column_meanwhile():
    changed("CREATE TABLE kept_by_a_test (n integer)")
    try:
        changed("INSERT INTO kept_by_a_test VALUES (1)")
        for _time in range(8):
            assert statements.answer("SELECT n FROM kept_by_a_test") == [(1,)]
        changed("ALTER TABLE kept_by_a_test ALTER n TYPE text")
        assert statements.answer("SELECT n FROM kept_by_a_test") == [("1",)]
    finally:
        changed("DROP TABLE kept_by_a_test")


def changed(sql: str) -> None:
    """Change something over another connection, as a migration does."""
    given = connection.get_connection_params()
    with psycopg.connect(**{name: given[name] for name in _ADDRESS if name in given}, autocommit=True) as other:
        other.execute(sql)


# --- What is refused -----------------------------------------------------------------------------------------
def test_rows_without_an_organization(aurora):
    with pytest.raises(UnscopedQuery):
        written_once(lambda org_id: Team.objects.filter(pk=org_id))(aurora.org.pk)


def test_an_argument_that_does_not_reach_the_statement(aurora):
    with pytest.raises(TypeError, match="user_id"):
        written_once(lambda org_id, user_id: teams_of(org_id))(aurora.org.pk, aurora.admin.pk)


def test_no_organization_at_all():
    with pytest.raises(UnscopedQuery):
        written_once(teams_of)(None)


@pytest.mark.parametrize(
    "kind",
    [
        lambda rows: rows.values("name"),
        lambda rows: rows.values_list("name", named=True),
        lambda rows: rows.annotate(one=Value(1)),
    ],
    ids=["dictionaries", "named tuples", "objects with more"],
)
def test_results_that_it_cannot_make(aurora, kind):
    with pytest.raises(TypeError, match="neither"):
        written_once(lambda org_id: kind(teams_of(org_id)))(aurora.org.pk)


def test_what_would_be_fetched_beside_it(aurora):
    with pytest.raises(TypeError, match="beside"):
        written_once(lambda org_id: teams_of(org_id).prefetch_related("members"))(aurora.org.pk)


def test_errors_are_djangos(aurora, plans):
    with pytest.raises(ProgrammingError), transaction.atomic():
        statements.answer("SELECT nothing FROM nowhere")


def test_it_is_counted_as_any_other(aurora, django_assert_num_queries, plans):
    people = written_once(lambda org_id: User.objects.filter(organization_id=org_id).order_by("email"))
    with django_assert_num_queries(2):
        assert people(aurora.org.pk)
        assert people(aurora.org.pk)
