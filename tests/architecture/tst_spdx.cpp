// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/file_rules.h"
#include "tests/architecture/source_tree.h"

#include <QTest>

using namespace architecture;

class TestSpdx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sourceNamesItsLicence_data();
    void sourceNamesItsLicence();
    void plantedOpeningIsJudged_data();
    void plantedOpeningIsJudged();
    void licenceTextIsThere();
};

void TestSpdx::sourceNamesItsLicence_data()
{
    QTest::addColumn<QString>("violation");
    for (const SourceFile& file : sourceFiles(LORA_SOURCE_DIR)) {
        QTest::newRow(file.path.c_str())
            << QString::fromStdString(spdxViolation(file.path, file.text));
    }
}

void TestSpdx::sourceNamesItsLicence()
{
    QFETCH(QString, violation);
    QVERIFY2(violation.isEmpty(), qPrintable(violation));
}

void TestSpdx::plantedOpeningIsJudged_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("allowed");
    const QString copyright = "SPDX-"
                              "FileCopyrightText: LoRA Studio authors\n";
    const QString licence = "SPDX-"
                            "License-Identifier: ";
    const QString apache = licence + "Apache-2.0\n";
    const QString gpl = licence + "GPL-3.0-or-later\n";
    QTest::newRow("both lines") << "engine/a.cpp"
                                << "// " + copyright + "// " + apache + "int a;\n"
                                << true;
    QTest::newRow("script") << "studio"
                            << "#!/bin/sh\n# " + copyright + "# " + apache << true;
    QTest::newRow("nothing") << "engine/a.cpp"
                             << "int a;\n"
                             << false;
    QTest::newRow("no copyright") << "engine/a.cpp"
                                  << "// " + apache << false;
    QTest::newRow("no licence") << "engine/a.cpp"
                                << "// " + copyright + "int a;\n"
                                << false;
    QTest::newRow("too far down") << "engine/a.cpp"
                                  << "int a;\n// " + copyright + "// " + apache << false;
    QTest::newRow("GPL in the engine") << "engine/a.cpp"
                                       << "// " + copyright + "// " + gpl << false;
    QTest::newRow("GPL in the studio") << "app/a.cpp"
                                       << "// " + copyright + "// " + gpl << true;
}

void TestSpdx::plantedOpeningIsJudged()
{
    QFETCH(QString, path);
    QFETCH(QString, text);
    QFETCH(bool, allowed);
    QCOMPARE(spdxViolation(path.toStdString(), text.toStdString()).empty(), allowed);
}

void TestSpdx::licenceTextIsThere()
{
    const std::string text = readText(LORA_SOURCE_DIR "/LICENSES/Apache-2.0.txt");
    QVERIFY(text.find("TERMS AND CONDITIONS FOR USE") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSpdx)
#include "tst_spdx.moc"
