"""Aurora Outdoor: a shop whose customers call about orders, returns and gear."""

from calls.demo.script import CampaignPlan, Dialogue, Profile, Topic
from calls.enums import CampaignStatus

_ORDER = Topic(
    "order status",
    (
        "Parcel left the warehouse this morning, tracking number sent by text.",
        "Carrier had the wrong flat number; corrected, second delivery tomorrow.",
        "Customer picks it up in the shop instead.",
    ),
)
_RETURN = Topic(
    "return",
    (
        "Return label sent. Refund within 14 days of arrival.",
        "Exchange for size 43 reserved at the counter.",
        "Jacket back without tags; accepted as goodwill.",
    ),
    usual_seconds=210,
)
_ADVICE = Topic(
    "advice",
    (
        "Recommended the Boreas 500 for autumn in the mountains.",
        "Compared three tents; the customer thinks it over until Friday.",
        "Wants to try the Sierra boots on Saturday, pair in 42 put aside.",
    ),
    usual_seconds=320,
)
_RENTAL = Topic(
    "rental",
    ("Two pairs of snowshoes for the weekend, deposit paid.", "Child carrier booked for four days."),
    usual_seconds=180,
)
_COMPLAINT = Topic(
    "complaint",
    (
        "Seam of the tent torn on the first trip. Replacement sent, old one to be collected.",
        "Charged twice. Second payment returned while on the phone.",
    ),
    usual_seconds=480,
    is_escalated=True,
)
_CALLBACK = Topic("callback requested", ("Please call again after 4 pm.", "In a meeting, call tomorrow morning."), 40)
_FOLLOW_UP = Topic("follow-up", ("Told that the boots are resoled.", "Confirmed the new delivery date."), 90)
_INTERESTED = Topic("interested", ("Books the free check on Thursday.", "Brings the tent in next week."), 160)
_NOT_INTERESTED = Topic("not interested", ("Sold the tent last year.",), 45)
_ANSWERED = Topic("survey done", ("9 of 10, likes the workshop.", "7 of 10, misses a shop in Brno."), 190)

PROFILE = Profile(
    total=400,
    weekdays=(1.2, 1.1, 1.0, 1.0, 1.1, 0.5, 0.25),
    hours={8: 0.4, 9: 1.2, 10: 1.5, 11: 1.2, 12: 0.7, 13: 1.0, 14: 1.4, 15: 1.2, 16: 1.0, 17: 0.5},
    strangers=("+420700555{:03}", "+34700000{:03}"),
    spoken="+1",
    inbound=(_ORDER, _ORDER, _ORDER, _RETURN, _RETURN, _ADVICE, _ADVICE, _RENTAL, _COMPLAINT),
    outbound=(_FOLLOW_UP, _FOLLOW_UP, _FOLLOW_UP, _RETURN, _CALLBACK),
    campaigns=(
        CampaignPlan(
            "Free check of Polaris tents",
            "Owners whose warranty ends soon are offered a free check.",
            CampaignStatus.ACTIVE,
            first_day=11,
            topics=(_INTERESTED, _INTERESTED, _NOT_INTERESTED, _CALLBACK),
        ),
        CampaignPlan(
            "Survey of regular customers",
            "Ten questions about the shop and the workshop.",
            CampaignStatus.COMPLETED,
            first_day=28,
            last_day=14,
            topics=(_ANSWERED, _ANSWERED, _ANSWERED, _NOT_INTERESTED),
        ),
        CampaignPlan(
            "Climbing courses", "Who came last year hears of the new dates first.", CampaignStatus.DRAFT, first_day=2
        ),
    ),
    dialogues=(
        Dialogue(
            _ORDER,
            (
                "Hi, I wanted to ask where my order is. It should have been here on Tuesday.",
                "Good morning, let me look. It left our warehouse and is out for delivery today.",
                "Oh great, then I will just wait. Thank you for your help!",
                "You are welcome. Enjoy the trip!",
            ),
        ),
        Dialogue(
            _COMPLAINT,
            (
                "The tent I bought is broken. The seam tore on the first night, and that is unacceptable.",
                "I am sorry to hear that. Which model is it?",
                "A Polaris. We got wet and the whole weekend was terrible. I am very disappointed.",
                "We send you a new one today and collect the old one at your door.",
                "All right. I hope this one holds.",
            ),
        ),
        Dialogue(
            _RETURN,
            (
                "Hello, the boots are the wrong size. Can I send them back?",
                "Yes, within thirty days. I will text you the label.",
                "And how long until I see the money?",
                "Up to fourteen days after they arrive here.",
                "Fine.",
            ),
        ),
        Dialogue(
            _RENTAL,
            (
                "Do you rent snowshoes for the weekend?",
                "We do, eighteen dollars a day or sixty a week.",
                "Two pairs then, please, size medium. Perfect, thank you.",
                "They are waiting for you from Friday noon.",
            ),
        ),
        Dialogue(
            _COMPLAINT,
            (
                "I was charged twice for one order. What went wrong?",
                "I see it here, the second payment was our mistake.",
                "It took three days until somebody answered. That is too slow.",
                "I have returned the second payment just now.",
                "Good, then it is solved. Thanks.",
            ),
        ),
        Dialogue(
            _ADVICE,
            (
                "Which sleeping bag would you take for October at two thousand metres?",
                "The one with five hundred grams of down. It is comfortable down to minus six.",
                "Is it much heavier than the other one?",
                "About two hundred and fifty grams.",
                "I will think about it and call again.",
            ),
        ),
    ),
)
