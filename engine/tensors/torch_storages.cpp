// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/torch_storages.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/tensors/zip_directory.h"

namespace engine::tensors {

namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kTable = "data.pkl";
constexpr std::string_view kTableInFolder = "/data.pkl";
// torch/serialization.py: MAGIC_NUMBER, lowest byte first, and PROTOCOL_VERSION.
constexpr std::string_view kMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr std::int64_t kRowProtocol = 1001;

// What may begin a pickle of torch: protocol 2 or later.
bool startsLikePickle(std::string_view bytes)
{
    return bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

// A dict's value; null where it has none.
const PickleValue* itemOf(const PickleValue& dict, std::string_view key)
{
    const PickleValue* found = nullptr;
    for (std::size_t i = 0; dict.kind == Kind::Dict && i + 1 < dict.items.size(); i += 2) {
        if (dict.items[i]->kind == Kind::Text && dict.items[i]->text == key) {
            found = dict.items[i + 1];
        }
    }
    return found;
}

} // namespace

std::int64_t bytesOfStored(std::string_view type)
{
    return static_cast<std::int64_t>(device::bytesOf(*device::safetensorsDtype(type)));
}

TorchStorages::TorchStorages(const MappedFile& file) : m_fileName(file.path().string())
{
    const std::string_view all = file.view(0, file.size());
    if (isZip(all)) {
        readArchive(all);
    } else {
        readRow(all);
    }
}

std::string_view TorchStorages::storage(std::string_view key) const
{
    const auto found = m_storages.find(key);
    if (found == m_storages.end()) {
        refuse("the storage " + std::string(key) + " is missing");
    }
    return found->second;
}

void TorchStorages::readArchive(std::string_view all)
{
    const ZipDirectory directory = readZipDirectory(all);
    if (!directory.damage.empty()) {
        refuse(directory.damage);
    }
    std::map<std::string_view, const ZipEntry*> entries;
    const ZipEntry* table = nullptr;
    for (const ZipEntry& entry : directory.entries) {
        if (!entries.emplace(entry.name, &entry).second) {
            refuse("the archive has two entries of one name");
        }
        const bool isTable = entry.name == kTable || entry.name.ends_with(kTableInFolder);
        if (isTable && (table == nullptr || entry.name.size() < table->name.size())) {
            table = &entry;
        }
    }
    if (table == nullptr) {
        refuse("the archive holds no data.pkl, so it is not torch's");
    }
    const std::string folder(table->name.substr(0, table->name.size() - kTable.size()));
    const auto order = entries.find(folder + "byteorder");
    if (order != entries.end() && order->second->content != "little") {
        refuse("its numbers have the highest byte first");
    }
    for (const auto& [name, entry] : entries) {
        const bool isStorage = name.starts_with(folder + "data/");
        if ((isStorage || entry == table) && entry->isCompressed) {
            refuse("the archive is compressed, which torch never does");
        }
        if (isStorage) {
            m_storages.emplace(name.substr(folder.size() + 5), entry->content);
        }
    }
    m_reader = std::make_unique<PickleReader>(table->content, m_fileName);
    m_root = &m_reader->read();
}

// Magic number, protocol, facts of the machine, what was saved, keys of the storages: a pickle
// each. Then for each key how many numbers it has (8 bytes) and the numbers.
void TorchStorages::readRow(std::string_view all)
{
    if (!startsLikePickle(all)) {
        throw Failure(code::kBadFile,
                      m_fileName + " is neither a safetensors file nor a torch file",
                      "Name a model in safetensors format, or torch's pytorch_model.bin",
                      m_fileName);
    }
    m_reader = std::make_unique<PickleReader>(all, m_fileName);
    const PickleValue& magic = m_reader->read();
    if (magic.kind != Kind::Text || magic.text != kMagic) {
        refuse("it is a pickle, but not one of torch.save");
    }
    const PickleValue& protocol = m_reader->read();
    const PickleValue* isLittle = itemOf(m_reader->read(), "little_endian");
    if (protocol.kind != Kind::Integer || protocol.number != kRowProtocol || isLittle == nullptr
        || isLittle->kind != Kind::Bool || isLittle->number == 0) {
        refuse("its protocol is not 1001 with the lowest byte first");
    }
    m_root = &m_reader->read();
    const PickleValue& keys = m_reader->read();
    std::size_t at = m_reader->position();
    for (const PickleValue* key : keys.items) {
        const std::string_view type = m_reader->typeOfStorage(key->text);
        if (key->kind != Kind::Text || type.empty() || all.size() - at < 8) {
            refuse("the file is cut off or its list of storages is damaged");
        }
        std::uint64_t count = 0;
        for (std::size_t i = 8; i > 0; --i) {
            count = count << 8 | static_cast<unsigned char>(all[at + i - 1]);
        }
        at += 8;
        const auto width = static_cast<std::uint64_t>(bytesOfStored(type));
        if (count > (all.size() - at) / width) {
            refuse("the file is cut off: storage " + std::string(key->text) + " has "
                   + std::to_string(count) + " numbers");
        }
        m_storages.emplace(key->text, all.substr(at, count * width));
        at += count * width;
    }
}

void TorchStorages::refuse(const std::string& problem) const
{
    throw Failure(code::kBadFile,
                  m_fileName + ": " + problem,
                  "Download or copy the file again, or get it in safetensors format",
                  m_fileName);
}

} // namespace engine::tensors
