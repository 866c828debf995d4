"""What every answer says about itself to the browser."""

import pytest
from django.test import Client

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login/", "/nothing-here/"])
def test_the_content_policy_allows_nothing_but_our_own_files(client: Client, path: str) -> None:
    assert {part.strip() for part in client.get(path)["Content-Security-Policy"].split(";")} == POLICY
