#!/bin/sh
# Knows what the system itself must have: venv, the libraries Qt loads, a font.
# Installs what is missing with apt when root; otherwise names it. Nothing missing: no output.
# Lists of packages are words in one string, split on purpose:
# shellcheck disable=SC2086,SC2116

set -u
cd "$(dirname "$0")/.." || exit 1
venv=${VENV:-.venv}
python=$(sh packaging/find_python.sh) || exit 1

# soname and Debian package of what the wheel of PySide6-Essentials links to and does not carry.
qt_libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11.so.6 libx11-6
libX11-xcb.so.1 libx11-xcb1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libfreetype.so.6 libfreetype6
libglib-2.0.so.0 libglib2.0-0
libgthread-2.0.so.0 libglib2.0-0
libxcb.so.1 libxcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-glx.so.0 libxcb-glx0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render.so.0 libxcb-render0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
"

missing_venv() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$python" = /usr/bin/python3 ]; then
        echo python3-venv
    else
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

missing_libraries() {
    # Asking the loader is right on every distribution; a package database is not.
    "$python" -c '
import ctypes
import sys

pairs = sys.argv[1].split()
packages = set()
for soname, package in zip(pairs[::2], pairs[1::2]):
    try:
        ctypes.CDLL(soname)
    except OSError:
        packages.add(package)
print(*sorted(packages))
' "$qt_libraries"
}

missing_font() {
    "$python" -c '
from pathlib import Path

home = Path.home()
folders = ["/usr/share/fonts", "/usr/local/share/fonts", home / ".fonts", home / ".local/share/fonts"]
found = (path for folder in folders for path in Path(folder).rglob("*.[to]t[fc]"))
if next(found, None) is None:
    print("fonts-dejavu-core")
'
}

list_missing() {
    vital=$(missing_venv)
    font=""
    # Elsewhere than on Linux, Qt and its fonts come with the wheel and the system.
    if [ "$(uname -s)" = Linux ]; then
        vital="$vital $(missing_libraries)"
        font=$(missing_font)
    fi
    vital=$(echo $vital)
    missing=$(echo $vital $font)
}

install_missing() {
    log=$(mktemp)
    echo "embexplorer: installing with apt: $missing"
    if apt-get update -qq >"$log" 2>&1 && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1; then
        rm -f "$log"
    else
        tail -n 20 "$log" >&2
        echo "embexplorer: apt failed; its log is $log" >&2
    fi
}

list_missing
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    install_missing
    list_missing
    [ -z "$missing" ] && exit 0
fi

if command -v apt-get >/dev/null; then
    echo "embexplorer: this system lacks packages; install them, then run make again:" >&2
    echo "  sudo apt-get install --no-install-recommends $missing" >&2
else
    echo "embexplorer: this system lacks what Debian calls: $missing" >&2
    echo "Install what your system calls them, then run make again." >&2
fi
# Without a font the window opens with empty labels; without the rest it cannot open.
[ -z "$vital" ]
