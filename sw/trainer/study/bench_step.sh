#!/bin/bash
# bench_step.sh - time of a training step in each format over that of the faster float32, in turns, one thread. Twin: docs/trainer.md
#   bench_step.sh [--json] TRAINER REPORT.json      the table of all ratios as Markdown: REPORT.md
# Float formats are timed with OpenBLAS and with oneDNN. NETWORKS, FORMATS (beside float32), ROUNDS, IMAGES and BLOCKS can be set; the fastest
# round of each counts. Exit 1 and no report if a run gives no time.
set -euo pipefail
json=false
if [ "${1:-}" = --json ]; then json=true && shift; fi
[ $# = 2 ] || { echo "bench_step.sh: arguments are ${*:-none}, expected [--json] TRAINER REPORT.json" >&2; exit 2; }
trainer=$1
report=$2
read -ra networks <<<"${NETWORKS:-resnet alexnet}"
read -ra formats <<<"${FORMATS:-flex16+5 dfp16 bfloat16 float16 hbfp8 mxint8 fixed4.12}"
rounds=${ROUNDS:-3}
images=${IMAGES:-1024}
blocks=${BLOCKS:-3}
export OPENBLAS_NUM_THREADS=1
unset OPENBLAS_CORETYPE # float32 gets the core that OpenBLAS itself chooses

cases=() # FORMAT PRODUCTS
for format in float32 "${formats[@]}"; do
    case $format in
    float32 | float16 | bfloat16) cases+=("$format openblas" "$format onednn") ;;
    hbfp* | mxint8) cases+=("$format openblas") ;;
    *) cases+=("$format exact") ;;
    esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "bench_step.sh: $1" >&2; exit 1; }

time_step() { # NETWORK FORMAT PRODUCTS: a line of times.tsv
    local products=()
    [ "$3" = exact ] || products=(--products "$3")
    "$trainer" --network "$1" --blocks "$blocks" --format "$2" "${products[@]}" --train "$images" --test 64 --epochs 1 --threads 1 --json >"$work/out" 2>"$work/err" ||
        fail "$1 $2 $3: the trainer's exit code is $?: $(tail -1 "$work/err")"
    jq -er '.step_seconds | select(. > 0)' "$work/out" >"$work/seconds" || fail "$1 $2 $3: step_seconds is missing, expected a time"
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$(cat "$work/seconds")" >>"$work/times.tsv"
}

all=$((${#networks[@]} * rounds * ${#cases[@]}))
done=0
for network in "${networks[@]}"; do
    for _ in $(seq "$rounds"); do
        for case in "${cases[@]}"; do
            read -r format products <<<"$case"
            time_step "$network" "$format" "$products"
            done=$((done + 1))
            printf 'bench_step.sh: %d of %d runs, about %d s left\n' "$done" "$all" $((SECONDS * (all - done) / done)) >&2
        done
    done
done

mkdir -p "$(dirname "$report")"
processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1)
instructions=$(grep -owE 'avx2|avx512f|avx512_vnni' /proc/cpuinfo | sort -u | tr '\n' ' ')
jq -Rn --arg processor "$processor" --arg instructions "${instructions% }" --argjson rounds "$rounds" --argjson images "$images" --argjson blocks "$blocks" '
    [inputs | split("\t") | {network: .[0], format: .[1], products: .[2], seconds: (.[3] | tonumber)}] as $all
    | {processor: $processor, instructions: $instructions, batch: 64, threads: 1, rounds: $rounds, images: $images, blocks: $blocks, networks: [$ARGS.positional[] as $network
        | [$all | map(select(.network == $network)) | group_by([.format, .products])[]
           | {format: .[0].format, products: .[0].products, runs: length, step_seconds: (map(.seconds) | min)}] as $best
        | ($best | map(select(.format == "float32")) | min_by(.step_seconds)) as $rival
        | {network: $network, fastest_float32: $rival.products,
           formats: [$best[] | .over_float32 = .step_seconds / $rival.step_seconds]}]}' "$work/times.tsv" --args "${networks[@]}" >"$report.part"
wanted=$((${#networks[@]} * ${#cases[@]}))
found=$(jq --argjson rounds "$rounds" '[.networks[].formats[] | select(.runs == $rounds and .step_seconds > 0 and .over_float32 > 0)] | length' "$report.part")
[ "$found" = "$wanted" ] || fail "$report.part: complete times are $found, expected $wanted"
mv "$report.part" "$report"
jq -r '
    .networks as $all | (.blocks * 6 + 2) as $depth
    | "<!-- written by sw/trainer/study/bench_step.sh (make bench-step); do not edit -->",
      "Time of a training step over that of the faster float32: \(.processor) (\(.instructions)), \(.threads) thread, \(.batch) images, the fastest of \(.rounds) rounds of \(.images) images.", "",
      "| format | products | \([$all[].network | if . == "resnet" then "\(.)\($depth)" else . end] | join(" | ")) |",
      "| --- | --- |\($all | map(" --- |") | join(""))",
      ($all[0].formats[] | [.format, .products] as $case
       | "| \($case[0]) | \($case[1]) | \([$all[].formats[] | select([.format, .products] == $case) | .over_float32 * 100 | round | "\(. / 100 | floor).\(. % 100 + 100 | tostring[1:])"] | join(" | ")) |")
    ' "$report" >"${report%.json}.md.part"
mv "${report%.json}.md.part" "${report%.json}.md"
if $json; then
    cat "$report"
    exit
fi
printf '%-10s %-10s %-10s %12s %22s\n' network format products 'ms per step' 'over fastest float32'
jq -r '.networks[] | .network as $n | .formats[] | [$n, .format, .products, 1000 * .step_seconds, .over_float32] | @tsv' "$report" |
    awk -F '\t' '{ printf("%-10s %-10s %-10s %12.1f %21.2fx\n", $1, $2, $3, $4, $5) }'
jq -r '.networks[] | "\(.network): float32 is faster with \(.fastest_float32)"' "$report"
for format in "${formats[@]}"; do
    [ "$format" = flex16+5 ] || continue
    jq -r --arg format "$format" '.networks[] | .fastest_float32 as $rival | .network as $n | .formats[] | select(.format == $format)
        | [$n, .over_float32, $rival] | @tsv' "$report" |
        awk -F '\t' -v format="$format" '{ line = line sprintf("%s %s %.2f (%s)", NR > 1 ? "," : "", $1, $2, $3) } END { print format " / fastest float32:" line }'
done
