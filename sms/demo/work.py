"""What colleagues did with the demo conversations, as rows: assigned, put off, labelled, noted."""

from datetime import datetime, timedelta
from typing import Any

from contactcenter.core.ids import id_at
from contactcenter.core.models import User
from sms.demo.furnish import Furnisher
from sms.demo.house import DemoNote, Work
from sms.enums import ConversationEventKind as Kind
from sms.enums import ConversationState, Priority
from sms.models import Conversation, ConversationEvent, ConversationLabel, Note, NoteMention

# Deeds and notes follow the text that they follow at this pace.
_PACE = timedelta(seconds=35)


class WorkWriter:
    """Writes the work with one conversation: who was given it stands under its first text, notes under its last."""

    def __init__(self, furnished: Furnisher, conversation: Conversation, *, first_at: datetime, now: datetime) -> None:
        self.furnished, self.conversation, self.now = furnished, conversation, now
        self.lead = furnished.users[furnished.house.lead]
        self.at = first_at

    def do(self, work: Work) -> None:
        """Write all of it into the conversation and the rows."""
        self._give(work)
        for name in work.labels:
            label = self.furnished.labels[name]
            self._new(ConversationLabel, name, conversation=self.conversation, label=label)
            self._told(Kind.LABELED, self.lead, label=str(label.pk), name=name)
        if work.priority != Priority.NORMAL:
            self.conversation.priority = work.priority
            self._told(Kind.PRIORITY, self.lead, priority=int(work.priority))
        self.at = self.conversation.last_message_at
        for note in work.notes:
            self._note(note)
        if work.state is not None:
            self._move(work, work.state)

    def _give(self, work: Work) -> None:
        if work.team:
            team = self.conversation.team = self.furnished.teams[work.team]
            self._told(Kind.TEAM, self.lead, team=str(team.pk), name=team.name)
        if work.assignee:
            person = self.conversation.assignee = self.furnished.users[work.assignee]
            self._told(Kind.ASSIGNED, person, user=str(person.pk), name=person.get_full_name())

    def _move(self, work: Work, state: ConversationState) -> None:
        self.conversation.state = state
        detail = {"state": str(state)}
        if state == ConversationState.SNOOZED and work.snoozed_days is not None:
            until = self.now + timedelta(days=work.snoozed_days)
            self.conversation.snoozed_until = until
            detail["until"] = until.isoformat()
        self._told(Kind.STATE, self.conversation.assignee or self.lead, **detail)

    def _note(self, note: DemoNote) -> None:
        self.at += _PACE
        users = self.furnished.users
        row = self._new(
            Note,
            str(self.at),
            conversation=self.conversation,
            author=users[note.author],
            body=note.body,
            created_at=self.at,
        )
        for login in note.mentions:
            seen_at = self.at + _PACE if note.is_seen else None
            whom = {"note": row, "user": users[login], "conversation": self.conversation}
            self._new(NoteMention, f"{self.at} {login}", seen_at=seen_at, **whom)

    def _told(self, kind: Kind, actor: User | None, **detail: Any) -> None:
        self.at += _PACE
        self._new(
            ConversationEvent,
            f"{kind} {self.at}",
            conversation=self.conversation,
            kind=kind,
            actor=actor,
            detail=detail,
            created_at=self.at,
        )

    def _new(self, model: Any, key: str, /, **fields: Any) -> Any:
        whole = f"{model.__name__} {self.conversation.address} {key}"
        row = model(id=id_at(self.at, whole), organization=self.conversation.organization, **fields)
        self.furnished.rows.work.append(row)
        return row
