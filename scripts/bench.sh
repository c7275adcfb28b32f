# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The programs of benchmarks/, one per claim.
# shellcheck shell=bash

run_benchmarks() {
    local wanted="${1:-}" names name
    mapfile -t names < <(find benchmarks -mindepth 1 -maxdepth 1 -name '*.cpp' -printf '%f\n' 2>/dev/null \
        | sed 's/\.cpp$//' | sort)
    ((${#names[@]} > 0)) || fail 2 "this version has no benchmarks"
    if [[ -n "$wanted" ]]; then
        printf '%s\n' "${names[@]}" | grep -qx -- "$wanted" \
            || fail 2 "there is no benchmark '$wanted'" "Valid are: ${names[*]}"
        names=("$wanted")
    fi
    ensure_everything
    build_preset release
    for name in "${names[@]}"; do
        step "Benchmark: $name"
        "build/release/benchmarks/$name"
    done
}
