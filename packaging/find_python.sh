#!/bin/sh
# Knows which interpreter to build on: prints the real path of a Python that the pinned versions
# have wheels for, 3.11 to 3.13. PYTHON, when set, is taken as it is if it is 3.11 or newer.

set -u

real_path() {
    # A shim (pyenv, asdf) depends on the folder it is called in; sys.executable does not.
    "$1" -c "import sys; (3, 11) <= sys.version_info[:2] <= (3, $2) and print(sys.executable)" \
        2>/dev/null
}

newest=13
if [ -n "${PYTHON:-}" ]; then
    newest=99
    set -- "$PYTHON"
else
    set -- python3 /usr/bin/python3 python3.13 python3.12 python3.11
fi
for candidate in "$@"; do
    found=$(real_path "$candidate" "$newest")
    if [ -n "$found" ]; then
        echo "$found"
        exit 0
    fi
done

echo "embexplorer needs Python 3.11, 3.12 or 3.13; found none of them as: $*" >&2
echo "Install one and name it: make run PYTHON=/path/to/python3" >&2
exit 1
