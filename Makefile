# Short names for what developers do often; everything else is ./run and ./test.

LOCK = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url

.PHONY: check lock format clean

# Linters, types, import contracts, missing migrations and all quick tests
check:
	./test

# Write both requirements files from the .in files: hashes, Python 3.11 to 3.13, Linux and macOS
lock:
	.venv/bin/uv pip compile $(LOCK) requirements.in -o requirements.txt
	.venv/bin/uv pip compile $(LOCK) requirements-dev.in -o requirements-dev.txt

# Put the code into the project's layout
format:
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

# Everything that ./run and ./test made
clean:
	rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
