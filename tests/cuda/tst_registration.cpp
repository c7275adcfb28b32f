// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The real plug-in without a GPU: it loads where NVIDIA's libraries are, and fills every entry.
#include "engine/device/plugin.h"
#include "engine/kernels/registry.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cstring>

using namespace engine;

class TestRegistration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anotherVersionLeavesTheTableAlone()
    {
        kernels::DeviceKernels table;
        const device::PluginOutcome outcome = load(table, kernels::kDeviceKernelsVersion + 1);
        QVERIFY(!outcome.isLoaded);
        QVERIFY(table.devices == nullptr);
        if (outcome.reason.find("version") == std::string::npos) {
            QSKIP(outcome.reason.c_str());
        }
    }

    void everyEntryIsFilled()
    {
        kernels::DeviceKernels table;
        const device::PluginOutcome outcome = load(table, kernels::kDeviceKernelsVersion);
        if (!outcome.isLoaded) {
            QSKIP(outcome.reason.c_str());
        }
        std::array<void*, sizeof(table) / sizeof(void*)> entries;
        std::memcpy(entries.data(), &table, sizeof(table));
        for (std::size_t i = 0; i < entries.size(); ++i) {
            QVERIFY2(entries[i] != nullptr, std::to_string(i).c_str());
        }
        QVERIFY(table.attentionBackend().empty()); // nothing was computed yet
        table.devices();                           // asks the driver; none is no failure
    }

private:
    // Any driver: what is asked here needs none.
    static device::PluginOutcome load(kernels::DeviceKernels& table, uint32_t version)
    {
        return device::loadPlugin({"libc.so.6", {LORA_CUDA_LIBRARY}, version, &table});
    }
};

QTEST_GUILESS_MAIN(TestRegistration)
#include "tst_registration.moc"
