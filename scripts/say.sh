# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# How ./studio speaks: headed steps, notes, errors with a next step, and the name of the step that failed.
# shellcheck shell=bash

# shellcheck disable=SC2034  # DIM serves the other parts
if [[ -t 1 && -z "${NO_COLOR:-}" && "${TERM:-dumb}" != dumb ]]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
    BOLD='' DIM='' RED='' GREEN='' PLAIN=''
fi

CURRENT_STEP=''

step() {
    CURRENT_STEP="$*"
    printf '\n%s▸ %s%s\n' "$BOLD" "$*" "$PLAIN"
}

note() {
    printf '  %s\n' "$*"
}

done_note() {
    printf '  %s✓%s %s\n' "$GREEN" "$PLAIN" "$*"
}

# fail CODE MESSAGE [HINT]: one sentence of what happened, one of what to do, and out.
fail() {
    local code="$1" message="$2" hint="${3:-}"
    printf '%serror:%s %s\n' "$RED" "$PLAIN" "$message" >&2
    if [[ -n "$hint" ]]; then
        printf '       %s\n' "$hint" >&2
    fi
    exit "$code"
}

# Runs on every exit: a failure never ends without the name of its step.
name_failed_step() {
    local code=$?
    if ((code != 0)) && [[ -n "$CURRENT_STEP" ]]; then
        printf '%s✗ failed in the step “%s” (exit %d)%s\n' "$RED" "$CURRENT_STEP" "$code" "$PLAIN" >&2
    fi
}

# duration SECONDS: 75 becomes "1 min 15 s".
duration() {
    if (($1 >= 60)); then
        printf '%d min %02d s' $(($1 / 60)) $(($1 % 60))
    else
        printf '%d s' "$1"
    fi
}

# need_space FOLDER MEGABYTES PURPOSE: stops before a disk would fill up.
need_space() {
    local folder="$1" needed="$2" purpose="$3" available
    mkdir -p "$folder"
    available=$(($(df --output=avail -k "$folder" | tail -n 1) / 1024))
    if ((available < needed)); then
        fail 4 "$purpose needs $needed MB in $folder, $available MB are available" \
            "Free some space, or point XDG_CACHE_HOME at a larger disk, and start again."
    fi
}
