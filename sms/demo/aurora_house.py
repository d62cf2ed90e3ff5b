"""Aurora Outdoor, what stands around its conversations."""

from agents.enums import Assignment
from contactcenter.core.models import AttributeKind, LabelColor
from sms.demo.house import DemoAnswer, DemoField, DemoNote, DemoTeam, DemoView, House, Person, Work
from sms.enums import ConversationState as State
from sms.enums import Priority

# Only people give conversations to these teams: whoever tries the demo at night gets no answer that nobody wrote.
_TEAMS = (
    DemoTeam(name="Orders", members=("agent", "agent.cs", "agent.es")),
    DemoTeam(
        name="Returns & repairs",
        members=("agent",),
        assignment=Assignment.LEAST_BUSY,
        skills=("returns",),
        weekly="Mo-Fr 08:00-12:00, 12:30-17:00",
        replies={
            "en": "Our workshop is closed now. We answer on the next working day from 8:00.",
            "cs": "Naše dílna má teď zavřeno. Odpovíme příští pracovní den od 8:00.",
            "es": "Nuestro taller está cerrado ahora. Responderemos el próximo día laborable desde las 8:00.",
        },
    ),
    DemoTeam(
        name="Technical advice",
        members=("agent.cs",),
        assignment=Assignment.ROUND_ROBIN,
        skills=("technical",),
        weekly="Mo-Fr 10:00-18:00; Sa 10:00-14:00",
    ),
)
_ANSWERS = (
    DemoAnswer("hours", "Opening hours", "Hello {{contact.first_name}}, we are open Mon–Sat 9–18 and Sun 10–16.", "en"),
    DemoAnswer(
        "otevreno", "Otevírací doba", "Dobrý den, otevřeno máme po–so 9–18 a ne 10–16. {{organization.name}}", "cs"
    ),
    DemoAnswer("horario", "Horario", "Hola, {{contact.first_name}}: abrimos de lunes a sábado de 9 a 18 h.", "es"),
    DemoAnswer(
        "address",
        "Asking for the address",
        "Hello {{contact.first_name}}, please send us the new address and we will pass it on to the courier.",
        "en",
    ),
    DemoAnswer(
        "reklamace",
        "Jak reklamovat",
        "Dobrý den, pošlete prosím číslo objednávky a fotku závady. Ozveme se do dvou dnů. {{agent.first_name}}",
        "cs",
        "Returns & repairs",
    ),
    DemoAnswer(
        "return-label",
        "Return label",
        "Hello {{contact.first_name}}, your return label is on its way by e-mail. {{agent.name}}",
        "en",
        "Returns & repairs",
    ),
)
_WORK = {
    "+420777123456": Work(
        assignee="agent",
        team="Orders",
        priority=Priority.HIGH,
        labels=("Delivery",),
        notes=(
            DemoNote("agent.cs", "Dopravce zásilku zdržel o den, @Elena García. Adresu už má novou.", ("agent",)),
            DemoNote("supervisor", "Pokud nedorazí do pátku, vraťte jí poštovné."),
        ),
    ),
    "+34700000111": Work(team="Orders", labels=("Advice",)),
    "+420700555114": Work(assignee="agent.cs", team="Orders", labels=("Invoice",)),
    "+12025550121": Work(team="Orders", priority=Priority.URGENT, labels=("Delivery", "VIP")),
    "+34700000138": Work(assignee="agent.es", state=State.PENDING, labels=("Advice",)),
    "+420700555160": Work(
        labels=("Invoice",),
        notes=(DemoNote("agent", "@Pavel Svoboda, can you send it again from accounting?", ("supervisor",)),),
    ),
    "+12025550175": Work(assignee="agent", team="Returns & repairs", state=State.SNOOZED, snoozed_days=1),
    "+420700555120": Work(team="Technical advice", priority=Priority.HIGH, labels=("Complaint",)),
    "+34700000180": Work(assignee="agent.es", team="Orders", priority=Priority.LOW),
    "+420700555171": Work(
        assignee="agent",
        team="Returns & repairs",
        labels=("Complaint",),
        notes=(DemoNote("supervisor", "@Elena García: the seam is a known fault, no need to ask.", ("agent",), True),),
    ),
    "+420700555187": Work(state=State.SNOOZED, labels=("Advice",)),
    "+420700555206": Work(state=State.PENDING, team="Returns & repairs"),
    "+420700555230": Work(assignee="supervisor", team="Orders", labels=("VIP",)),
    "+12025550199": Work(assignee="agent", labels=("VIP",)),
    "+34700000232": Work(assignee="agent.es", labels=("VIP",)),
}
_PEOPLE = {
    "+420777123456": Person(
        email="jana.novakova@mail.example",
        values={"city": "Praha", "member_since": "2021-04-18", "club": "Summit"},
        labels=("VIP",),
        note="Prefers delivery in the morning.",
    ),
    "+34700000111": Person(email="miguel@ortega.example", values={"city": "Bilbao", "shoe_size": "43.5"}),
    "+12025550121": Person(email="alice.smith@mail.example", values={"club": "Basecamp", "shoe_size": "38"}),
    "+420700555171": Person(email="zdenek.kriz@mail.example", values={"city": "Brno", "shoe_size": "45"}),
    "+420700555230": Person(
        email="obchod@hlavac.example", values={"city": "Olomouc"}, labels=("Business",), note="Invoice by the 5th."
    ),
    "+12025550199": Person(
        email="office@ridgewood.example", labels=("Business",), values={"member_since": "2019-09-02"}
    ),
    "+34700000232": Person(email="club@alpinogranada.example", labels=("Business",), values={"city": "Granada"}),
}
AURORA_HOUSE = House(
    lead="supervisor",
    weekly="Mo-Sa 09:00-18:00; Su 10:00-16:00",
    holidays=((1, 1, "New Year"), (12, 24, "Christmas Eve"), (12, 25, "Christmas Day"), (12, 26, "St Stephen's Day")),
    teams=_TEAMS,
    labels={
        "Delivery": LabelColor.BLUE,
        "Invoice": LabelColor.GREEN,
        "Complaint": LabelColor.RED,
        "Advice": LabelColor.AMBER,
        "VIP": LabelColor.VIOLET,
        "Business": LabelColor.GRAY,
    },
    fields=(
        DemoField("city", "City", AttributeKind.TEXT),
        DemoField("shoe_size", "Shoe size", AttributeKind.NUMBER),
        DemoField("member_since", "Member since", AttributeKind.DATE),
        DemoField("club", "Club", AttributeKind.CHOICE, ("Basecamp", "Summit")),
    ),
    answers=_ANSWERS,
    views=(
        DemoView("supervisor", "Complaints", {"label": "Complaint", "state": "any"}, is_shared=True),
        DemoView("agent", "Waiting orders", {"team": "Orders", "sort": "waiting"}),
    ),
    work=_WORK,
    people=_PEOPLE,
)
