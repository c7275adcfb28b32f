// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Text in other encodings than UTF-8, as web browsers read them, piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::bridge {

struct DecodedText
{
    std::string text;             // UTF-8
    std::vector<std::size_t> bad; // where U+FFFD stands in it for bytes that mean nothing
};

class TextDecoder
{
public:
    // `label`: a name of the WHATWG's Encoding Standard, for example "windows-949" (CP949) or
    // "utf-16le". Failure kBadField for another one.
    explicit TextDecoder(std::string_view label);
    TextDecoder(TextDecoder&&) noexcept;
    TextDecoder& operator=(TextDecoder&&) noexcept;
    ~TextDecoder();

    // Characters that a piece cuts off are kept for the next one.
    DecodedText decode(std::string_view input, bool isLast);

private:
    struct Rust;
    std::unique_ptr<Rust> m_rust;
};

// The encoding that the statistics of `sample` speak for, never UTF-8; a label for TextDecoder.
std::string guessEncoding(std::string_view sample);

} // namespace engine::bridge
