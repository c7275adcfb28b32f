// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How the fake engines that a test starts behave, until the end of the scope.
//     const FakeMode mode("crashing");
#pragma once

#include <QString>

namespace test_support {

class FakeMode
{
public:
    explicit FakeMode(const char* mode) { qputenv("FAKE_ENGINE_MODE", mode); }
    ~FakeMode() { qunsetenv("FAKE_ENGINE_MODE"); }
    FakeMode(const FakeMode&) = delete;
    FakeMode& operator=(const FakeMode&) = delete;
};

inline QString fakeEngine()
{
    return QString::fromUtf8(LORA_FAKE_ENGINE);
}

} // namespace test_support
