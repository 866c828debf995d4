"""What we tell people: alerts, digests, deliveries."""

from notices.models.alerts import Alert, RuleCheck, Watch
from notices.models.digests import Digest, Subscription
from notices.models.mail import Delivery

__all__ = ["Alert", "Delivery", "Digest", "RuleCheck", "Subscription", "Watch"]
