"""The columns of the list of initiatives: which there are, which are shown, what each sorts by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column that the reader may show.

    Args:
        name: its word in the URL.
        label: its heading.
        sort: the order that its heading asks for; empty where it shows the figure of a neighbour as a picture.
        is_first_choice: whether it is shown until the reader chooses.
    """

    name: str
    label: str
    sort: str
    is_first_choice: bool = True


@dataclass(frozen=True)
class Order:
    """An order of the list.

    Args:
        label: its name in words.
        now: the column that it goes by: of an initiative's pointer to its figures, or of the initiative.
        of_day: the column of a snapshot of a past day; empty where such a snapshot does not hold it.
    """

    label: str
    now: str
    of_day: str = ""
    is_of_pointer: bool = True


COLUMNS = (
    Column("status", "Clears the hurdle?", "doubtful"),
    Column("range", "ROI on an axis", ""),
    Column("roi", "ROI", "roi"),
    Column("chance", "Chance to clear", "chance", is_first_choice=False),
    Column("net", "Net value", "net"),
    Column("plan", "Plan", "plan", is_first_choice=False),
    Column("to_date", "Net to date", "to_date", is_first_choice=False),
    Column("risk", "Abandon risk", "risk", is_first_choice=False),
    Column("stage", "Stage", "stage"),
    Column("recorded", "Last record", "recorded"),
    Column("why", "Why", "signals"),
    Column("unit", "Unit", "unit", is_first_choice=False),
    Column("owner", "Owner", "owner", is_first_choice=False),
)
NAMES = tuple(column.name for column in COLUMNS)
FIRST_CHOICE = tuple(column.name for column in COLUMNS if column.is_first_choice)
ORDERS = {
    "doubtful": Order("Most doubtful first", "roi_forecast", "roi_forecast"),
    "name": Order("Name", "name", "initiative__name", is_of_pointer=False),
    "roi": Order("ROI", "roi_forecast", "roi_forecast"),
    "chance": Order("Chance to clear the hurdle", "chance_clears_hurdle"),
    "net": Order("Net value", "year_net", "year_net"),
    "plan": Order("Plan", "year_plan_net", "year_plan_net"),
    "to_date": Order("Net to date", "net_to_date"),
    "risk": Order("Abandon risk", "abandoned_12m", "abandoned_12m"),
    "stage": Order("Longest in its stage", "stage_since", "stage_since", is_of_pointer=False),
    "recorded": Order("Longest without a record", "last_activity"),
    "signals": Order("Number of signals", "signal_count"),
    "unit": Order("Unit", "unit__name", "initiative__unit__name", is_of_pointer=False),
    "owner": Order("Owner", "owner", "initiative__owner", is_of_pointer=False),
}
DEFAULT_ORDER = "doubtful"


def chosen(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Columns from the URL's `columns`, in the order in which they stand, and the words that name none.

    Without any known column the first choice is shown.
    """
    words = [word for word in text.split(",") if word]
    known = tuple(name for name in NAMES if name in words)
    return known or FIRST_CHOICE, [word for word in words if word not in NAMES]
