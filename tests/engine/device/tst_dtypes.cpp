// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/dtypes.h"

#include "tests/support/failing.h"

#include <QTest>

using namespace engine;
using namespace engine::device;

class TestDtypes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySafetensorsNameGoesBothWays_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("safetensors");
        QTest::addColumn<quint64>("bytes");
        QTest::newRow("F32") << "float32"
                             << "F32" << quint64(4);
        QTest::newRow("F16") << "float16"
                             << "F16" << quint64(2);
        QTest::newRow("BF16") << "bfloat16"
                              << "BF16" << quint64(2);
        QTest::newRow("F64") << "float64"
                             << "F64" << quint64(8);
        QTest::newRow("I64") << "int64"
                             << "I64" << quint64(8);
        QTest::newRow("I32") << "int32"
                             << "I32" << quint64(4);
        QTest::newRow("I16") << "int16"
                             << "I16" << quint64(2);
        QTest::newRow("I8") << "int8"
                            << "I8" << quint64(1);
        QTest::newRow("U8") << "uint8"
                            << "U8" << quint64(1);
        QTest::newRow("BOOL") << "bool"
                              << "BOOL" << quint64(1);
    }
    void everySafetensorsNameGoesBothWays()
    {
        QFETCH(QString, name);
        QFETCH(QString, safetensors);
        QFETCH(quint64, bytes);
        const auto type = safetensorsDtype(safetensors.toStdString());
        QVERIFY(type.has_value());
        QCOMPARE(std::string(safetensorsName(*type)), safetensors.toStdString());
        QCOMPARE(std::string(nameOf(*type)), name.toStdString());
        QCOMPARE(quint64(bytesOf(*type)), bytes);
    }

    void jobsNameThreeTypes()
    {
        QCOMPARE(computeDtypeNames(),
                 (std::vector<std::string_view>{"float32", "bfloat16", "float16"}));
        QCOMPARE(dtypeOf("bfloat16"), std::optional(c10::ScalarType::BFloat16));
        QVERIFY(!dtypeOf("float64"));
        QVERIFY(!dtypeOf("BF16"));
    }

    void otherTypesAreRefused()
    {
        QVERIFY(!safetensorsDtype("F8_E4M3"));
        QCOMPARE(tests::failureOf([] { safetensorsName(c10::ScalarType::ComplexFloat); }).code,
                 std::string(code::kInternal));
    }
};

QTEST_GUILESS_MAIN(TestDtypes)
#include "tst_dtypes.moc"
