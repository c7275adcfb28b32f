# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Everything a fresh machine needs: distribution packages, a Rust tool-chain, LibTorch, the Rust crates.
# Idempotent, and silent towards the network when everything is there.
# shellcheck shell=bash

RUST_MINIMUM=1.85
# shellcheck disable=SC2034  # serves the other parts
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/lora-studio"
DISTRIBUTION=$(. /etc/os-release && printf '%s-%s' "${ID:-unknown}" "${VERSION_ID:-}")
# Where rustup and Ubuntu's versioned packages keep their programs.
PATH="$PATH:$HOME/.cargo/bin:/usr/lib/rust-1.91/bin"

# packages_for PURPOSE: the names in scripts/packages.txt that hold on this distribution.
packages_for() {
    awk -v all="$1" -v here="$1@$DISTRIBUTION" \
        '$1 == all || $1 == here { for (i = 2; i <= NF; ++i) print $i }' scripts/packages.txt
}

known_distribution() {
    grep -q "^rust@$DISTRIBUTION " scripts/packages.txt
}

# missing_of PACKAGE...: those that are not installed, one a line.
missing_of() {
    comm -23 <(printf '%s\n' "$@" | sort) \
        <(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | awk '$1 == "ii" { print $2 }' | sort)
}

rust_is_new_enough() {
    local version
    command -v cargo >/dev/null || return 1
    version=$(rustc --version 2>/dev/null | awk '{ print $2 }')
    [[ -n "$version" ]] && printf '%s\n%s\n' "$RUST_MINIMUM" "$version" | sort -C -V
}

# ensure_packages PACKAGE...: installs what is missing; without root says what and how.
ensure_packages() {
    local missing
    mapfile -t missing < <(missing_of "$@")
    if ((${#missing[@]} == 0)); then
        return
    fi
    if ((EUID != 0)); then
        fail 3 "these packages are missing: ${missing[*]}" \
            "Install them, then start again:  sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
    note "installing ${missing[*]}"
    install_packages "${missing[@]}" || fail 3 "apt-get could not install: ${missing[*]}" \
        "Its own message is above. On Ubuntu the component 'universe' must be enabled."
}

# Package lists are fetched anew only when what is known does not suffice.
install_packages() {
    local -x DEBIAN_FRONTEND=noninteractive
    local install=(apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
    if "${install[@]}" --simulate "$@" >/dev/null 2>&1 && "${install[@]}" "$@" 2>&1 | apt_progress; then
        return
    fi
    note "fetching the lists of packages"
    apt-get update -q >/dev/null && "${install[@]}" "$@" 2>&1 | apt_progress
}

# apt's hundreds of lines as a percentage every tenth of the way; errors in full. Not awk, which may hold lines back.
apt_progress() {
    local line total=0 steps=0 tenths=0
    while IFS= read -r line; do
        if [[ "$line" =~ ^([0-9]+)\ upgraded,\ ([0-9]+)\ newly ]]; then
            # Each package is unpacked, then set up.
            total=$((2 * (BASH_REMATCH[1] + BASH_REMATCH[2])))
        elif [[ "$line" =~ ^(Need\ to\ get|E:|W:|Err:|dpkg:) ]]; then
            note "$line"
        elif [[ "$line" =~ ^(Unpacking|Setting\ up)\  ]] && ((total > 0 && 10 * ++steps / total > tenths)); then
            tenths=$((10 * steps / total))
            note "packages: $((10 * tenths)) %"
        fi
    done
}

ensure_system() {
    local wanted
    mapfile -t wanted < <(for purpose in build "$@"; do packages_for "$purpose"; done)
    if ! known_distribution; then
        note "$DISTRIBUTION is not one of the known distributions ($(sed -n 's/^rust@\([^ ]*\) .*/\1/p' scripts/packages.txt | paste -sd ' '))."
        note "Going on with what is installed; needed are: ${wanted[*]}"
    else
        if ! rust_is_new_enough; then
            mapfile -t -O "${#wanted[@]}" wanted < <(packages_for rust)
        fi
        ensure_packages "${wanted[@]}"
    fi
    hash -r
    rust_is_new_enough || fail 3 "a Rust tool-chain of version $RUST_MINIMUM or newer is missing" \
        "Install rustc and cargo $RUST_MINIMUM or newer, and start again."
}

# The crates of engine/bridge, so that the build itself asks no network.
ensure_crates() {
    local fetch=(cargo fetch --locked --manifest-path engine/bridge/Cargo.toml
        --target "$(rustc -vV | sed -n 's/^host: //p')")
    "${fetch[@]}" --offline --quiet 2>/dev/null || "${fetch[@]}"
}

# ensure_everything [PURPOSE...]: the whole set-up; further purposes as in scripts/packages.txt.
ensure_everything() {
    step "Set-up"
    ensure_system "$@"
    done_note "distribution packages, $(rustc --version | cut -d' ' -f1-2)"
    ensure_libtorch
    done_note "LibTorch $LIBTORCH_VERSION"
    ensure_crates
    done_note "Rust crates"
}
