# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Fuzzing of everything that reads files: one program per reader (tests/fuzz). What a run learns stays in
# build/fuzz/corpus; what it finds goes to tests/fuzz/findings, where the fast tests run it from then on.
# shellcheck shell=bash

FUZZ_SECONDS=60
# The readers that had a finding, a line each.
FUZZ_FAILED=build/fuzz/failed

# run_fuzz [TARGET] [SECONDS]: one reader, or all of them, as many at a time as there are cores. Fails when one of
# them has a finding.
run_fuzz() {
    local target="${1:-all}" seconds="${2:-$FUZZ_SECONDS}" names=() started=$SECONDS
    [[ "$seconds" =~ ^[1-9][0-9]*$ ]] \
        || fail 2 "'$seconds' is no number of seconds" "Use it like this: ./studio fuzz json 300"
    mapfile -t names < <(fuzz_names)
    if [[ "$target" != all ]]; then
        printf '%s\n' "${names[@]}" | grep -qx "$target" \
            || fail 2 "there is nothing to fuzz called '$target'" "Valid are: ${names[*]}, or nothing for all."
        names=("$target")
    fi
    ensure_everything fuzz
    build_preset fuzz fuzzers
    fuzz_all "$seconds" "${names[@]}"
    if [[ -s "$FUZZ_FAILED" ]]; then
        fail 1 "there are findings in $(wc -l <"$FUZZ_FAILED") of ${#names[@]}: $(sort "$FUZZ_FAILED" | paste -sd ' ')" \
            "Each is kept in tests/fuzz/findings and fails the fast tests until it is mended."
    fi
    done_note "no finding after $(duration $((SECONDS - started)))"
}

# fuzz_all SECONDS NAME...: a verdict for each; those with a finding are named in FUZZ_FAILED.
fuzz_all() {
    local seconds="$1" cores rounds name
    shift
    cores="$(nproc)"
    rounds=$((($# + cores - 1) / cores))
    if (($# == 1)); then
        step "Fuzzing $1, $(duration "$seconds")"
    else
        step "Fuzzing $# readers, $(duration "$seconds") each, $cores at a time: about $(duration $((rounds * seconds)))"
    fi
    : >"$FUZZ_FAILED"
    for name in "$@"; do
        while (($(jobs -rp | wc -l) >= cores)); do
            wait -n || true
        done
        { fuzz_one "$name" "$seconds" || printf '%s\n' "$name" >>"$FUZZ_FAILED"; } &
    done
    wait
}

fuzz_names() {
    sed -n 's/^lora_fuzz(\([a-z_]*\) .*/\1/p' tests/fuzz/CMakeLists.txt
}

# fuzz_one NAME SECONDS: says in a line what was run; what was found is kept, and makes it fail.
fuzz_one() {
    local name="$1" seconds="$2" found kept=()
    local corpus="build/fuzz/corpus/$name" artifacts="build/fuzz/artifacts/$name" log="build/fuzz/$name.log"
    local inputs=("$corpus" "tests/fuzz/seeds/$name") options=(-timeout=25 -rss_limit_mb=3000 -detect_leaks=0)
    rm -rf "$artifacts"
    mkdir -p "$corpus" "$artifacts"
    if [[ -d "tests/fuzz/findings/$name" ]]; then
        inputs+=("tests/fuzz/findings/$name")
    fi
    if [[ -f "tests/fuzz/dictionaries/$name" ]]; then
        options+=("-dict=tests/fuzz/dictionaries/$name")
    fi
    if "build/fuzz/tests/fuzz_$name" "${options[@]}" -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$artifacts/" "${inputs[@]}" >"$log" 2>&1; then
        done_note "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, $(fuzz_coverage "$log"), no finding"
        return
    fi
    for found in "$artifacts"/*; do
        # One that was kept before comes back under a name of its own.
        if [[ -f "$found" ]] && ! grep -qx "$(sha256sum <"$found")" <(fuzz_kept "$name"); then
            mkdir -p "tests/fuzz/findings/$name"
            cp "$found" "tests/fuzz/findings/$name/"
            kept+=("tests/fuzz/findings/$name/${found##*/}")
        fi
    done
    printf '  %s✗%s %s: %s\n' "$RED" "$PLAIN" "$name" \
        "$(grep -m 1 -E '^broken: |ERROR: |runtime error: |terminate called|panicked' "$log" || tail -n 1 "$log")"
    note "log: $log${kept[0]:+; kept: ${kept[*]}}"
    return 1
}

# fuzz_coverage LOG: the features that its inputs reach, and how many inputs that takes.
fuzz_coverage() {
    sed -n 's/.* ft: \([0-9]*\) corp: \([0-9]*\).*/\1 features by \2 inputs/p' "$1" | tail -n 1
}

# fuzz_kept NAME: the hashes of its findings.
fuzz_kept() {
    local file
    for file in "tests/fuzz/findings/$1"/*; do
        if [[ -f "$file" ]]; then
            sha256sum <"$file"
        fi
    done
}
