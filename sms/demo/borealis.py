"""Borealis Clinic: reminders and short questions. Nothing of it may ever show up at Aurora Outdoor."""

from sms.demo.script import DAY, HOUR, Talk, long_talk, them, us
from sms.enums import MessageStatus as S

_VISITS = (
    (
        us("Borealis Clinic: le recordamos su cita {n} mañana a las 9:30.", gap=5),
        them("Allí estaré.", gap=55),
    ),
    (
        them("¿Puedo cambiar la cita {n} al jueves?"),
        us("Sí, el jueves a las 11:00. ¿Le va bien?", gap=12),
        them("Perfecto, gracias.", gap=3),
        us("Apuntado. ¡Hasta el jueves!", gap=1),
    ),
    (
        them("¿Están listos los resultados de la visita {n}?"),
        us("Sí, puede verlos en su portal desde hoy.", gap=40),
        them("Muchas gracias.", gap=6),
    ),
)

BOREALIS_TALKS = (
    Talk(
        "Teresa Gil",
        "+34700000311",
        (
            us("Borealis Clinic: su cita con la Dra. Vega es mañana a las 10:15."),
            them("¿Puedo ir media hora más tarde?", gap=25),
        ),
        ago=6,
        language="es",
        unread=1,
    ),
    Talk(
        "Ivana Krásná",
        "+420700555312",
        (
            them("Dobrý den, jsem na cestě a zpozdím se o 10 minut."),
            us("V pořádku, počkáme na vás."),
        ),
        ago=44,
        language="cs",
    ),
    Talk(
        "George Hall",
        "+12025550133",
        (
            us("Borealis Clinic: your vaccination record is attached to your portal.", S.SENT),
            them("Got it, thanks!", gap=70),
        ),
        ago=5 * HOUR,
        sender="TWILIO",
        language="en",
    ),
    Talk(
        "Manuel Prieto",
        "+34700000314",
        (us("Borealis Clinic: no olvide venir en ayunas el martes.", S.UNDELIVERED, code="40008"),),
        ago=DAY + 4 * HOUR,
        language="es",
    ),
    Talk(
        "",
        "+12025550135",
        (
            us("Borealis Clinic: time for your yearly check-up. Reply STOP to opt out."),
            them("Stop.", gap=12),
        ),
        ago=2 * DAY,
        sender="TWILIO",
        opted_out="keyword",
    ),
    Talk(
        "Adela Fuentes",
        "+34700000316",
        (
            them("Le mando la foto del informe."),
            them("", pictures=1),
            us("Recibida. La doctora la revisa hoy."),
        ),
        ago=3 * DAY,
        language="es",
        is_closed=True,
    ),
    Talk(
        "Familia Serrano",
        "+34700000317",
        long_talk(_VISITS, rounds=23, first_number=5104),
        ago=2 * DAY + 3 * HOUR,
        language="es",
    ),
    Talk(
        "Raquel Ibáñez",
        "+34700000318",
        (them("¿Trabajan con mi seguro?"), us("Sí, con todos los grandes."), them("¡Qué bien!")),
        ago=6 * DAY,
        language="es",
        is_closed=True,
    ),
    Talk(
        "Monika Tichá",
        "+420700555319",
        (them("Ztratila jsem recept, co teď?"), us("Vystavíme nový, přijde vám SMS."), them("Děkuji!")),
        ago=8 * DAY,
        language="cs",
        is_closed=True,
    ),
    Talk(
        "Peter Adams",
        "+12025550138",
        (them("Is the clinic open on Friday?"), us("Yes, 8 to 14."), them("Cheers")),
        ago=11 * DAY,
        sender="TWILIO",
        language="en",
        is_closed=True,
    ),
    Talk(
        "Silvia Cano",
        "+34700000321",
        (us("Borealis Clinic: su cita queda anulada, como pidió."), them("Gracias.")),
        ago=14 * DAY,
        language="es",
        is_closed=True,
    ),
    Talk(
        "Tomás Rey",
        "+34700000322",
        (us("Borealis Clinic: control anual en un mes.", S.SCHEDULED),),
        ago=15 * DAY,
        language="es",
    ),
)
