// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The precompiled header of tests that use LibTorch.
#pragma once

#include "engine/contract/value.h"
#include "engine/operators_pch.h"

#include <QtTest/QtTest>

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
