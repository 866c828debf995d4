"""`{% load links %}{{ row.evidence|linked }}`: addresses in a typed text become links."""

from django import template

from web.links import linked

register = template.Library()
register.filter("linked", linked)
