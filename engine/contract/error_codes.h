// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every error code with the exit code it ends a verb with (docs/architecture.md, contract section
// 1). Permanent names.
#pragma once

#include <string_view>

namespace engine::contract {

enum class ExitCode : int {
    Success = 0,
    BadArgument = 2,
    BadInput = 3,
    NotEnough = 4,
    Diverged = 5,
    Stopped = 6,
    Incompatible = 7,
    Internal = 70,
};

namespace code {

// 2: wrong arguments or job field
inline constexpr std::string_view kBadArgument = "bad_argument";
inline constexpr std::string_view kBadField = "bad_field";
inline constexpr std::string_view kNoTarget = "no_target";
inline constexpr std::string_view kNothingToTrain = "nothing_to_train";
inline constexpr std::string_view kTargetExists = "target_exists";
// 3: input missing, unreadable or refused
inline constexpr std::string_view kNotFound = "not_found";
inline constexpr std::string_view kUnreadable = "unreadable";
inline constexpr std::string_view kBadFile = "bad_file";
inline constexpr std::string_view kBadData = "bad_data";
inline constexpr std::string_view kBadModel = "bad_model";
inline constexpr std::string_view kBadTokenizer = "bad_tokenizer";
inline constexpr std::string_view kBadTemplate = "bad_template";
inline constexpr std::string_view kBadAdapter = "bad_adapter";
inline constexpr std::string_view kNonFinite = "non_finite";
inline constexpr std::string_view kUnsupported = "unsupported";
inline constexpr std::string_view kVerificationFailed = "verification_failed";
inline constexpr std::string_view kRunBusy = "run_busy";
// 4: not enough memory or disk
inline constexpr std::string_view kDiskFull = "disk_full";
inline constexpr std::string_view kOutOfMemory = "out_of_memory";
// 5, 6
inline constexpr std::string_view kDiverged = "diverged";
inline constexpr std::string_view kStopped = "stopped";
// 7: adapter and base, or a newer format
inline constexpr std::string_view kIncompatible = "incompatible";
inline constexpr std::string_view kNewerFormat = "newer_format";
// 70
inline constexpr std::string_view kInternal = "internal";

} // namespace code

// The exit code of an error code; an unknown one is Internal.
ExitCode exitCodeOf(std::string_view errorCode);

} // namespace engine::contract
