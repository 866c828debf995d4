"""The eight causes of failure, and what each adds in words a reader can add up (methods 2c)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Cause(StrEnum):
    """What most often makes an initiative fail; scored from -1 (in hand) to +1 (severe)."""

    INTEGRATION = "integration"
    SCALABILITY = "scalability"
    ROI_JUSTIFICATION = "roi_justification"
    WORKFORCE = "workforce"
    DATA_GOVERNANCE = "data_governance"
    RESPONSIBLE_AI = "responsible_ai"
    HUMAN_FACTORS = "human_factors"
    DATA_LICENSING = "data_licensing"


CAUSES = tuple(Cause)


@dataclass(frozen=True, slots=True)
class Contribution:
    """Percentage points that one cause adds to the chance of never reaching production, with the 80 % range of its
    effect. `own_share` is how much of what is known about the effect comes from own data, 0 to 1."""

    cause: Cause
    points: Decimal
    low: Decimal
    high: Decimal
    own_share: Decimal = Decimal(0)

    @property
    def from_own_data(self) -> bool:
        """Whether own data say more about the effect than the prior does."""
        return self.own_share >= Decimal("0.5")
