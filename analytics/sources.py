"""The rows that figures are counted from, in the words of SQL: which count, when they happened, whose they are.

And where they stand once they were counted.
"""

from dataclasses import dataclass
from hashlib import sha256

from analytics.enums import Dimension, Subject
from analytics.metrics import stored
from analytics.text_metrics import CHARGED
from contactcenter.core.country_sql import FUNCTION as COUNTRY_OF


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table of rows. `owner` is the agent or author; `keys` what a dimension tells rows apart by, as text.

    `kept` says which rows count, `currency` in which currency a row has cost something ('' for nothing).
    """

    subject: Subject
    table: str
    rollups: str
    row: str
    at: str
    owner: str
    kept: str
    currency: str
    keys: dict[Dimension, str]

    @property
    def figures(self) -> str:
        """The array of the stored metrics, in the order of their slots."""
        return f"ARRAY[{', '.join(f'{metric.sql}' for metric in stored(self.subject))}]::bigint[]"

    @property
    def definition(self) -> str:
        """The fingerprint of all that rollups are made by: those of another one are not read, and are made again."""
        return sha256(f"{_LAYOUT} {self}, {self.figures}".encode()).hexdigest()


_LAYOUT = "1"  # Another one whenever rollups hold something else though this table says the same.

_CALLS = Source(
    subject=Subject.CALLS,
    table="calls_call AS c",
    rollups="analytics_callrollup",
    row="c",
    at="c.started_at",
    owner="c.agent_id",
    kept="c.deleted_at IS NULL",
    currency="CASE WHEN c.cost IS NULL THEN '' ELSE c.cost_currency END",
    keys={
        Dimension.AGENT: "c.agent_id::text",
        Dimension.CAMPAIGN: "c.campaign_id::text",
        Dimension.NUMBER: "CASE c.direction WHEN 'INBOUND' THEN c.to_number ELSE c.from_number END",
        Dimension.PROVIDER: "nullif(c.provider, '')",
        Dimension.COUNTRY: f"{COUNTRY_OF}(CASE c.direction WHEN 'INBOUND' THEN c.from_number ELSE c.to_number END)",
    },
)
_TEXTS = Source(
    subject=Subject.TEXTS,
    table="sms_message AS m",
    rollups="analytics_textrollup",
    row="m",
    at="m.created_at",
    owner="m.author_id",
    kept="true",
    currency=f"CASE WHEN {CHARGED} THEN m.cost_currency ELSE '' END",
    keys={
        Dimension.AGENT: "m.author_id::text",
        Dimension.NUMBER: "CASE m.direction WHEN 'inbound' THEN m.to_address ELSE m.from_address END",
        Dimension.PROVIDER: "nullif(m.provider, '')",
        Dimension.COUNTRY: f"{COUNTRY_OF}(CASE m.direction WHEN 'inbound' THEN m.from_address ELSE m.to_address END)",
    },
)
SOURCES: dict[Subject, Source] = {source.subject: source for source in (_CALLS, _TEXTS)}
