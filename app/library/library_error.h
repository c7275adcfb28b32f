// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Codes of the failures that only the library knows, beside engine/contract/error_codes.h.
#pragma once

#include <string_view>

namespace app::library::code {

inline constexpr std::string_view kLocked = "library_locked";      // another program holds it
inline constexpr std::string_view kDamaged = "library_damaged";    // not, or no longer, a database
inline constexpr std::string_view kReadOnly = "library_read_only"; // cannot be written
inline constexpr std::string_view kConflict = "library_conflict";  // a rule of the schema says no

} // namespace app::library::code
