// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The pages of mapped files in this process's memory: brought in before they are needed, let go
// when their content has been copied elsewhere, so that weights are not held twice. Any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace engine::tensors {

// Lets go of the pages of whichever mapped file holds these bytes; memory of other kinds is left
// alone. What is read again comes back from the page cache or the disk.
void letGoOfPages(const void* begin, std::size_t bytes);

// Reads parts of mapped files into the page cache in this order, on a thread of its own; a call
// ends what is left of the one before. Parts whose file is closed meanwhile are passed over.
void readAhead(std::vector<std::string_view> parts);

// For MappedFile: what is mapped now.
void addMapping(const void* begin, std::size_t bytes);
void removeMapping(const void* begin);

} // namespace engine::tensors
