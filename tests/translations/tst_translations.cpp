// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every visible text is in the committed translations, and every Korean one is translated.
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

namespace {

struct Message
{
    QString context;
    QString source;
    QStringList translations; // several for a plural
    bool unfinished = false;
};

QString committed(const QString& language)
{
    return QString(LORA_SOURCE_DIR "/translations/lorastudio_%1.ts").arg(language);
}

QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QList<Message> messagesOf(const QString& path)
{
    QFile file(path);
    QList<Message> messages;
    if (!file.open(QIODevice::ReadOnly)) {
        return messages;
    }
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement()) {
            continue;
        }
        const QStringView name = xml.name();
        if (name == QLatin1String("name")) {
            context = xml.readElementText();
        } else if (name == QLatin1String("message")) {
            messages.append({context, {}, {}, false});
        } else if (name == QLatin1String("source")) {
            messages.last().source = xml.readElementText();
        } else if (name == QLatin1String("translation")) {
            messages.last().unfinished = xml.attributes().hasAttribute("type");
            const QString text =
                xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
            messages.last().translations.append(text);
        }
    }
    return messages;
}

// %1, %2, %n and %L1 of a text, sorted.
QStringList placeholdersOf(const QString& text)
{
    static const QRegularExpression placeholder("%L?([0-9]|n)");
    QStringList found;
    for (auto match = placeholder.globalMatch(text); match.hasNext();) {
        found.append(match.next().captured(1));
    }
    found.removeDuplicates();
    found.sort();
    return found;
}

} // namespace

class TestTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void committedFilesHoldEveryVisibleText_data();
    void committedFilesHoldEveryVisibleText();
    void everyTextIsTranslated_data();
    void everyTextIsTranslated();
    void everyPlaceholderIsKept();
};

void TestTranslations::committedFilesHoldEveryVisibleText_data()
{
    QTest::addColumn<QString>("language");
    QTest::newRow("English plurals") << "en";
    QTest::newRow("Korean") << "ko";
}

void TestTranslations::committedFilesHoldEveryVisibleText()
{
    QFETCH(QString, language);
    const QTemporaryDir folder;
    for (const QString& each : {QString("en"), QString("ko")}) {
        QVERIFY(
            QFile::copy(committed(each), folder.filePath(QFileInfo(committed(each)).fileName())));
    }
    QProcess update;
    update.setWorkingDirectory(LORA_SOURCE_DIR);
    update.start("bash",
                 {"-c",
                  "source scripts/translations.sh && update_translations \"$1\"",
                  "bash",
                  folder.path()});
    QVERIFY(update.waitForFinished(-1));
    QCOMPARE(update.exitCode(), 0);
    const QString updated = folder.filePath(QFileInfo(committed(language)).fileName());
    QVERIFY2(bytesOf(updated) == bytesOf(committed(language)),
             "translations/ is behind the sources: run ./studio translations");
}

void TestTranslations::everyTextIsTranslated_data()
{
    committedFilesHoldEveryVisibleText_data();
}

void TestTranslations::everyTextIsTranslated()
{
    QFETCH(QString, language);
    QStringList missing;
    for (const Message& message : messagesOf(committed(language))) {
        if (message.unfinished || message.translations.join("").isEmpty()) {
            missing.append(message.context + ": " + message.source);
        }
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join("\n")));
}

void TestTranslations::everyPlaceholderIsKept()
{
    for (const Message& message : messagesOf(committed("ko"))) {
        for (const QString& translation : message.translations) {
            QVERIFY2(placeholdersOf(translation) == placeholdersOf(message.source),
                     qPrintable(message.context + ": " + message.source + " → " + translation));
        }
    }
}

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
