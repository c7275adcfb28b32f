// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Files of torch.save against the formats they are made of; tests/oracle/test_loralib.py loads them
// in torch.
#include "engine/tensors/torch_writer.h"

#include "engine/tensors/zip_directory.h"
#include "tests/engine/tensors/made_files.h"

#include <QTest>

#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>

using namespace engine;
using namespace tests;

class TestTorchWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theArchiveIsWhole()
    {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "lora.pt";
        const at::Tensor first = at::arange(6, at::kFloat).view({2, 3});
        const at::Tensor second = at::arange(4, at::kFloat).to(at::kBFloat16);
        tensors::saveTorchFile(path, {{"a.lora_A", first}, {"b", second}});
        const std::string bytes = device::readFile(path);
        const tensors::ZipDirectory directory = tensors::readZipDirectory(bytes);
        QCOMPARE(directory.damage, std::string());
        std::map<std::string, std::string> members;
        for (const tensors::ZipEntry& entry : directory.entries) {
            QVERIFY(!entry.isCompressed);
            QCOMPARE((entry.content.data() - bytes.data()) % 64, 0);
            members[std::string(entry.name)] = entry.content;
        }
        QCOMPARE(members.size(), std::size_t(5));
        QCOMPARE(members["lora/version"], std::string("3\n"));
        QCOMPARE(members["lora/byteorder"], std::string("little"));
        QCOMPARE(members["lora/data/0"],
                 std::string(static_cast<const char*>(first.const_data_ptr()), 24));
        QCOMPARE(members["lora/data/1"],
                 std::string(static_cast<const char*>(second.const_data_ptr()), 8));
        const std::string& pickle = members["lora/data.pkl"];
        QVERIFY(pickle.starts_with("\x80\x02}("));
        QVERIFY(pickle.ends_with("u."));
        for (const char* text : {"a.lora_A", "torch\nFloatStorage\n", "torch\nBFloat16Storage\n"}) {
            QVERIFY2(pickle.find(text) != std::string::npos, text);
        }
    }

    void membersCarryTheirChecksum()
    {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "x.pt";
        tensors::saveTorchFile(path, {});
        const std::string bytes = device::readFile(path);
        // CRC-32 of "3\n", computed apart.
        const std::size_t at = bytes.find("x/version");
        QCOMPARE(bytes.substr(at - 16, 4), littleEndian(0x55679ed1, 4));
    }

    void sameTensorsSameBytes()
    {
        const QTemporaryDir folder;
        const at::Tensor columns = at::arange(6, at::kFloat).view({2, 3}).t(); // not contiguous
        for (const char* name : {"a/x.pt", "b/x.pt"}) {
            std::filesystem::create_directory((pathOf(folder) / name).parent_path());
            tensors::saveTorchFile(pathOf(folder) / name, {{"w", columns}});
        }
        QCOMPARE(device::readFile(pathOf(folder) / "a/x.pt"),
                 device::readFile(pathOf(folder) / "b/x.pt"));
    }

    void otherTypesAreRefused()
    {
        const QTemporaryDir folder;
        const Error error = failureOf([&folder] {
            tensors::saveTorchFile(pathOf(folder) / "x.pt", {{"w", at::zeros({2}, at::kLong)}});
        });
        QCOMPARE(error.code, std::string("bad_argument"));
        QVERIFY(std::filesystem::is_empty(pathOf(folder)));
    }
};

QTEST_GUILESS_MAIN(TestTorchWriter)
#include "tst_torch_writer.moc"
