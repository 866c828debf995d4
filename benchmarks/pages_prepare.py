"""What benchmarks/pages.py needs of the installation that it measures: portfolios, a reader, queries per page.

It runs SIZES="12 1000" ADDRESSES='["/"]' ./run --data DIR exec -- shell < benchmarks/pages_prepare.py and reads the
JSON line.
"""

import json
import os
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import Membership, User, Workspace
from portfolio.models import Initiative

READER = "reader@pages.hurdle.local"
MONTHS = 24


def portfolio(size):
    """The made-up portfolio of this size, loaded and worked out where it is not there yet."""
    slug = f"synthetic-{size}"
    if not Initiative.objects.filter(workspace__slug=slug).exists():
        call_command("load_synthetic", initiatives=size, months=MONTHS, workspace=slug, stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    call_command("recompute", workspace=slug, stdout=StringIO())
    return Workspace.objects.get(slug=slug)


def signed_in(workspace):
    """A client of the reader, an administrator there."""
    user, _ = User.objects.get_or_create(email=READER, defaults={"name": "Reader"})
    Membership.objects.get_or_create(workspace=workspace, user=user, defaults={"role": Role.ADMIN})
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["workspace"] = workspace.slug
    session.save()
    return client


def queries(client, address):
    """How many a page takes the second time."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(address).status_code
    return len(captured) if status == 200 else f"answered {status}"


def prepared(size, addresses):
    """The session, the words that stand in addresses, and the queries of each."""
    workspace = portfolio(size)
    client = signed_in(workspace)
    one = workspace.initiatives.exclude(current=None).annotate(facts=Count("kpis")).order_by("-facts", "pk")[0]
    words = {"key": one.key, "kpi": one.kpis.order_by("pk")[0].pk, "snapshot": one.current.snapshot_id}
    counted = {address: queries(client, address.format(**words)) for address in addresses}
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "words": words, "queries": counted}


wanted = json.loads(os.environ["ADDRESSES"])
print(json.dumps({size: prepared(int(size), wanted) for size in os.environ["SIZES"].split()}))
