"""The manners of the API: strict JSON in, problem documents out, cursors, ETags."""
