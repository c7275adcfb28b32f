# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Configure and compile one preset of CMakePresets.json; programs land in build/<preset>/bin/.
# shellcheck shell=bash

BUILD_MB=3000
# What one compiler needs on the heaviest file, in MB.
COMPILER_MB=1500

# build_preset [PRESET] [TARGET]
build_preset() {
    local preset="${1:-release}" target="${2:-all}" started=$SECONDS
    step "Build ($preset)"
    preset_names | grep -qx "$preset" \
        || fail 2 "there is no preset '$preset'" "Valid are: $(preset_names | paste -sd ' ')"
    need_space build "$BUILD_MB" "A build"
    # The output of a quiet configuration is of interest only when it fails.
    local log="build/configure-$preset.log"
    cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; fail 1 "CMake could not configure, see above"; }
    ninja -C "build/$preset" -j "$(parallel_compilers)" "$target"
    done_note "build/$preset/bin/ after $(duration $((SECONDS - started)))"
}

preset_names() {
    cmake --list-presets=configure | sed -n 's/^ *"\([^"]*\)".*/\1/p'
}

# As many as there are cores, unless memory is short.
parallel_compilers() {
    awk -v cores="$(nproc)" -v each="$COMPILER_MB" '/^MemAvailable:/ {
        fits = int($2 / 1024 / each)
        print fits < 1 ? 1 : fits < cores ? fits : cores
    }' /proc/meminfo
}
