#!/bin/bash
# tables.sh - results of the experiment as tables, any number of seeds. Twin: sw/trainer/study/experiment.sh, docs/trainer.md
#   tables.sh EXPERIMENT_DIR OUT_DIR     writes training.md (float32 and flex16+5) and, if other formats were run, formats.md (all)
# Runs of one network with unlike images or epochs are tables of their own. The pooled deviation of n1 and n2 runs is
# sqrt(((n1 - 1) s1^2 + (n2 - 1) s2^2) / (n1 + n2 - 2)).
set -euo pipefail
in=$1
out=$2
# shellcheck source=sw/trainer/study/plot_common.sh
. "$(dirname "$0")/plot_common.sh"
mkdir -p "$out"
results "$in" >"$work/all"

table() { # reads lines of results
    echo "<!-- written by sw/trainer/study/tables.sh; do not edit -->"
    awk -F '\t' '
        function deviation(k) { return n[k] > 1 && q[k] > n[k] * (s[k] / n[k]) ^ 2 ? sqrt((q[k] - s[k] ^ 2 / n[k]) / (n[k] - 1)) : 0 }
        function difference(k, base,  pooled) {
            if (k == base || !(base in n) || n[k] < 2 || n[base] < 2) return "-"
            pooled = sqrt(((n[k] - 1) * deviation(k) ^ 2 + (n[base] - 1) * deviation(base) ^ 2) / (n[k] + n[base] - 2))
            return pooled > 0 ? sprintf("%+.1f", (s[k] / n[k] - s[base] / n[base]) / pooled) : "-"
        }
        { run = $2 "\t" $5 "\t" $6 "\t" $7 "\t" $8; k = run "\t" $3
          if (!(run in seen)) { seen[run] = 1; runs[++groups] = run }
          if (!(k in n)) list[run, ++count[run]] = $3
          n[k]++; s[k] += $9; q[k] += $9 * $9; over[k] += $10; writes[k] += $11; lost[k] += $12; updates[k] += $13 }
        END { for (g = 1; g <= groups; g++) {
            split(runs[g], about, "\t")
            printf("\n`%s`: %s training images and %s test images of %s, %s epochs.\n\n", about[1], about[3], about[4], about[2], about[5])
            print "| network | format | seeds | test accuracy, mean | standard deviation | difference to float32, in pooled standard deviations | writes that overflowed | updates lost |"
            print "| --- | --- | --- | --- | --- | --- | --- | --- |"
            for (i = 1; i <= count[runs[g]]; i++) {
                f = list[runs[g], i]; k = runs[g] "\t" f
                printf("| %s | %s | %d | %.4f | %s | %s | %s | %s |\n", about[1], f, n[k], s[k] / n[k], n[k] > 1 ? sprintf("%.4f", deviation(k)) : "-",
                       difference(k, runs[g] "\tfloat32"), writes[k] > 0 ? over[k] " of " writes[k] : "-", updates[k] > 0 ? sprintf("%.1f %%", 100 * lost[k] / updates[k]) : "-")
            } } }'
}
awk -F '\t' '$3 == "float32" || $3 == "flex16+5"' "$work/all" | table >"$out/training.md.part"
mv "$out/training.md.part" "$out/training.md"
cat "$out/training.md"
awk -F '\t' '$3 != "float32" && $3 != "flex16+5" { found = 1 } END { exit !found }' "$work/all" || exit 0
table <"$work/all" >"$out/formats.md.part"
mv "$out/formats.md.part" "$out/formats.md"
cat "$out/formats.md"
