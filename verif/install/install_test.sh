#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# install_test.sh - make install as packagers and users call it, and programs built against what it left. Twin: sw/setup/install.sh
#   install_test.sh MAKE TRACE       MAKE: the make that runs; the tree is built
set -uo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
make=$1
trace=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0
failed=0
said() { # WHAT GOT WANTED
    checks=$((checks + 1))
    [ "$2" = "$3" ] && return
    echo "FAIL: $1: '$2', expected '$3'"
    failed=$((failed + 1))
}
quiet() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "$make" -s --no-print-directory "$@"; }
build_as() { # NAME COMPILER..: user.c by pkg-config alone
    local name=$1
    shift
    eval "$* -Wall -Wextra -Werror -pedantic verif/install/user.c -x none $(pkg-config --cflags --libs "${static[@]}" flx) -o '$work/$name'" || echo "FAIL: $name does not build"
    said "$name" "$("$work/$name" "$trace")" "2720 words right, next exponent 9, $cycles cycles"
}
cycles=$(build/bin/flx model --json "$trace" | jq '.results[0].cycles_model')
# Of what is installed alone: beside this, other tests build theirs.
built=(build/bin/flx build/bin/flx-train build/bin/flx-train-gan build/bin/flx-netsim build/lib/libflx.a build/rtl/mac256.so)
state() { find "${built[@]}" -printf '%p %T@ %s\n' | sha256sum; }

# Behind a DESTDIR with a blank, below a PREFIX with one; what is built stays as it is.
before=$(state)
prefix='/opt/my tools/flx' dest="$work/dest dir"
quiet install PREFIX="$prefix" DESTDIR="$dest" || echo "FAIL: make install"
said 'what is built, after make install' "$(state)" "$before"
root=$dest$prefix
export PKG_CONFIG_PATH="$root/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR=$dest
said 'prefix' "$(pkg-config --variable=prefix flx | sed 's/\\//g')" "$root"
said 'version' "$(pkg-config --modversion flx)" "$("$root/bin/flx" --version | cut -d ' ' -f 2)"
static=()
build_as user_c cc -std=c11
build_as user_cc c++ -std=c++17 -x c++
static=(--static)
build_as user_static cc -std=c11
for header in "$root"/include/flx/*.h; do
    name=${header##*/}
    printf '#include <flx/%s>\nint main(void) { return 0; }\n' "$name" >"$work/one.c"
    for language in 'cc -std=c11 -x c' 'c++ -std=c++17 -x c++'; do
        eval "$language -Wall -Wextra -Werror -pedantic -fsyntax-only '$work/one.c' $(pkg-config --cflags flx)"
        said "$name, $language" $? 0
    done
done
said 'private headers' "$(grep -li ' - private' "$root"/include/flx/*.h)" ''
said 'lists that no header needs' "$(for list in "$root"/include/flx/def/*.def; do grep -q "def/${list##*/}" "$root"/include/flx/*.h || echo "$list"; done)" ''
for program in flx flx-train flx-train-gan flx-netsim; do said "$program" "$("$root/bin/$program" --version | cut -d ' ' -f 1)" "$program"; done

# The installed flx runs the core that came with it, and says what to do for another.
said 'flx cosim' "$(cd "$work" && "$root/bin/flx" cosim "$OLDPWD/$trace" | grep -c 'cycle error 0')" 1
"$root/bin/flx" cosim --config tiny "$trace" >"$work/out" 2>"$work/err"
said 'flx cosim of a core that is not there' "$? $(sed -n 's/.*tiny.so: \(.*\)/\1/p' "$work/err")" '2 file is missing, expected a build of the core (in the source tree, make sim CONFIG=tiny makes it)'

quiet uninstall PREFIX="$prefix" DESTDIR="$dest"
said 'left by uninstall' "$(find "$dest" -type f)" ''

# Without DESTDIR; a folder that has other things in it keeps them.
unset PKG_CONFIG_SYSROOT_DIR
prefix="$work/home of a user"
mkdir -p "$prefix/bin"
touch "$prefix/bin/other"
quiet install PREFIX="$prefix"
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
static=()
build_as user_home cc -std=c11
quiet uninstall PREFIX="$prefix"
said 'left by uninstall beside other things' "$(find "$prefix" -type f)" "$prefix/bin/other"

for wrong in relative ./relative ''; do
    quiet install PREFIX="$wrong" DESTDIR="$work/none" >"$work/out" 2>"$work/err"
    said "PREFIX=$wrong" "$? $(head -1 "$work/err" | cut -c -18)" '2 install: PREFIX is'
done
quiet install PREFIX='/opt/a$$(b)' DESTDIR="$work/none" 2>/dev/null
said 'what a refused one leaves' "$(find "$work/none" 2>/dev/null)" ''

# Root installs another user's build, and leaves it as it is, whatever is newer.
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$work/theirs/build/lib" "$work/theirs/build/rtl"
    cp -r Makefile packages.txt cmodel rtl sim sw synth verif docs "$work/theirs"
    cp -r build/bin "$work/theirs/build"
    cp build/lib/libflx.a "$work/theirs/build/lib"
    cp build/rtl/mac256.so "$work/theirs/build/rtl"
    chown -R nobody "$work/theirs"
    touch "$work/theirs/cmodel/def/flx_config.def"
    before=$(find "$work/theirs" -printf '%p %T@ %u\n' | sort)
    quiet -C "$work/theirs" install PREFIX="$work/roots" || echo 'FAIL: root installs'
    said "root, another user's build" "$(find "$work/theirs" -printf '%p %T@ %u\n' | sort | diff - <(echo "$before"))$(ls "$work/roots/bin")" $'flx\nflx-netsim\nflx-train\nflx-train-gan'
    rm "$work/theirs/build/bin/flx-train"
    quiet -C "$work/theirs" install PREFIX="$work/none" 2>"$work/err"
    said 'root, a build that is not whole' "$(head -1 "$work/err")" 'install: build/bin/flx-train: file is missing, expected after make'
else
    mkdir -p build/left_out
    echo 'left out: make install by root of what another user built, as this is not root' | tee build/left_out/install_test.txt
fi
echo "install_test: $checks checks, $failed failed"
[ "$failed" = 0 ]
