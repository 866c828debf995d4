"""Pages about people: joining, members, tokens, preferences. Signing in is django-allauth's."""
