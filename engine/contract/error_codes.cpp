// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/error_codes.h"

#include <array>
#include <utility>

namespace engine::contract {

namespace {

constexpr auto kExitCodes = std::to_array<std::pair<std::string_view, ExitCode>>({
    {code::kBadArgument, ExitCode::BadArgument},  {code::kBadField, ExitCode::BadArgument},
    {code::kNoTarget, ExitCode::BadArgument},     {code::kNothingToTrain, ExitCode::BadArgument},
    {code::kTargetExists, ExitCode::BadArgument}, {code::kNotFound, ExitCode::BadInput},
    {code::kUnreadable, ExitCode::BadInput},      {code::kBadFile, ExitCode::BadInput},
    {code::kBadData, ExitCode::BadInput},         {code::kBadModel, ExitCode::BadInput},
    {code::kBadTokenizer, ExitCode::BadInput},    {code::kBadTemplate, ExitCode::BadInput},
    {code::kBadAdapter, ExitCode::BadInput},      {code::kNonFinite, ExitCode::BadInput},
    {code::kUnsupported, ExitCode::BadInput},     {code::kVerificationFailed, ExitCode::BadInput},
    {code::kRunBusy, ExitCode::BadInput},         {code::kDiskFull, ExitCode::NotEnough},
    {code::kOutOfMemory, ExitCode::NotEnough},    {code::kDiverged, ExitCode::Diverged},
    {code::kStopped, ExitCode::Stopped},          {code::kIncompatible, ExitCode::Incompatible},
    {code::kNewerFormat, ExitCode::Incompatible}, {code::kInternal, ExitCode::Internal},
});

} // namespace

ExitCode exitCodeOf(std::string_view errorCode)
{
    for (const auto& [name, exitCode] : kExitCodes) {
        if (name == errorCode) {
            return exitCode;
        }
    }
    return ExitCode::Internal;
}

} // namespace engine::contract
