"""Borealis Clinic, what stands around its conversations."""

from agents.enums import Assignment
from contactcenter.core.models import AttributeKind, LabelColor
from sms.demo.house import DemoAnswer, DemoField, DemoNote, DemoTeam, DemoView, House, Person, Work
from sms.enums import ConversationState as State
from sms.enums import Priority

BOREALIS_HOUSE = House(
    lead="supervisor",
    weekly="Mo-Fr 08:00-20:00; Sa 09:00-14:00",
    holidays=((1, 6, "Epifanía del Señor"), (10, 12, "Fiesta Nacional"), (12, 25, "Navidad")),
    teams=(
        DemoTeam(name="Recepción", members=("agent",)),
        DemoTeam(
            name="Resultados",
            members=("agent",),
            assignment=Assignment.ROUND_ROBIN,
            skills=("laboratory",),
            weekly="Mo-Fr 09:00-15:00",
            replies={
                "es": "El laboratorio está cerrado. Le responderemos el próximo día laborable.",
                "en": "The laboratory is closed. We will answer on the next working day.",
                "cs": "Laboratoř má zavřeno. Odpovíme příští pracovní den.",
            },
        ),
    ),
    labels={"Cita": LabelColor.BLUE, "Resultados": LabelColor.GREEN, "Seguro": LabelColor.AMBER},
    fields=(
        DemoField("insurance", "Seguro", AttributeKind.CHOICE, ("Norte Salud", "Vida Plena")),
        DemoField("born_on", "Fecha de nacimiento", AttributeKind.DATE),
    ),
    answers=(
        DemoAnswer("cita", "Cambio de cita", "Hola, {{contact.first_name}}: ¿qué día le viene mejor?", "es"),
        DemoAnswer("ayunas", "Venir en ayunas", "Recuerde venir en ayunas. {{organization.name}}", "es"),
        DemoAnswer("late", "Being late", "No problem, {{contact.first_name}}, we will wait for you.", "en"),
        DemoAnswer("pozde", "Zpoždění", "V pořádku, počkáme na vás. {{agent.first_name}}", "cs"),
    ),
    views=(
        DemoView("supervisor", "Resultados", {"label": "Resultados", "state": "any"}, is_shared=True),
        DemoView("agent", "Sin asignar, por espera", {"assignee": "none", "sort": "waiting"}),
    ),
    work={
        "+34700000311": Work(
            team="Recepción",
            priority=Priority.HIGH,
            labels=("Cita",),
            notes=(DemoNote("supervisor", "@Hana Veselá, la doctora acaba a las 11.", ("agent",)),),
        ),
        "+420700555312": Work(assignee="agent", team="Recepción", labels=("Cita",)),
        "+12025550133": Work(assignee="agent", state=State.PENDING, labels=("Resultados",)),
        "+34700000314": Work(state=State.SNOOZED, snoozed_days=2, labels=("Resultados",)),
        "+34700000317": Work(assignee="agent", team="Recepción"),
        "+34700000318": Work(labels=("Seguro",)),
    },
    people={
        "+34700000311": Person(
            email="teresa.gil@correo.example", values={"insurance": "Norte Salud", "born_on": "1968-11-03"}
        ),
        "+420700555312": Person(email="ivana@krasna.example", note="Habla checo e inglés."),
        "+34700000317": Person(email="familia@serrano.example", values={"insurance": "Vida Plena"}, labels=("Seguro",)),
    },
)
