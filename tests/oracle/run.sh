#!/bin/sh
# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# run.sh SKIPPED TEST: runs a test in the oracle environment; without one says so and ends with the code SKIPPED.
if [ -z "$LORA_ORACLE_PYTHON" ]; then
    echo "SKIP   : $(basename "$2") LORA_ORACLE_PYTHON is not set; ./studio test oracle sets it"
    exit "$1"
fi
PYTHONDONTWRITEBYTECODE=1 exec "$LORA_ORACLE_PYTHON" "$2"
