#!/usr/bin/env bash
# Runs the simulation of tests/simulation/ over many seeds, and says how much was simulated in how much time. A seed that fails is told with
# the command that replays it.
#
#   scripts/simulate.sh             10,000 seeds
#   scripts/simulate.sh 500 20000   500 seeds, from the seed 20000 on

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

seeds=${1:-10000}
first=${2:-0}
log=$CACHE/logs/simulation.log
simulation=(cargo test --quiet --no-default-features --features native,embedded-gateway,otel --test simulation)

say 'Building the simulation (2 minutes the first time)'
quietly simulation-build "${simulation[@]}" --no-run || fail 'The simulation could not be built.'

unset SIMULATION_SEED
export SIMULATION_SEEDS=$seeds SIMULATION_FIRST_SEED=$first
printf '%d seeds from %d on, on %d cores, %s\n' "$seeds" "$first" "$(getconf _NPROCESSORS_ONLN)" "$(date -u +%F)"
TIMEFORMAT='%R %U %S'
status=0
times=$({ time "${simulation[@]}" every_seed -- --nocapture >"$log" 2>&1 </dev/null; } 2>&1) || status=$?

# «10000 seeds from 0 on: 4711 simulated hours, 300000 looks asked for, 200000 calls made»
hours=$(sed -n 's/.* seeds from .*: \([0-9]*\) simulated hours, .*/\1/p' "$log")
sed -n 's/.*: \([0-9]* simulated hours, .*\)/\1/p' "$log"
read -r wall user system <<<"$times"
awk -v seeds="$seeds" -v hours="${hours:-0}" -v wall="$wall" -v cpu="$user $system" 'BEGIN {
    split(cpu, parts, " ")
    cpu = parts[1] + parts[2]
    printf "%.0f s of wall clock, %.0f s of CPU: %.1f ms a seed, %.0f simulated hours in a minute of CPU\n",
        wall, cpu, 1000 * cpu / seeds, (cpu > 0 ? hours * 60 / cpu : 0)
}'
if [ "$status" != 0 ]; then
    grep -aA 40 'panicked at' "$log" | head -n 80 || tail -n 40 "$log"
    fail 'A seed broke a promise, or the simulation could not be run.' "All of it: $log"
fi
printf 'Every promise was kept in every seed.\n'
