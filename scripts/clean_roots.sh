# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Proves the set-up where nothing is installed: a bare root of every supported distribution, a copy of this
# checkout in it, and `./studio build`. Mirrors are those this machine's apt already uses.
# shellcheck shell=bash

CLEAN_ROOT_MB=8000

test_clean_roots() {
    local passed=0 failed=0 skipped=0 roots distribution outcome
    ((EUID == 0)) || fail 3 "clean roots need root (debootstrap, chroot)" "Start again as root."
    ensure_packages debootstrap
    roots=$(mktemp -d /var/tmp/lora-studio-roots.XXXXXX)
    # shellcheck disable=SC2064  # the folder of now
    trap "name_failed_step; rm -rf --one-file-system '$roots'" EXIT
    need_space "$roots" "$CLEAN_ROOT_MB" "A clean root"
    for distribution in "debian bookworm Debian" "debian trixie Debian" "ubuntu noble Ubuntu"; do
        # shellcheck disable=SC2086  # three words
        outcome=0 && try_clean_root "$roots" $distribution || outcome=$?
        case "$outcome" in
            0) passed=$((passed + 1)) ;;
            77) skipped=$((skipped + 1)) ;;
            *) failed=$((failed + 1)) ;;
        esac
    done
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    ((failed == 0))
}

# apt_uri LABEL: where this machine's apt fetches that archive from, if it does.
apt_uri() {
    # shellcheck disable=SC2016  # apt's own placeholders
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' \
        | awk -v label="$1" '$1 == label { print $2; exit }'
}

# try_clean_root ROOTS ID SUITE LABEL: 0 passed, 77 skipped, anything else failed.
try_clean_root() {
    local root="$1/$3" suite="$3" label="$4" mirror started=$SECONDS
    local keyring="/usr/share/keyrings/$2-archive-keyring.gpg"
    step "Clean root: $label $suite"
    mirror=$(apt_uri "$label")
    if [[ -z "$mirror" || ! -f "$keyring" ]]; then
        note "SKIPPED: this machine's apt knows no $label mirror, or lacks its keyring"
        return 77
    fi
    # The generic script serves releases that debootstrap does not know yet.
    local script=/usr/share/debootstrap/scripts/$suite
    [[ -e "$script" ]] || script=/usr/share/debootstrap/scripts/sid
    if ! debootstrap --variant=minbase --keyring="$keyring" --include=ca-certificates \
        "$suite" "$root" "$mirror" "$script" >"$root.log" 2>&1; then
        tail -n 3 "$root.log"
        return 1
    fi
    furnish_root "$root" "$suite" "$label" "$mirror"
    note "bare root ready after $(duration $((SECONDS - started)))"

    if in_root "$root" setpriv --reuid=nobody --regid=nogroup --clear-groups ./studio deps >"$root.log" 2>&1 \
        || ! grep -q 'apt-get install' "$root.log"; then
        note "FAILED: without root the missing packages must be named"
        return 1
    fi
    note "without root: $(grep -m 1 -o 'these packages are missing.*' "$root.log")"
    in_root "$root" ./studio build || return 1
    note "the second start, without network:"
    in_root "$root" unshare --net ./studio deps || return 1
    done_note "$label $suite after $(duration $((SECONDS - started)))"
    rm -rf --one-file-system "$root"
}

# The checkout, the archives beyond the base suite, and this machine's way to the network.
furnish_root() {
    local root="$1" suite="$2" label="$3" mirror="$4" security
    {
        printf 'deb %s %s main universe\n' "$mirror" "$suite"
        printf 'deb %s %s-updates main universe\n' "$mirror" "$suite"
        security=$(apt_uri "$label-Security")
        if [[ -n "$security" ]]; then
            printf 'deb %s %s-security main\n' "$security" "$suite"
        fi
    } | if [[ "$label" == Debian ]]; then sed 's/ universe$//'; else cat; fi >"$root/etc/apt/sources.list"
    # Thrown away at the end: no need to sync each file.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    mkdir "$root/lora-studio"
    git ls-files -z --cached --others --exclude-standard | tar --null --files-from - --create \
        | tar --extract --directory "$root/lora-studio"
}

# in_root ROOT COMMAND...: in the checkout's copy, with its own mounts, a bare environment and the proxies of now.
in_root() {
    local root="$1" proxies
    shift
    mapfile -t proxies < <(env | grep -i '^[a-z]*_proxy=' || true)
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount --fork bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t sysfs sys "$1/sys" || exit 1
        exec chroot "$@"' in_root "$root" \
        env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" LANG=C.UTF-8 "${proxies[@]}" \
        sh -c 'cd /lora-studio && exec "$@"' sh "$@"
}
