// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The precompiled header of tests of the window.
#pragma once

#include "engine/contract/value.h"

#include <QtTest/QtTest>
#include <QtWidgets/QtWidgets>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
