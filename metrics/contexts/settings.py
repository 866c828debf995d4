"""The workspace's dated settings that pages draw as reference lines."""

from datetime import date, datetime
from decimal import Decimal

from accounts.models import Workspace
from metrics.inputs.moments import believed
from portfolio.choices import SettingName
from portfolio.models import DatedSetting


def hurdle_on(workspace: Workspace, day: date, cut: datetime | None = None) -> Decimal | None:
    """The hurdle that holds on a day, a ratio, as it was known at `cut` or is known now; None where none was set."""
    dated = believed(DatedSetting, cut, workspace=workspace, name=SettingName.HURDLE, on__lte=day)
    newest: Decimal | None = dated.order_by("-on", "-pk").values_list("value", flat=True).first()
    return newest
