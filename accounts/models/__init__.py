"""Who: people, workspaces, roles, invitations, API tokens."""

from accounts.models.answers import KeptAnswer
from accounts.models.saved import SavedView
from accounts.models.tokens import ApiToken
from accounts.models.users import User
from accounts.models.workspaces import BusinessUnit, Invitation, Membership, Workspace

__all__ = ["ApiToken", "BusinessUnit", "Invitation", "KeptAnswer", "Membership", "SavedView", "User", "Workspace"]
