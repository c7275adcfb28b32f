// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/mapped_file.h"
#include "engine/tensors/mapped_pages.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using engine::tensors::letGoOfPages;
using engine::tensors::MappedFile;
using engine::tensors::readAhead;

class TestMappedPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void letsGoOfAMappedFile();
    void leavesOtherMemoryAlone();
    void readsAheadWhateverBecomesOfTheFile();

private:
    std::shared_ptr<const MappedFile> opened() const;

    QTemporaryDir m_folder;
};

namespace {

constexpr std::size_t kBytes = std::size_t{32} << 20;

// Of this process, pages of files.
qint64 residentFileBytes()
{
    QFile facts(QStringLiteral("/proc/self/status"));
    const bool isOpen = facts.open(QIODevice::ReadOnly);
    Q_ASSERT(isOpen);
    for (const QByteArray& line : facts.readAll().split('\n')) {
        if (line.startsWith("RssFile:")) {
            return line.mid(8).trimmed().split(' ').front().toLongLong() * 1024;
        }
    }
    return 0;
}

uint64_t sumOf(std::string_view bytes)
{
    uint64_t sum = 0;
    for (const char byte : bytes) {
        sum += static_cast<unsigned char>(byte);
    }
    return sum;
}

} // namespace

void TestMappedPages::initTestCase()
{
    QFile file(m_folder.filePath(QStringLiteral("bytes")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(QByteArray(static_cast<int>(kBytes), '\3')), static_cast<qint64>(kBytes));
}

std::shared_ptr<const MappedFile> TestMappedPages::opened() const
{
    return MappedFile::open(m_folder.filePath(QStringLiteral("bytes")).toStdString());
}

void TestMappedPages::letsGoOfAMappedFile()
{
    const auto file = opened();
    const std::string_view bytes = file->view(0, file->size());
    QCOMPARE(sumOf(bytes), uint64_t{3 * kBytes});
    const qint64 whole = residentFileBytes();
    letGoOfPages(bytes.data() + 100, bytes.size() / 2);
    const qint64 half = residentFileBytes();
    QVERIFY2(whole - half >= qint64(kBytes) / 2 - (1 << 20),
             qPrintable(QString::number(whole - half)));
    letGoOfPages(bytes.data(), bytes.size() + 1); // more than the file: nothing
    QVERIFY(half - residentFileBytes() < (1 << 20));
    letGoOfPages(bytes.data(), bytes.size());
    QVERIFY(whole - residentFileBytes() >= qint64(kBytes) - (1 << 20));
    QCOMPARE(sumOf(bytes), uint64_t{3 * kBytes});
}

void TestMappedPages::leavesOtherMemoryAlone()
{
    const auto file = opened();
    std::vector<char> own(kBytes, 1);
    letGoOfPages(own.data(), own.size());
    letGoOfPages(nullptr, 0);
    QCOMPARE(sumOf({own.data(), own.size()}), uint64_t{kBytes});
}

void TestMappedPages::readsAheadWhateverBecomesOfTheFile()
{
    for (int round = 0; round < 50; ++round) {
        const auto file = opened();
        const std::string_view bytes = file->view(0, file->size());
        readAhead({bytes.substr(kBytes / 2), bytes.substr(0, kBytes / 2), {}});
        QCOMPARE(bytes[kBytes / 3], '\3');
    }
    readAhead({});
}

QTEST_GUILESS_MAIN(TestMappedPages)
#include "tst_mapped_pages.moc"
