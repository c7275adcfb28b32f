// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The precompiled header of ui/: what almost every file there needs.
#pragma once

#include "engine/contract/value.h"

#include <QtWidgets/QtWidgets>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>
