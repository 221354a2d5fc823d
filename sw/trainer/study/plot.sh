#!/bin/bash
# plot.sh - all tables and pictures of the experiment. Twin: sw/trainer/study/experiment.sh, docs/trainer.md, docs/pictures.md
#   plot.sh EXPERIMENT_DIR OUT_DIR
set -euo pipefail
here=$(dirname "$0")
for script in tables plot_curves plot_bits; do "$here/$script.sh" "$1" "$2"; done
