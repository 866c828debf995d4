"""The workspace's dated settings that pages draw as reference lines."""

from datetime import date
from decimal import Decimal

from accounts.models import Workspace
from portfolio.choices import SettingName
from portfolio.models import DatedSetting


def hurdle_on(workspace: Workspace, day: date) -> Decimal | None:
    """The hurdle that holds on a day, a ratio; None where finance has set none."""
    dated = DatedSetting.objects.filter(
        workspace=workspace, name=SettingName.HURDLE, on__lte=day, superseded_at__isnull=True
    )
    newest: Decimal | None = dated.order_by("-on").values_list("value", flat=True).first()
    return newest
