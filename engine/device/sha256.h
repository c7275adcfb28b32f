// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes and files, as 64 lower-case hexadecimal digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace engine::device {

class Sha256
{
public:
    using Digest = std::array<std::uint8_t, 32>;

    Sha256();
    void update(std::string_view bytes);
    void update(const void* data, std::size_t size);
    // The hash of everything so far. Ends the computation: no update() afterwards.
    Digest digest();
    std::string hex();
    // Begins anew, as if just made: cheaper than another object.
    void restart();

private:
    struct Free
    {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> m_context; // EVP_MD_CTX
};

Sha256::Digest sha256(std::string_view bytes);
std::string hexOf(const Sha256::Digest& digest);
std::string sha256Hex(std::string_view bytes);

// Reads in chunks; the file may be of any size. kNotFound, kUnreadable.
std::string sha256File(const std::filesystem::path& path);

} // namespace engine::device
