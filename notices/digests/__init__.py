"""The weekly digest: what it says, how it is written, and when it goes into the outbox."""

from notices.digests.outbox import due, queue, queue_test
from notices.digests.preview import preview

__all__ = ["due", "preview", "queue", "queue_test"]
