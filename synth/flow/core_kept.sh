#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# core_kept.sh - the netlist of a configuration's core, mapped again only if it is older than RTL, recipe or library. Twin: synth/flow/core.sh
#   core_kept.sh LIB CONFIG      for a clock with PERIOD or SDC in the environment (synth/flow/constraint.py); exit 0, 2 bad input, 3 a tool failed
set -euo pipefail
# shellcheck source=sw/cli/flx_cli.sh
. "$(dirname "$0")/../../sw/cli/flx_cli.sh"
[ $# = 2 ] || { sed -n '3s/^# *//p' "$0" >&2; exit 2; }
# shellcheck source=synth/flow/flow.sh
. synth/flow/flow.sh
flow_library "$1"
folder=$(synth/flow/constraint.py "$1" "$2")
flow_core "$1" "$2"
[ "$folder" = "$2" ] || synth/flow/clock.sh "$1" "$2" "${SYNTH_BUILD:-build/synth}/$LIB_NAME/$folder"
