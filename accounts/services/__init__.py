"""Every write about people, workspaces and tokens: keyword-only, one transaction, validated."""
