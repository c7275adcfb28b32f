// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/data/text_buffer.h"

#include <QtTest>

using namespace data_test;
using engine::data::FileBytes;
using engine::data::TextBuffer;
using engine::data::TextSource;

class TestTextBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void growsUntilEverythingIsThere();
    void whatIsTakenIsForgotten();
    void aRowThatIsTooLongIsRefused();

private:
    QTemporaryDir m_folder;
};

void TestTextBuffer::growsUntilEverythingIsThere()
{
    const std::string path = write(m_folder, "text", "one two three");
    for (std::size_t bytes = 1; bytes < 20; ++bytes) {
        FileBytes file(path);
        TextSource source(file, path, "auto");
        TextBuffer buffer(source, path, bytes);
        std::size_t before = 0;
        while (buffer.grow(1)) {
            QVERIFY(buffer.text().size() > before);
            before = buffer.text().size();
        }
        QVERIFY(buffer.isRead());
        QCOMPARE(buffer.text(), std::string_view("one two three"));
    }
}

void TestTextBuffer::whatIsTakenIsForgotten()
{
    const std::string path = write(m_folder, "text", "abcdefgh");
    FileBytes file(path);
    TextSource source(file, path, "auto");
    TextBuffer buffer(source, path, 4, 4);
    std::string all;
    while (buffer.grow(1)) {
        all += buffer.text();
        buffer.take(buffer.text().size());
    }
    QCOMPARE(all, "abcdefgh");
}

void TestTextBuffer::aRowThatIsTooLongIsRefused()
{
    const std::string path = write(m_folder, "text", QByteArray(100, 'x'));
    FileBytes file(path);
    TextSource source(file, path, "auto");
    TextBuffer buffer(source, path, 4, 64);
    const engine::Error error = errorOf([&] {
        while (buffer.grow(3)) {
        }
    });
    QCOMPARE(error.code, "bad_data");
    QVERIFY2(error.where.ends_with(":3"), error.where.c_str());
}

QTEST_GUILESS_MAIN(TestTextBuffer)
#include "tst_text_buffer.moc"
