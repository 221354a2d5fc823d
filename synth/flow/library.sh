#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# library.sh - prepares a cell library for the flow and prints its folder. Twins: synth/flow/library.py, synth/flow/drive.py
#   library.sh LIB      exit 0, 2 no library
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 1 ] || { sed -n '3s/^# *//p' "$0" >&2; exit 2; }
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$1"
echo "$LIB_DIR"
