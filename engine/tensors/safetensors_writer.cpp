// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/safetensors_writer.h"

#include "engine/contract/value.h"
#include "engine/device/dtypes.h"
#include "engine/device/files.h"

#include <c10/util/accumulate.h>
#include <set>

namespace engine::tensors {

namespace {

constexpr std::size_t kAlignment = 8;
constexpr std::uint64_t kThreadBytes = 1 << 20; // less is written before a thread has started
constexpr std::string_view kMetadataKey = "__metadata__";

std::uint64_t totalBytes(const std::vector<TensorSpec>& specs)
{
    std::uint64_t total = 0;
    for (const TensorSpec& spec : specs) {
        total += spec.bytes();
    }
    return total;
}

void requireDistinctNames(const std::vector<TensorSpec>& specs)
{
    std::set<std::string_view> names = {kMetadataKey};
    for (const TensorSpec& spec : specs) {
        if (!names.insert(spec.name).second) {
            throw Failure(code::kInternal, "tensor name " + spec.name + " cannot be written twice");
        }
    }
}

// Length, JSON, padding. Source: the safetensors README, section Format.
std::string headerOf(const std::vector<TensorSpec>& specs, const Metadata& metadata)
{
    using contract::Value;
    Value::Object members;
    if (!metadata.empty()) {
        members.emplace_back(kMetadataKey, Value::Object(metadata.begin(), metadata.end()));
    }
    std::uint64_t begin = 0;
    for (const TensorSpec& spec : specs) {
        const std::uint64_t end = begin + spec.bytes();
        members.emplace_back(spec.name,
                             Value::object({{"dtype", device::safetensorsName(spec.dtype)},
                                            {"shape", Value::list(spec.shape)},
                                            {"data_offsets", Value::List{begin, end}}}));
        begin = end;
    }
    std::string json = contract::toJson(Value(std::move(members)));
    json.append((kAlignment - json.size() % kAlignment) % kAlignment, ' ');
    std::string header;
    for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
        header.push_back(static_cast<char>(static_cast<std::uint64_t>(json.size()) >> (8 * i)));
    }
    return header + json;
}

} // namespace

std::uint64_t TensorSpec::bytes() const
{
    return static_cast<std::uint64_t>(c10::multiply_integers(shape)) * device::bytesOf(dtype);
}

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path,
                                     std::vector<TensorSpec> specs,
                                     const Metadata& metadata)
    : m_specs(std::move(specs)), m_file(path)
{
    requireDistinctNames(m_specs);
    const std::string header = headerOf(m_specs, metadata);
    device::requireFreeSpace(path, header.size() + totalBytes(m_specs), path.filename().string());
    m_file.write(header);
    m_hash.update(header);
}

void SafetensorsWriter::write(std::string_view name, const Tensor& tensor)
{
    if (m_next == m_specs.size() || m_specs[m_next].name != name
        || m_specs[m_next].dtype != tensor.scalar_type()
        || m_specs[m_next].shape != tensor.sizes()) {
        throw Failure(code::kInternal,
                      "tensor " + std::string(name) + " is not the one announced next");
    }
    const std::uint64_t bytes = m_specs[m_next].bytes();
    const auto writeDense = [this, bytes, dense = tensor.contiguous()] {
        writeBytes({static_cast<const char*>(dense.const_data_ptr()), bytes});
    };
    awaitWriting();
    if (bytes < kThreadBytes) {
        writeDense();
    } else {
        m_writing = std::async(std::launch::async, writeDense);
    }
    ++m_next;
}

SafetensorsWriter::~SafetensorsWriter()
{
    if (m_writing.valid()) {
        m_writing.wait();
    }
}

void SafetensorsWriter::writeBytes(std::string_view bytes)
{
    if (bytes.size() < kThreadBytes) {
        m_hash.update(bytes);
        m_file.write(bytes);
        return;
    }
    // Hashing takes longer than writing to the page cache.
    const auto hashing = std::async(std::launch::async, [this, bytes] { m_hash.update(bytes); });
    m_file.write(bytes);
    m_file.beginSync();
    hashing.wait();
}

void SafetensorsWriter::awaitWriting()
{
    if (m_writing.valid()) {
        m_writing.get();
    }
}

std::string SafetensorsWriter::finish()
{
    if (m_next != m_specs.size()) {
        throw Failure(code::kInternal, "tensor " + m_specs[m_next].name + " was never written");
    }
    awaitWriting();
    m_file.commit();
    return m_hash.hex();
}

void saveTensors(const std::filesystem::path& path,
                 const std::vector<std::pair<std::string, Tensor>>& tensors,
                 const Metadata& metadata)
{
    std::vector<TensorSpec> specs;
    specs.reserve(tensors.size());
    for (const auto& [name, tensor] : tensors) {
        specs.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
    }
    SafetensorsWriter writer(path, std::move(specs), metadata);
    for (const auto& [name, tensor] : tensors) {
        writer.write(name, tensor);
    }
    writer.finish();
}

} // namespace engine::tensors
