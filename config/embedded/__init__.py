"""The servers that ./run brings along: PostgreSQL, Valkey, a mail sink, and the supervisor that keeps them.

Nothing here imports Django: the addresses of the servers have to stand in the environment before settings are read.
"""
