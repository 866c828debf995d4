"""The API's door: bearer tokens, scopes, and one effect per Idempotency-Key."""
