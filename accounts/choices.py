"""The words of the accounts app: roles, permissions, token scopes. No framework here."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in a workspace."""

    EXECUTIVE = "executive"
    MANAGER = "manager"
    FINANCE = "finance"
    INTEGRATOR = "integrator"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token may do at most; it never exceeds its person's role."""

    READ = "read"
    WRITE = "write"
    CONFIRM = "confirm"
    ADMIN = "admin"


class Permission(StrEnum):
    """One line of the role table."""

    READ = "read"
    WRITE_RECORDS = "write_records"
    WRITE_MONEY = "write_money"
    CONFIRM = "confirm"
    DECIDE_GATES = "decide_gates"
    ACKNOWLEDGE = "acknowledge"
    ADMINISTER = "administer"
    OWN_TOKENS = "own_tokens"
    READ_AUDIT = "read_audit"
    SHARE_VIEWS = "share_views"


class Reach(StrEnum):
    """How far a permission goes: all rows of the workspace, own ones, or those addressed to the person."""

    ALL = "all"
    OWN = "own"
    ADDRESSED = "addressed"


ROLE_TABLE: dict[Permission, dict[Role, Reach]] = {
    Permission.READ: dict.fromkeys(Role, Reach.ALL),
    Permission.WRITE_RECORDS: {Role.MANAGER: Reach.OWN, Role.INTEGRATOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Permission.WRITE_MONEY: {
        Role.MANAGER: Reach.OWN,
        Role.FINANCE: Reach.ALL,
        Role.INTEGRATOR: Reach.ALL,
        Role.ADMIN: Reach.ALL,
    },
    Permission.CONFIRM: {Role.FINANCE: Reach.ALL},
    Permission.DECIDE_GATES: {Role.EXECUTIVE: Reach.ALL},
    Permission.ACKNOWLEDGE: {
        Role.EXECUTIVE: Reach.ADDRESSED,
        Role.MANAGER: Reach.ADDRESSED,
        Role.FINANCE: Reach.ADDRESSED,
        Role.INTEGRATOR: Reach.ADDRESSED,
        Role.ADMIN: Reach.ALL,
    },
    Permission.ADMINISTER: {Role.ADMIN: Reach.ALL},
    Permission.OWN_TOKENS: {Role.INTEGRATOR: Reach.OWN, Role.ADMIN: Reach.ALL},
    Permission.READ_AUDIT: {Role.FINANCE: Reach.ALL, Role.ADMIN: Reach.ALL},
    Permission.SHARE_VIEWS: {Role.FINANCE: Reach.ALL, Role.ADMIN: Reach.ALL},
}

NEEDED_SCOPE: dict[Permission, Scope] = {
    Permission.READ: Scope.READ,
    Permission.WRITE_RECORDS: Scope.WRITE,
    Permission.WRITE_MONEY: Scope.WRITE,
    Permission.CONFIRM: Scope.CONFIRM,
    Permission.DECIDE_GATES: Scope.WRITE,
    Permission.ACKNOWLEDGE: Scope.WRITE,
    Permission.ADMINISTER: Scope.ADMIN,
    Permission.OWN_TOKENS: Scope.ADMIN,
    Permission.READ_AUDIT: Scope.READ,
    Permission.SHARE_VIEWS: Scope.WRITE,
}
