"""Borealis Clinic: appointments and results. Nothing of it may ever show up at Aurora Outdoor."""

from calls.demo.script import CampaignPlan, Dialogue, Profile, Topic
from calls.enums import CampaignStatus

_APPOINTMENT = Topic(
    "cita nueva",
    ("Primera visita con la Dra. Vega, jueves a las 10:15.", "Prefiere las tardes; apuntado el martes a las 17:30."),
    usual_seconds=140,
)
_CHANGE = Topic(
    "cambio de cita",
    ("Pasa del lunes al jueves, misma hora.", "Anula y llamará cuando vuelva de viaje."),
    usual_seconds=100,
)
_RESULTS = Topic(
    "resultados",
    ("Los resultados están en el portal; explicado cómo entrar.", "El laboratorio los envía mañana."),
    usual_seconds=170,
)
_COMPLAINT = Topic(
    "queja",
    ("Esperó 50 minutos en recepción. Disculpas y cita preferente.",),
    usual_seconds=390,
    is_escalated=True,
)
_REMINDER = Topic("recordatorio", ("Confirma la cita de mañana.", "Recordado que venga en ayunas."), 60)
_CALLBACK = Topic("callback requested", ("Pide que llamemos por la tarde.",), 35)
_BOOKED = Topic("revisión reservada", ("Revisión anual el día 14 a las 9:00.",), 150)
_NO = Topic("no interesado", ("Ya se la hace en su empresa.",), 45)
_ANSWERED = Topic("encuesta hecha", ("Valora con un 9 el trato.", "Un 6: falta aparcamiento."), 160)

PROFILE = Profile(
    total=120,
    weekdays=(1.3, 1.1, 1.0, 1.0, 0.9, 0.15, 0.05),
    hours={9: 1.4, 10: 1.5, 11: 1.2, 12: 1.0, 13: 0.8, 16: 1.0, 17: 1.1, 18: 0.8, 19: 0.4},
    strangers=("+34700000{:03}",),
    spoken="+34",
    inbound=(_APPOINTMENT, _APPOINTMENT, _APPOINTMENT, _CHANGE, _CHANGE, _RESULTS, _COMPLAINT),
    outbound=(_REMINDER, _REMINDER, _REMINDER, _RESULTS, _CALLBACK),
    campaigns=(
        CampaignPlan(
            "Revisión anual",
            "Pacientes cuya última revisión fue hace más de un año.",
            CampaignStatus.ACTIVE,
            first_day=9,
            topics=(_BOOKED, _NO, _CALLBACK),
        ),
        CampaignPlan(
            "Encuesta de satisfacción",
            "Tres preguntas después de la visita.",
            CampaignStatus.COMPLETED,
            first_day=27,
            last_day=15,
            topics=(_ANSWERED, _ANSWERED, _NO),
        ),
        CampaignPlan(
            "Vacunación de otoño", "Se empieza cuando lleguen las vacunas.", CampaignStatus.DRAFT, first_day=3
        ),
    ),
    dialogues=(
        Dialogue(
            _APPOINTMENT,
            (
                "Buenos días, quería pedir una cita con la doctora Vega.",
                "Buenos días. ¿Le va bien el jueves a las diez y cuarto?",
                "Perfecto, muchas gracias. Muy amable.",
                "A usted. Hasta el jueves.",
            ),
        ),
        Dialogue(
            _COMPLAINT,
            (
                "Ayer esperé cincuenta minutos y nadie me dijo nada. Es inaceptable.",
                "Lo siento de verdad. Hubo una urgencia por la mañana.",
                "Salí tarde y perdí el autobús. Quiero poner una queja.",
                "La apunto ahora mismo, y le doy la primera hora del lunes.",
            ),
        ),
        Dialogue(
            _RESULTS,
            (
                "Hola, ¿están listos los resultados de mi análisis?",
                "Sí, los puede ver en el portal desde hoy.",
                "¿Y cómo entro en el portal?",
                "Con su número de tarjeta y la fecha de nacimiento.",
            ),
        ),
    ),
)
