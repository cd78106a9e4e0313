#!/bin/sh
# Knows how .venv is made: make_venv.sh run|test|check|bench installs the extras that this needs.
# Safe to run again; the file .ready-LEVEL in it tells make that it is done.

set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}

case ${1:-} in
run) levels="run" extras="offline" ;;
test) levels="run test" extras="offline,onnx,openvino,faiss,test" ;;
check) levels="run test check" extras="offline,onnx,openvino,faiss,test,dev" ;;
bench) levels="run test bench" extras="offline,onnx,openvino,faiss,test,bench" ;;
*)
    echo "usage: make_venv.sh run|test|check|bench" >&2
    exit 2
    ;;
esac

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(sh packaging/find_python.sh)
    echo "embexplorer: making $venv with $python"
    "$python" -m venv --clear "$venv"
fi

install() {
    "$venv/bin/python" -m pip install $quiet --disable-pip-version-check --no-input \
        -c packaging/constraints.txt "$@"
}

# On a terminal pip shows its progress; in a log that would be thousands of lines.
quiet=-q
[ -t 1 ] && quiet=
echo "embexplorer: installing into $venv (extras $extras); the first time this takes minutes"
# The build backend comes first and is pinned too; pip would fetch its newest release on its own.
install hatchling
install --no-build-isolation -e ".[$extras]"

# The libraries checked before are those of one release of Qt; this asks the installed one.
"$venv/bin/python" -c 'import embexplorer, PySide6.QtWidgets'
if [ "$1" != run ]; then  # the tests should not wait for what the window compiles by and by
    echo "embexplorer: compiling, about a minute the first time"
    "$venv/bin/python" -c '
from embexplorer.operations.cluster import compile_groupings
from embexplorer.operations.project import load_libraries

compile_groupings()
load_libraries()'
fi
for level in $levels; do
    touch "$venv/.ready-$level"
done
