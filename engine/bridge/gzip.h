// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// gzip unpacked piece by piece; a file may be several streams one after the other.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace engine::bridge {

class GzipDecoder
{
public:
    // `fileName` is what messages call the file.
    explicit GzipDecoder(std::string fileName);
    GzipDecoder(GzipDecoder&&) noexcept;
    GzipDecoder& operator=(GzipDecoder&&) noexcept;
    ~GzipDecoder();

    // Appends what `input` adds to the unpacked bytes, at most about a thousand times its size.
    // Failure kBadFile when the stream is damaged.
    void feed(std::string_view input, std::string& unpacked);
    // Appends the rest. Failure kBadFile when the last stream is cut off.
    void finish(std::string& unpacked);

private:
    struct Rust;
    std::unique_ptr<Rust> m_rust;
    std::string m_fileName;
};

} // namespace engine::bridge
