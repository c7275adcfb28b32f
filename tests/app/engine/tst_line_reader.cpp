// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/line_reader.h"

#include <QTest>

using namespace app::engine;

class TestLineReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lineIsKeptUntilItIsWhole_data();
    void lineIsKeptUntilItIsWhole();
    void lineThatIsTooLongIsRefusedAndTheNextOneRead();
    void lineOfTheLongestSizeIsTaken();
    void lineThatIsNotUtf8IsRefusedAndTheNextOneRead();
    void lastLineWithoutLineFeedComesAtTheEnd();
    void endInsideALineThatIsTooLongIsSaid();

private:
    static constexpr std::size_t kLongest = 16;
    LineReader::Take take();
    std::vector<std::string> m_lines;
    std::vector<std::string> m_refused;
};

LineReader::Take TestLineReader::take()
{
    m_lines.clear();
    m_refused.clear();
    return [this](const contract::Result<std::string_view>& line) {
        if (line) {
            m_lines.emplace_back(line.value());
        } else {
            m_refused.push_back(line.error().message);
        }
    };
}

void TestLineReader::lineIsKeptUntilItIsWhole_data()
{
    QTest::addColumn<int>("chunk");
    for (int chunk = 1; chunk <= 12; ++chunk) {
        QTest::addRow("in parts of %d bytes", chunk) << chunk;
    }
}

void TestLineReader::lineIsKeptUntilItIsWhole()
{
    QFETCH(int, chunk);
    const std::string text = "one\n\n두 줄\nthree";
    LineReader reader(kLongest);
    const auto taking = take();
    for (std::size_t at = 0; at < text.size(); at += static_cast<std::size_t>(chunk)) {
        reader.add(std::string_view(text).substr(at, static_cast<std::size_t>(chunk)), taking);
    }
    QCOMPARE(m_lines, (std::vector<std::string>{"one", "", "두 줄"}));
    reader.add("!\n", taking);
    QCOMPARE(m_lines.back(), std::string("three!"));
    QVERIFY(m_refused.empty());
}

void TestLineReader::lineThatIsTooLongIsRefusedAndTheNextOneRead()
{
    LineReader reader(kLongest);
    const auto taking = take();
    reader.add("first\n", taking);
    for (int part = 0; part < 3; ++part) {
        reader.add("xxxxxxxxxx", taking);
    }
    reader.add("\nlast\n", taking);
    QCOMPARE(m_lines, (std::vector<std::string>{"first", "last"}));
    QCOMPARE(m_refused,
             (std::vector<std::string>{"a line of 31 bytes, and at most 16 are allowed"}));
}

void TestLineReader::lineOfTheLongestSizeIsTaken()
{
    LineReader reader(kLongest);
    const std::string longest = QByteArray(kLongest - 1, 'x').append('\n').toStdString();
    reader.add(longest, take());
    QCOMPARE(m_lines.size(), std::size_t{1});
    reader.add("x" + longest, take());
    QCOMPARE(m_refused.size(), std::size_t{1});
}

void TestLineReader::lineThatIsNotUtf8IsRefusedAndTheNextOneRead()
{
    LineReader reader(kLongest);
    reader.add("a\xff\nb\xed\xa0\x80\nplain\n", take());
    QCOMPARE(m_lines, std::vector<std::string>{"plain"});
    QCOMPARE(m_refused,
             (std::vector<std::string>{"a line that is not UTF-8", "a line that is not UTF-8"}));
}

void TestLineReader::lastLineWithoutLineFeedComesAtTheEnd()
{
    LineReader reader(kLongest);
    const auto taking = take();
    reader.add("one\ntwo", taking);
    QCOMPARE(m_lines.size(), std::size_t{1});
    reader.finish(taking);
    QCOMPARE(m_lines.back(), std::string("two"));
    reader.finish(taking);
    QCOMPARE(m_lines.size(), std::size_t{2});
}

void TestLineReader::endInsideALineThatIsTooLongIsSaid()
{
    LineReader reader(kLongest);
    const auto taking = take();
    reader.add(std::string(100, 'x'), taking);
    reader.finish(taking);
    QVERIFY(m_lines.empty());
    QCOMPARE(m_refused.size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestLineReader)

#include "tst_line_reader.moc"
