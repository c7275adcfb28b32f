// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/engine_text.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QTranslator>

using namespace app;

namespace {

// Translates one text of one context, as a .qm file would.
class OneText : public QTranslator
{
public:
    QString translate(const char* context, const char* text, const char*, int) const override
    {
        return qstrcmp(context, "engine::methods::lora") == 0 && qstrcmp(text, "Rank") == 0
                   ? QStringLiteral("랭크")
                   : QString();
    }
    bool isEmpty() const override { return false; }
};

} // namespace

class TestEngineText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyNamespaceWithTextsIsListed();
    void textIsFoundInItsContext();
    void otherTextStaysAsItIs();
};

void TestEngineText::everyNamespaceWithTextsIsListed()
{
    static const QRegularExpression kNamespace(QStringLiteral("^namespace ([\\w:]+) \\{"),
                                               QRegularExpression::MultilineOption);
    const QSet<QString> listed(engineTextContexts().begin(), engineTextContexts().end());
    int files = 0;
    QDirIterator sources(QStringLiteral(LORA_SOURCE_DIR "/engine"),
                         {QStringLiteral("*.cpp")},
                         QDir::Files,
                         QDirIterator::Subdirectories);
    while (sources.hasNext()) {
        QFile file(sources.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        if (!text.contains(QStringLiteral("LS_TEXT("))) {
            continue;
        }
        const QString name = kNamespace.match(text).captured(1);
        QVERIFY2(listed.contains(name), qPrintable(file.fileName() + QLatin1Char(' ') + name));
        files += 1;
    }
    QVERIFY(files > 3);
}

void TestEngineText::textIsFoundInItsContext()
{
    OneText translator;
    QCoreApplication::installTranslator(&translator);
    QCOMPARE(engineText(QStringLiteral("Rank")), QStringLiteral("랭크"));
    QCoreApplication::removeTranslator(&translator);
}

void TestEngineText::otherTextStaysAsItIs()
{
    OneText translator;
    QCoreApplication::installTranslator(&translator);
    QCOMPARE(engineText(std::string("/a/file is %1 <b>odd</b>")),
             QStringLiteral("/a/file is %1 <b>odd</b>"));
    QCOMPARE(engineText(QString()), QString());
    QCoreApplication::removeTranslator(&translator);
}

QTEST_GUILESS_MAIN(TestEngineText)

#include "tst_engine_text.moc"
