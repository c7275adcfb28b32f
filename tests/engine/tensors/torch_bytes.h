// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Pickles and zip archives byte by byte, sound and damaged, as no program of torch's writes them.
#pragma once

#include "tests/engine/tensors/made_files.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

inline std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string whole;
    for (const std::string_view part : parts) {
        whole += part;
    }
    return whole;
}

// As SHORT_BINUNICODE.
inline std::string shortText(const std::string& text)
{
    return joined({"\x8c", littleEndian(text.size(), 1), text});
}

// As LONG1.
inline std::string longNumber(std::uint64_t value)
{
    return joined({"\x8a\x08", littleEndian(value, 8)});
}

struct PickledView
{
    std::string key = "0";
    std::string type = "FloatStorage";
    std::uint64_t stored = 6; // numbers of the storage
    std::uint64_t offset = 0;
    std::vector<std::uint64_t> shape = {2, 3};
    std::vector<std::uint64_t> strides = {3, 1};
};

// The operations that leave this tensor on the stack.
inline std::string pickledTensor(const PickledView& view)
{
    const auto tuple = [](const std::vector<std::uint64_t>& numbers) {
        std::string text = "(";
        for (const std::uint64_t number : numbers) {
            text += longNumber(number);
        }
        return text + "t";
    };
    return joined({"ctorch._utils\n_rebuild_tensor_v2\n((",
                   shortText("storage"),
                   "ctorch\n",
                   view.type,
                   "\n",
                   shortText(view.key),
                   shortText("cpu"),
                   longNumber(view.stored),
                   "tQ",
                   longNumber(view.offset),
                   tuple(view.shape),
                   tuple(view.strides),
                   "\x89",
                   "ccollections\nOrderedDict\n)RtR"});
}

// {"x": the tensor}.
inline std::string pickledDict(const PickledView& view)
{
    return joined({"\x80\x02}", shortText("x"), pickledTensor(view), "s."});
}

struct ZipMember
{
    std::string name;
    std::string content;
    int method = 0;
    std::uint64_t claimedOffset = 0;
    bool claims = false;
};

inline std::string zipOf(const std::vector<ZipMember>& members)
{
    std::string archive;
    std::string directory;
    for (const ZipMember& member : members) {
        const std::string sizes =
            littleEndian(member.content.size(), 4) + littleEndian(member.content.size(), 4);
        const std::string method = littleEndian(static_cast<std::uint64_t>(member.method), 2);
        const std::uint64_t offset = member.claims ? member.claimedOffset : archive.size();
        archive += joined({"PK\x03\x04",
                           littleEndian(0, 4),
                           method,
                           littleEndian(0, 8),
                           sizes,
                           littleEndian(member.name.size(), 2),
                           littleEndian(0, 2),
                           member.name,
                           member.content});
        directory += joined({"PK\x01\x02",
                             littleEndian(0, 6),
                             method,
                             littleEndian(0, 8),
                             sizes,
                             littleEndian(member.name.size(), 2),
                             littleEndian(0, 12),
                             littleEndian(offset, 4),
                             member.name});
    }
    return joined({archive,
                   directory,
                   "PK\x05\x06",
                   littleEndian(0, 4),
                   littleEndian(members.size(), 2),
                   littleEndian(members.size(), 2),
                   littleEndian(directory.size(), 4),
                   littleEndian(archive.size(), 4),
                   littleEndian(0, 2)});
}

// A file of torch.save with this pickle and 24 bytes of storage "0".
inline std::string torchArchive(const std::string& pickle)
{
    return zipOf({{"x/data.pkl", pickle}, {"x/data/0", std::string(24, '\0')}});
}

} // namespace tests
