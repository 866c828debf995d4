"""R1 return below hurdle: the chance of clearing the hurdle is small, and stays so."""

from dataclasses import dataclass
from decimal import Decimal
from json import dumps

from notices.choices import Rule, Severity
from notices.rules.states import Patience, Seen, Zone

OPENS_BELOW = Decimal("0.25")
CLEARS_FROM = Decimal("0.35")
CRITICAL_ABOVE = Decimal(250_000)
HOLDS_FOR = Patience(opens_after_days=7, clears_after_days=7)
TOP_DRIVERS = 2


@dataclass(frozen=True, slots=True)
class Swing:
    """What one driver does to net over the horizon at its 10 % and its 90 % point, in the initiative's currency."""

    driver: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Outlook:
    """How likely one initiative is to clear its hurdle, and what that rests on.

    Args:
        chance: of a return over the horizon of at least `hurdle`.
        currency: the initiative's, of the drivers' swings and the benefits.
        proven: benefits to date that are proven; None where not known.
        claimed: benefits to date that are not; None where there are none.
        drivers: the widest first.
        spend_left: costs still to come over the horizon in `spend_currency`, the workspace's; None where not known.
    """

    chance: Decimal
    hurdle: Decimal
    currency: str
    proven: Decimal | None
    claimed: Decimal | None
    drivers: tuple[Swing, ...]
    spend_left: Decimal | None
    spend_currency: str


def below_hurdle(outlook: Outlook | None) -> Seen:
    """What R1 sees; a chance that is not known is no data. Critical where much is still to be spent."""
    if outlook is None:
        return Seen(Rule.BELOW_HURDLE, "", Zone.UNKNOWN)
    return Seen(
        rule=Rule.BELOW_HURDLE,
        scope="",
        zone=_zone(outlook.chance),
        severity=Severity.CRITICAL if (outlook.spend_left or 0) > CRITICAL_ABOVE else Severity.HIGH,
        value=outlook.chance,
        threshold=OPENS_BELOW,
        detail=_detail(outlook),
        patience=HOLDS_FOR,
    )


def ended() -> Seen:
    """What R1 sees of an initiative that has ended: there is nothing left to decide, so nothing to wait for."""
    return Seen(Rule.BELOW_HURDLE, "", Zone.CALM)


def _zone(chance: Decimal) -> Zone:
    if chance < OPENS_BELOW:
        return Zone.BREACH
    return Zone.CALM if chance >= CLEARS_FROM else Zone.BETWEEN


def _detail(outlook: Outlook) -> dict[str, str]:
    swings = [[each.driver, str(each.low), str(each.high)] for each in outlook.drivers[:TOP_DRIVERS]]
    return {
        "chance": str(outlook.chance),
        "hurdle": str(outlook.hurdle),
        "currency": outlook.currency,
        "unproven": "" if outlook.proven is None or outlook.proven > 0 else str(outlook.claimed or 0),
        "drivers": dumps(swings),
        "spend_left": "" if outlook.spend_left is None else f"{outlook.spend_left:.2f}",
        "spend_currency": outlook.spend_currency,
    }
