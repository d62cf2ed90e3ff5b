"""Which figures the file of an export tells: who gets it may read each of them.

They are written down when it is asked for: the rights of whoever asked may be others when somebody else fetches it.
"""

from analytics.enums import Subject
from analytics.metric import Metric
from analytics.metrics import by_key
from analytics.questions import Words, readable
from contactcenter.core.models import User

_FIGURES = "figures"


def with_figures(words: Words, reader: User) -> dict[str, str]:
    """Return the words of an export, of a table with its figures: all that its reader may read."""
    if words.get("kind") != "table":
        return dict(words)
    return {**words, _FIGURES: " ".join(metric.key for metric in readable(reader, Subject(words["of"])))}


def figures_of(words: Words) -> list[Metric]:
    """Return the metrics that a file tells: those of a table, in its order, or the one that its rows stand behind."""
    if words.get("kind") not in ("table", "rows") or words.get("of") not in list(Subject):
        return []
    known = by_key(Subject(words["of"]))
    keys = words[_FIGURES].split() if _FIGURES in words else [words.get("metric", "")]
    return [known[key] for key in keys if key in known]


def may_read(user: User, words: Words) -> bool:
    """Whether this person may read every figure that the file tells."""
    return all(user.has_right(metric.right) for metric in figures_of(words))
