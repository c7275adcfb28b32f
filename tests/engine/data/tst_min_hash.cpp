// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Signatures against the share of pieces counted one by one, and the search among many of them.
#include "engine/data/similar_rows.h"

#include <QtTest>

#include <random>
#include <set>
#include <string>

using namespace engine::data;

namespace {

Signature signatureOf(std::string_view text)
{
    MinHash hash;
    hash.add(text);
    return hash.take();
}

std::string randomText(std::mt19937& random, int length)
{
    std::string text;
    for (int i = 0; i < length; ++i) {
        text += static_cast<char>('a' + random() % 26);
    }
    return text;
}

// Jaccard index over pieces of five characters; texts of small letters only.
double counted(const std::string& a, const std::string& b)
{
    const auto pieces = [](const std::string& text) {
        std::set<std::string> all;
        for (std::size_t i = 0; i + 5 <= text.size(); ++i) {
            all.insert(text.substr(i, 5));
        }
        return all;
    };
    const std::set<std::string> first = pieces(a);
    std::set<std::string> both = pieces(b);
    std::size_t common = 0;
    for (const std::string& piece : both) {
        common += first.count(piece);
    }
    return static_cast<double>(common) / static_cast<double>(first.size() + both.size() - common);
}

} // namespace

class TestMinHash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void similarityIsTheShareOfCommonPieces();
    void whatReadsAlikeIsAlike_data();
    void whatReadsAlikeIsAlike();
    void takingBeginsAnew();
    void similarRowsAreFound();
    void thereIsAnEndOfRoom();
};

void TestMinHash::similarityIsTheShareOfCommonPieces()
{
    std::mt19937 random(7);
    for (const int length : {30, 200, 3000}) {
        double worst = 0;
        double sum = 0;
        for (int i = 0; i < 200; ++i) {
            const std::string common = randomText(random, length * (i % 20) / 20);
            const std::string a =
                common + randomText(random, length - static_cast<int>(common.size()));
            const std::string b =
                common + randomText(random, length - static_cast<int>(common.size()));
            const double error = similarity(signatureOf(a), signatureOf(b)) - counted(a, b);
            worst = std::max(worst, std::abs(error));
            sum += error;
        }
        // Five standard errors of one pair, and of the mean of 200. Few pieces borrow much.
        const double wider = length < 100 ? 2.5 : 1;
        QVERIFY2(worst < wider * 5 * 0.045, qPrintable(QString::number(worst)));
        QVERIFY2(std::abs(sum / 200) < wider * 5 * 0.045 / std::sqrt(200.0),
                 qPrintable(QString::number(sum / 200)));
    }
}

void TestMinHash::whatReadsAlikeIsAlike_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<bool>("isAlike");
    QTest::newRow("case") << "The Answer is Yes"
                          << "the answer is yes" << true;
    QTest::newRow("white space") << "the  answer\tis\n\nyes"
                                 << " the answer is yes " << true;
    QTest::newRow("punctuation") << "“The answer”, is: yes!"
                                 << "the answer is yes" << true;
    QTest::newRow("Korean") << QStringLiteral("오늘 날씨가 정말 좋네요.")
                            << QStringLiteral("오늘  날씨가 정말 좋네요!") << true;
    QTest::newRow("other Korean") << QStringLiteral("오늘 날씨가 정말 좋네요.")
                                  << QStringLiteral("내일은 비가 온다고 합니다") << false;
    QTest::newRow("one piece") << "yes"
                               << "Yes." << true;
    QTest::newRow("other piece") << "yes"
                                 << "no" << false;
    QTest::newRow("digits") << "page 123456"
                            << "page 654321" << false;
}

void TestMinHash::whatReadsAlikeIsAlike()
{
    QFETCH(const QString, a);
    QFETCH(const QString, b);
    QFETCH(const bool, isAlike);
    const double share = similarity(signatureOf(a.toStdString()), signatureOf(b.toStdString()));
    QVERIFY2(isAlike ? share == 1 : share < 0.6, qPrintable(QString::number(share)));
}

void TestMinHash::takingBeginsAnew()
{
    MinHash hash;
    hash.add("something quite different");
    hash.take();
    hash.add("the answer ");
    hash.add("is yes");
    QVERIFY(hash.take() == signatureOf("the answer is yes"));
    QVERIFY(signatureOf("") == Signature{});
    QVERIFY(signatureOf("  …!") == Signature{});
    signatureOf("\xED\xA0 broken \xF0\x9F"); // ends within a character
}

void TestMinHash::similarRowsAreFound()
{
    std::mt19937 random(3);
    SimilarRows rows;
    std::vector<std::string> texts;
    for (int i = 0; i < 5000; ++i) {
        texts.push_back(randomText(random, 300));
        const Signature signature = signatureOf(texts.back());
        QVERIFY(!rows.find(signature));
        QVERIFY(rows.add(signature, 10 * i));
    }
    int found = 0;
    for (int i = 0; i < 1000; ++i) {
        std::string text = texts[static_cast<std::size_t>(i)];
        text.replace(100, 8, randomText(random, 8)); // 0.92 in common
        const auto similar = rows.find(signatureOf(text));
        if (similar) {
            QCOMPARE(similar->row, 10 * i);
            QVERIFY(similar->similarity >= 0.8);
            ++found;
        }
    }
    QVERIFY2(found >= 980, qPrintable(QString::number(found)));
    for (int i = 0; i < 1000; ++i) {
        std::string text = texts[static_cast<std::size_t>(i)];
        text.replace(50, 150, randomText(random, 150)); // 0.3 in common
        QVERIFY(!rows.find(signatureOf(text)));
    }
}

void TestMinHash::thereIsAnEndOfRoom()
{
    SimilarRows rows(0.8, 2);
    QVERIFY(rows.add(signatureOf("the first"), 0));
    QVERIFY(rows.add(signatureOf("the second"), 1));
    QVERIFY(!rows.add(signatureOf("the third"), 2));
    QCOMPARE(rows.size(), std::size_t{2});
    QVERIFY(!rows.find(signatureOf("the third")));
}

QTEST_GUILESS_MAIN(TestMinHash)
#include "tst_min_hash.moc"
