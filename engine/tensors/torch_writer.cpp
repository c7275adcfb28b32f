// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/torch_writer.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"

#include <array>
#include <cstdint>

namespace engine::tensors {

namespace fs = std::filesystem;

namespace {

// Offsets and sizes of the archive are 32 bits wide.
constexpr uint64_t kMostBytes = uint64_t{2} << 30;

void appendLittle(std::string& out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i) & 0xff);
    }
}

// Of zip and of Ethernet: polynomial 0xEDB88320, reflected.
uint32_t crc32(std::string_view bytes)
{
    static const std::array<uint32_t, 256> kTable = [] {
        std::array<uint32_t, 256> table{};
        for (uint32_t i = 0; i < table.size(); ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value & 1) != 0 ? value >> 1 ^ 0xEDB88320u : value >> 1;
            }
            table[i] = value;
        }
        return table;
    }();
    uint32_t crc = 0xffffffffu;
    for (const char byte : bytes) {
        crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ crc >> 8;
    }
    return ~crc;
}

// Stored members, their data at multiples of 64 bytes as torch lays them.
class ZipArchive
{
public:
    void add(const std::string& name, std::string_view content)
    {
        constexpr uint64_t kAlignment = 64;
        constexpr uint64_t kFixedHeader = 30;
        const uint64_t offset = m_bytes.size();
        const uint64_t bare =
            offset + kFixedHeader + name.size() + 4; // an extra field's own header
        const uint64_t padding = (kAlignment - bare % kAlignment) % kAlignment;
        const std::string facts = factsOf(name, content);
        m_bytes += "PK\x03\x04";
        m_bytes += facts;
        appendLittle(m_bytes, padding + 4, 2);
        m_bytes += name;
        m_bytes += "FB"; // the extra field that torch pads with
        appendLittle(m_bytes, padding, 2);
        m_bytes.append(padding, 'Z');
        m_bytes += content;

        m_directory += "PK\x01\x02";
        appendLittle(m_directory, 0, 2); // made by
        m_directory += facts;
        appendLittle(m_directory, 0, 2); // extra field
        appendLittle(m_directory, 0, 2); // comment
        appendLittle(m_directory, 0, 2); // disk
        appendLittle(m_directory, 0, 2); // attributes
        appendLittle(m_directory, 0, 4);
        appendLittle(m_directory, offset, 4);
        m_directory += name;
        ++m_members;
    }

    std::string finish()
    {
        const uint64_t begin = m_bytes.size();
        m_bytes += m_directory;
        m_bytes += "PK\x05\x06";
        appendLittle(m_bytes, 0, 4); // disks
        appendLittle(m_bytes, m_members, 2);
        appendLittle(m_bytes, m_members, 2);
        appendLittle(m_bytes, m_directory.size(), 4);
        appendLittle(m_bytes, begin, 4);
        appendLittle(m_bytes, 0, 2); // comment
        return std::move(m_bytes);
    }

private:
    // What local header and directory say alike, up to the length of the name.
    static std::string factsOf(const std::string& name, std::string_view content)
    {
        std::string facts;
        appendLittle(facts, 20, 2);   // version needed
        appendLittle(facts, 0, 2);    // flags
        appendLittle(facts, 0, 2);    // stored
        appendLittle(facts, 0, 2);    // time
        appendLittle(facts, 0x21, 2); // date: 1 January 1980
        appendLittle(facts, crc32(content), 4);
        appendLittle(facts, content.size(), 4);
        appendLittle(facts, content.size(), 4);
        appendLittle(facts, name.size(), 2);
        return facts;
    }

    std::string m_bytes;
    std::string m_directory;
    uint64_t m_members = 0;
};

// Opcodes of pickle protocol 2, as far as a dict of tensors needs them.
class Pickle
{
public:
    Pickle() { m_bytes = "\x80\x02}("; } // protocol, empty dict, mark

    void text(std::string_view value)
    {
        m_bytes += 'X';
        appendLittle(m_bytes, value.size(), 4);
        m_bytes += value;
    }
    void integer(int64_t value)
    {
        const bool isShort = value >= 0 && value <= INT32_MAX;
        m_bytes += isShort ? "J" : "\x8a\x08";
        appendLittle(m_bytes, static_cast<uint64_t>(value), isShort ? 4 : 8);
    }
    void integers(at::IntArrayRef values)
    {
        m_bytes += '(';
        for (const int64_t value : values) {
            integer(value);
        }
        m_bytes += 't';
    }
    void global(std::string_view module, std::string_view name)
    {
        m_bytes += 'c';
        m_bytes.append(module).append("\n").append(name).append("\n");
    }
    void opcodes(std::string_view codes) { m_bytes += codes; }
    std::string finish()
    {
        m_bytes += "u."; // into the dict, stop
        return std::move(m_bytes);
    }

private:
    std::string m_bytes;
};

const char* storageOf(const std::string& name, const at::Tensor& tensor)
{
    switch (tensor.scalar_type()) {
    case at::kFloat:
        return "FloatStorage";
    case at::kHalf:
        return "HalfStorage";
    case at::kBFloat16:
        return "BFloat16Storage";
    default:
        throw Failure(code::kBadArgument, name + " has a type that is not written");
    }
}

// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)
void addTensor(Pickle& pickle, const std::string& name, const at::Tensor& tensor, std::size_t index)
{
    pickle.text(name);
    pickle.global("torch._utils", "_rebuild_tensor_v2");
    pickle.opcodes("((");
    pickle.text("storage");
    pickle.global("torch", storageOf(name, tensor));
    pickle.text(std::to_string(index));
    pickle.text("cpu");
    pickle.integer(tensor.numel());
    pickle.opcodes("tQ"); // the storage by its persistent id
    pickle.integer(0);
    pickle.integers(tensor.sizes());
    pickle.integers(tensor.strides());
    pickle.opcodes("\x89"); // false
    pickle.global("collections", "OrderedDict");
    pickle.opcodes(")RtR");
}

} // namespace

void saveTorchFile(const fs::path& path,
                   const std::vector<std::pair<std::string, at::Tensor>>& tensors)
{
    uint64_t bytes = 0;
    Pickle pickle;
    std::vector<at::Tensor> dense;
    for (const auto& [name, tensor] : tensors) {
        dense.push_back(tensor.contiguous());
        addTensor(pickle, name, dense.back(), dense.size() - 1);
        bytes += dense.back().nbytes();
    }
    if (bytes > kMostBytes) {
        throw Failure(code::kBadArgument,
                      "the tensors take " + device::readableBytes(bytes) + ", a torch file at most "
                          + device::readableBytes(kMostBytes),
                      "Write safetensors instead",
                      path.string());
    }
    const std::string root = path.stem().string() + "/";
    ZipArchive archive;
    archive.add(root + "data.pkl", pickle.finish());
    archive.add(root + "byteorder", "little");
    for (std::size_t i = 0; i < dense.size(); ++i) {
        archive.add(root + "data/" + std::to_string(i),
                    {static_cast<const char*>(dense[i].const_data_ptr()), dense[i].nbytes()});
    }
    archive.add(root + "version", "3\n");
    device::writeFileAtomically(path, archive.finish());
}

} // namespace engine::tensors
