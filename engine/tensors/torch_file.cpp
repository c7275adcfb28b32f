// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/torch_file.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/tensors/torch_storages.h"

#include <ATen/ops/as_strided.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace engine::tensors {

namespace {

using Kind = PickleValue::Kind;

constexpr std::array<std::string_view, 5> kExtensions = {".bin", ".pt", ".pth", ".ckpt", ".pkl"};
constexpr int kDeepest = 16;                 // dicts in dicts
constexpr std::size_t kMost = 1'000'000;     // tensors and dicts together
constexpr std::int64_t kRepeated = 64 << 20; // bytes of a tensor larger than what it is a view of

// Finds the tensors of what was saved and where their numbers lie.
class Table
{
public:
    Table(const MappedFile& file, const TorchStorages& storages)
        : m_file(file), m_storages(storages)
    {
    }

    std::vector<TorchFile::Placed> take()
    {
        if (m_storages.root().kind != Kind::Dict) {
            refuse("what was saved is no dict of tensors");
        }
        add(m_storages.root(), "", 0);
        std::vector<TorchFile::Placed> tensors;
        for (auto& [name, placed] : m_found) {
            tensors.push_back(std::move(placed));
        }
        std::stable_sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
            return a.entry.begin < b.entry.begin;
        });
        return tensors;
    }

private:
    void add(const PickleValue& dict, const std::string& prefix, int depth)
    {
        if (depth > kDeepest) {
            refuse("its dicts lie more than 16 deep");
        }
        // Of equal keys the last one counts.
        std::map<std::string, const PickleValue*> items;
        for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
            const PickleValue& key = *dict.items[i];
            if (key.kind == Kind::Text) {
                items[std::string(key.text)] = dict.items[i + 1];
            } else if (key.kind == Kind::Integer) {
                items[std::to_string(key.number)] = dict.items[i + 1];
            }
        }
        for (const auto& [key, value] : items) {
            if (value->kind != Kind::Dict && value->kind != Kind::Tensor) {
                continue;
            }
            if (++m_count > kMost) {
                refuse("it holds more than a million tensors");
            }
            device::requireUtf8(key, "the name of a tensor");
            const std::string name = prefix.empty() ? key : prefix + "." + key;
            if (value->kind == Kind::Dict) {
                add(*value, name, depth + 1);
            } else if (!m_found.emplace(name, placed(name, *value)).second) {
                refuse("two tensors are named " + name);
            }
        }
    }

    TorchFile::Placed placed(const std::string& name, const PickleValue& tensor) const
    {
        const PickleValue& storage = *tensor.items[0];
        TorchFile::Placed result;
        result.entry.name = name;
        result.entry.dtype = storedTypeOf(storage.items[0]->text);
        const std::string_view stored = m_storages.storage(storage.text);
        const std::int64_t width = bytesOfStored(result.entry.dtype);
        const auto held = static_cast<std::int64_t>(stored.size()) / width;
        const auto begin = static_cast<std::uint64_t>(stored.data() - m_file.view(0, 0).data());
        std::int64_t count = 1;
        std::int64_t last = tensor.items[1]->number; // the furthest number it reaches
        bool fits = true;
        const PickleValue::Items& sizes = tensor.items[2]->items;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const std::int64_t size = sizes[i]->number;
            const std::int64_t stride = tensor.items[3]->items[i]->number;
            std::int64_t reach = 0;
            fits = fits && !__builtin_mul_overflow(count, size, &count)
                   && (size == 0
                       || (!__builtin_mul_overflow(size - 1, stride, &reach)
                           && !__builtin_add_overflow(last, reach, &last)));
            result.entry.shape.push_back(size);
            result.strides.push_back(stride);
        }
        if (!fits || storage.number > held || (count > 0 && last >= storage.number)) {
            refuse("tensor " + name + " does not lie inside its storage of "
                   + std::to_string(std::min(storage.number, held)) + " numbers");
        }
        if (count > storage.number && count > kRepeated / width) {
            refuse("tensor " + name + " makes " + std::to_string(count) + " numbers of the "
                   + std::to_string(storage.number) + " of its storage");
        }
        const auto at = [&](std::int64_t number) {
            return begin + static_cast<std::uint64_t>(number * width);
        };
        result.entry.begin = count > 0 ? at(tensor.items[1]->number) : begin;
        result.entry.end = count > 0 ? at(last + 1) : begin;
        result.isRowMajor = isRowMajor(result.entry.shape, result.strides);
        return result;
    }

    static bool isRowMajor(const std::vector<std::int64_t>& shape,
                           const std::vector<std::int64_t>& strides)
    {
        if (std::find(shape.begin(), shape.end(), 0) != shape.end()) {
            return true; // of nothing
        }
        std::int64_t expected = 1;
        for (std::size_t i = shape.size(); i > 0; --i) {
            if (shape[i - 1] != 1 && strides[i - 1] != expected) {
                return false;
            }
            expected *= shape[i - 1];
        }
        return true;
    }

    [[noreturn]] void refuse(const std::string& problem) const
    {
        throw Failure(code::kBadFile,
                      m_file.path().string() + ": " + problem,
                      "Download or copy the file again, or get it in safetensors format",
                      m_file.path().string());
    }

    const MappedFile& m_file;
    const TorchStorages& m_storages;
    std::map<std::string, TorchFile::Placed> m_found;
    std::size_t m_count = 0;
};

