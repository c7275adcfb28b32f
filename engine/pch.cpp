// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Exists so that the precompiled header is built once and reused by every layer.
#include "engine/pch.h"
