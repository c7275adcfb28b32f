# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Fuzzing of everything that reads files: one program per reader (tests/fuzz). What a run learns stays in
# build/fuzz/corpus; what it finds goes to tests/fuzz/findings, where the fast tests run it from then on.
# shellcheck shell=bash

FUZZ_SECONDS=60

# run_fuzz [TARGET] [SECONDS]: one reader, or all of them.
run_fuzz() {
    local target="${1:-all}" seconds="${2:-$FUZZ_SECONDS}"
    [[ "$seconds" =~ ^[1-9][0-9]*$ ]] \
        || fail 2 "'$seconds' is no number of seconds" "Use it like this: ./studio fuzz json 300"
    if [[ "$target" != all ]] && ! fuzz_names | grep -qx "$target"; then
        fail 2 "there is nothing to fuzz called '$target'" "Valid are: $(fuzz_names | paste -sd ' '), or nothing for all."
    fi
    ensure_everything fuzz
    build_preset fuzz fuzzers
    step "Fuzzing, $(duration "$seconds") each"
    if [[ "$target" != all ]]; then
        fuzz_one "$target" "$seconds"
        return
    fi
    local name failed=0
    while IFS= read -r name; do
        while (($(jobs -rp | wc -l) >= $(nproc))); do
            wait -n || failed=1
        done
        fuzz_one "$name" "$seconds" &
    done < <(fuzz_names)
    while (($(jobs -rp | wc -l) > 0)); do
        wait -n || failed=1
    done
    return "$failed"
}

fuzz_names() {
    sed -n 's/^lora_fuzz(\([a-z_]*\) .*/\1/p' tests/fuzz/CMakeLists.txt
}

# fuzz_one NAME SECONDS: says in a line what was run; what was found is kept, and makes it fail.
fuzz_one() {
    local name="$1" seconds="$2" found kept=()
    local corpus="build/fuzz/corpus/$name" artifacts="build/fuzz/artifacts/$name" log="build/fuzz/$name.log"
    local inputs=("$corpus" "tests/fuzz/seeds/$name") options=(-timeout=25 -rss_limit_mb=3000 -detect_leaks=0)
    mkdir -p "$corpus" "$artifacts"
    if [[ -d "tests/fuzz/findings/$name" ]]; then
        inputs+=("tests/fuzz/findings/$name")
    fi
    if [[ -f "tests/fuzz/dictionaries/$name" ]]; then
        options+=("-dict=tests/fuzz/dictionaries/$name")
    fi
    if "build/fuzz/tests/fuzz_$name" "${options[@]}" -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$artifacts/" "${inputs[@]}" >"$log" 2>&1; then
        done_note "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, no finding"
        return
    fi
    for found in "$artifacts"/*; do
        if [[ -f "$found" ]]; then
            mkdir -p "tests/fuzz/findings/$name"
            mv "$found" "tests/fuzz/findings/$name/"
            kept+=("tests/fuzz/findings/$name/${found##*/}")
        fi
    done
    printf '  %s✗%s %s: %s\n' "$RED" "$PLAIN" "$name" \
        "$(grep -m 1 -E '^broken: |ERROR: |runtime error: |terminate called|panicked' "$log" || tail -n 1 "$log")"
    note "log: $log${kept[0]:+; kept: ${kept[*]}}"
    return 1
}