std::vector<bridge::TensorEntry> entriesOf(const std::vector<TorchFile::Placed>& tensors)
{
    std::vector<bridge::TensorEntry> entries;
    for (const TorchFile::Placed& placed : tensors) {
        entries.push_back(placed.entry);
    }
    return entries;
}

} // namespace

bool isTorchFileName(const std::filesystem::path& path)
{
    return std::find(kExtensions.begin(), kExtensions.end(), path.extension().string())
           != kExtensions.end();
}

std::shared_ptr<const TorchFile> TorchFile::open(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    const TorchStorages storages(*file);
    std::vector<Placed> tensors = Table(*file, storages).take();
    return std::shared_ptr<const TorchFile>(new TorchFile(std::move(file), std::move(tensors)));
}

TorchFile::TorchFile(std::shared_ptr<const MappedFile> file, std::vector<Placed> tensors)
    : TensorFile(std::move(file), entriesOf(tensors), {}), m_placed(std::move(tensors))
{
}

std::string_view TorchFile::bytes(const bridge::TensorEntry& entry) const
{
    const std::size_t position = positionOf(entry);
    if (m_placed[position].isRowMajor) {
        return file().view(entry.begin, entry.end);
    }
    const std::lock_guard guard(m_mutex);
    Tensor& copy = m_copies[position];
    if (!copy.defined()) {
        copy = tensor(entry);
    }
    return {static_cast<const char*>(copy.const_data_ptr()), copy.nbytes()};
}

Tensor TorchFile::tensor(const bridge::TensorEntry& entry) const
{
    const c10::ScalarType type = typeOf(entry);
    const auto options = at::TensorOptions().dtype(type);
    const std::string_view stored = file().view(entry.begin, entry.end);
    if (stored.empty()) {
        return at::empty(entry.shape, options);
    }
    const std::vector<std::int64_t>& strides = m_placed[positionOf(entry)].strides;
    const std::uint64_t width = device::bytesOf(type);
    if (reinterpret_cast<std::uintptr_t>(stored.data()) % width != 0) {
        const Tensor copy = at::empty({static_cast<std::int64_t>(stored.size() / width)}, options);
        std::memcpy(copy.data_ptr(), stored.data(), stored.size());
        return copy.as_strided(entry.shape, strides).contiguous();
    }
    return at::from_blob(
               const_cast<char*>(stored.data()),
               entry.shape,
               strides,
               [file = mapping()](void*) {},
               options)
        .contiguous();
}

} // namespace engine::tensors
