// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/profile_file.h"

#include "engine/contract/value.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"

#include <ATen/Parallel.h>

#include <cstdlib>

namespace engine::worker {

using contract::Value;

ProfileFile::ProfileFile()
{
    const char* file = std::getenv("LORA_PROFILE");
    if (file == nullptr || *file == '\0') {
        return;
    }
    m_file = std::filesystem::absolute(file);
    if (!std::filesystem::is_directory(m_file.parent_path())) {
        throw Failure(code::kNotFound,
                      "LORA_PROFILE names a file in a folder that does not exist",
                      "Create the folder, or name another file",
                      m_file.string());
    }
}

ProfileFile::~ProfileFile()
{
    kernels::stopProfile();
}

void ProfileFile::unitDone()
{
    if (m_file.empty()) {
        return;
    }
    if (++m_units == 1) {
        kernels::startProfile();
    } else {
        m_profile = kernels::readProfile(at::get_num_threads());
    }
}

void ProfileFile::write() const
{
    if (m_units < 2) {
        return;
    }
    Value parts = Value::List();
    for (const kernels::PartTime& time : m_profile.parts) {
        parts.append(Value::object({{"part", std::string(kernels::nameOf(time.part))},
                                    {"backward", time.isBackward},
                                    {"seconds", time.seconds},
                                    {"caller_seconds", time.callerSeconds}}));
    }
    const Value document = Value::object({{"units", m_units - 1},
                                          {"threads", int64_t{m_profile.threads}},
                                          {"seconds", m_profile.seconds},
                                          {"parts", parts},
                                          {"idle", m_profile.idle},
                                          {"elsewhere", m_profile.elsewhere}});
    device::writeFileAtomically(m_file, toJson(document, 1) + "\n");
}

} // namespace engine::worker
