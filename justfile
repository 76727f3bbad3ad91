# A developer's day. `.venv/bin/just` (Windows: `.venv\Scripts\just`) lists the tasks; what they need is the extra `dev`.
set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

call := if os_family() == "windows" { "& " } else { "" }
python := call + quote(parent_directory(just_executable()) / "python")

_:
    @{{ call }}{{ quote(just_executable()) }} --list --unsorted

# lint, format, types: seconds
check:
    {{ python }} -m ruff check
    {{ python }} -m ruff format --check
    {{ python }} -m mypy

# every test, the browser's too where there is one; takes pytest's options
test *options:
    {{ python }} -m pytest {{ options }}

# the tests that build no town and open no browser, on all cores
test-fast *options:
    {{ python }} -m pytest -n auto -m "not built" {{ options }}

# pictures of every page of a built year, in look/
look year="R5" root=".":
    {{ python }} -m tests.look {{ root }}/reports {{ year }}

# renew requirements.txt after a change of pyproject.toml (newest versions: just lock --upgrade), then the SBOM
lock *options:
    {{ python }} -m uv pip compile pyproject.toml --all-extras --group setup --universal --fork-strategy fewest \
        --python-version 3.11 --generate-hashes --no-annotate -q -o requirements.txt {{ options }}
    {{ python }} -m tests.sbom
