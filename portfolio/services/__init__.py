"""Every write of the record side: keyword-only, one transaction, validated, versions bumped, the bell rung."""
