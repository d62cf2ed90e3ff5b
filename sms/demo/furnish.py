"""From a written house to rows: what stands around the conversations of one organization."""

from datetime import date, datetime, timedelta
from typing import Any

from agents.models import Agent, BusinessHours, Holiday, Team, TeamMember
from contactcenter.core.ids import id_at
from contactcenter.core.models import Contact, ContactAttribute, ContactLabel, ContactNote, Label, Organization, User
from sms.demo.house import DemoAnswer, DemoTeam, DemoView, House, Person
from sms.demo.rows import Rows
from sms.models import CannedAnswer, SavedView


class Furnisher:
    """Adds to the rows of one organization what its house says. `begun`: when the house was set up."""

    def __init__(self, org: Organization, house: House, *, rows: Rows, begun: datetime) -> None:
        self.org, self.house, self.rows, self.begun = org, house, rows, begun
        users = User.objects.filter(organization=org).select_related("agent")
        self.users: dict[str, User] = {user.email.partition("@")[0]: user for user in users}
        self.teams: dict[str, Team] = {}
        self.labels: dict[str, Label] = {}

    def add(self) -> None:
        """Add everything but what was done with the conversations."""
        for team in self.house.teams:
            self._team(team)
        self._hours(self.house.weekly, None, {})
        for name, color in self.house.labels.items():
            self.labels[name] = self._new(Label, name, name=name, color=color)
        self._fields()
        for answer in self.house.answers:
            self._answer(answer)
        for view in self.house.views:
            self._view(view)
        contacts = {number.address: number.contact for number in self.rows.numbers}
        for address, person in self.house.people.items():
            self._person(contacts[address], address, person)

    def _new(self, model: Any, key: str, /, **fields: Any) -> Any:
        row = model(id=id_at(self.begun, f"{self.org.slug} {model.__name__} {key}"), organization=self.org, **fields)
        self.rows.around.append(row)
        return row

    def _team(self, team: DemoTeam) -> None:
        row = self._new(Team, team.name, name=team.name, assignment=team.assignment, required_skills=list(team.skills))
        self.teams[team.name] = row
        for login in team.members:
            agent: Agent = self.users[login].agent
            self._new(TeamMember, f"{team.name} {login}", team=row, agent=agent)
        if team.weekly:
            self._hours(team.weekly, row, team.replies)

    def _hours(self, weekly: str, team: Team | None, replies: dict[str, str]) -> None:
        answers = {f"reply_{language}": text for language, text in replies.items()}
        key = team.name if team else ""
        hours = self._new(BusinessHours, key, team=team, weekly=weekly, **answers)
        if team is not None:
            return  # The organization's holidays close every team.
        for month, day, name in self.house.holidays:
            for year in (self.begun.year, self.begun.year + 1):
                self._new(Holiday, f"{year} {name}", hours=hours, day=date(year, month, day), name=name)

    def _fields(self) -> None:
        for position, each in enumerate(self.house.fields):
            choices = list(each.choices)
            self._new(
                ContactAttribute,
                each.key,
                key=each.key,
                name=each.name,
                kind=each.kind,
                choices=choices,
                position=position,
            )

    def _answer(self, answer: DemoAnswer) -> None:
        self._new(
            CannedAnswer,
            answer.shortcut,
            shortcut=answer.shortcut,
            title=answer.title,
            body=answer.body,
            language=answer.language,
            team=self.teams.get(answer.team),
        )

    def _view(self, view: DemoView) -> None:
        rows: dict[str, dict[str, Any]] = {"team": self.teams, "label": self.labels}
        words = {name: str(rows[name][word].pk) if name in rows else word for name, word in view.words.items()}
        self._new(
            SavedView,
            f"{view.owner} {view.name}",
            owner=self.users[view.owner],
            name=view.name,
            words=words,
            is_shared=view.is_shared,
        )

    def _person(self, contact: Contact, address: str, person: Person) -> None:
        contact.email, contact.attributes = person.email, person.values
        for name in person.labels:
            self._after(ContactLabel, f"{address} {name}", contact=contact, label=self.labels[name])
        if person.note:
            author = self.users[self.house.lead]
            row = self._after(ContactNote, address, contact=contact, author=author, body=person.note)
            self.rows.ages.append((row, self.begun + timedelta(days=1)))

    def _after(self, model: Any, key: str, /, **fields: Any) -> Any:
        """A row that hangs on a contact."""
        row = model(id=id_at(self.begun, f"{self.org.slug} {model.__name__} {key}"), organization=self.org, **fields)
        self.rows.work.append(row)
        return row
