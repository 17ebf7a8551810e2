#!/bin/sh
# Which Python is taken: 3.11 to 3.14, with the GIL (no build without it is tried here, so none is taken).
#   which-python.sh             `python3`, as whoever set the machine up meant it, else the newest that fits
#   which-python.sh PYTHON      that one, if it fits
#   which-python.sh --newest    the newest of this machine, also of what a version manager keeps outside PATH
# Each is run before it is named: version managers have names in PATH that run nothing.

fits='import ensurepip, sys, sysconfig, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14) or bool(sysconfig.get_config_var("Py_GIL_DISABLED")))'

first_that_fits() {
    for each; do
        if "$each" -c "$fits" 2> /dev/null; then
            echo "$each"
            return
        fi
    done
    return 1
}

by_version() { # newest first; a pattern that nothing fits stays itself, and does not run
    for version in 3.14 3.13 3.12 3.11; do
        echo "python$version"
        [ "$1" = path ] || ls -d \
            "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python3 \
            "${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/uv/python}"/cpython-"$version".*/bin/python3 \
            /usr/local/bin/python"$version" /opt/homebrew/bin/python"$version" /usr/bin/python"$version" 2> /dev/null
    done
}

what_is_wrong() { # with a Python that does not fit
    "$1" -c 'import platform, sys, sysconfig
said = "it is " + platform.python_version()
if sysconfig.get_config_var("Py_GIL_DISABLED"):
    said += ", without the GIL"
elif (3, 11) <= sys.version_info[:2] <= (3, 14):
    said += ", without venv (Debian and Ubuntu: apt-get install python3-venv)"
sys.stdout.write(said)' 2> /dev/null || echo "it does not run"
}

right='recourse needs Python 3.11, 3.12, 3.13 or 3.14, with venv and with the GIL'
case "$1" in
    '')
        first_that_fits python3 $(by_version path) && exit
        echo "$right; none is in PATH, and of python3: $(what_is_wrong python3). Name one: make PYTHON=/path/to/python3" >&2
        exit 1
        ;;
    --newest)
        IFS='
'
        first_that_fits $(by_version all)
        ;;
    *)
        first_that_fits "$1" && exit
        echo "$right; of $1: $(what_is_wrong "$1")" >&2
        exit 1
        ;;
esac
