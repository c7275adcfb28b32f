# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The virtual environment with transformers and PEFT that the oracle tests compare against. Tests only.
# shellcheck shell=bash

ORACLE="$CACHE/oracle"
ORACLE_PINS=tests/oracle/requirements.txt
ORACLE_MB=8000

ensure_oracle() {
    step "Oracle environment"
    if ! oracle_is_complete; then
        note "transformers and PEFT with their PyTorch go to $ORACLE: about 3 GB to fetch, 5 GB on disk, once"
        need_space "$CACHE" "$ORACLE_MB" "The oracle environment (with pip's own cache)"
        mkdir -p "$ORACLE"
        [[ -x "$ORACLE/bin/python" ]] || python3 -m venv "$ORACLE"
        PYTHON="$ORACLE/bin/python" resuming_pip install --requirement "$ORACLE_PINS"
        rm -rf "$DOWNLOADS"
        oracle_is_complete || fail 3 "the oracle environment in $ORACLE does not match $ORACLE_PINS" \
            "Remove the folder and start again."
    fi
    done_note "$(sed -n '/==/p' "$ORACLE_PINS" | paste -sd ' ')"
}

# An environment made by hand counts too: only the pinned versions matter.
oracle_is_complete() {
    "$ORACLE/bin/python" - "$ORACLE_PINS" 2>/dev/null <<'PYTHON'
import sys
from importlib.metadata import version
pins = (line.strip().split("==") for line in open(sys.argv[1]) if "==" in line)
sys.exit(any(version(name) != wanted for name, wanted in pins))
PYTHON
}

# run_set_up [oracle]: the set-up alone, of the oracle too where it is named.
run_set_up() {
    case "${1:-}" in
        "") ensure_everything ;;
        oracle)
            ensure_everything oracle
            ensure_oracle
            ;;
        *) fail 2 "there is no set-up '$1'" "Valid are: oracle, or nothing." ;;
    esac
}
