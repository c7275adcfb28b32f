// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/playground/flow_text.h"

#include "tests/support/studio_test.h"
#include "ui/theme/theme.h"

#include <QImage>
#include <QPainter>

using namespace ui::pages::playground;

namespace {

constexpr int kWidth = 300;

FlowText flowOf(const QString& text)
{
    FlowText flow;
    flow.setFont(ui::theme().font(ui::Type::Body));
    flow.setWidth(kWidth);
    flow.setText(text);
    return flow;
}

QImage imageOf(FlowText& flow, const QList<Mark>& marks = {})
{
    QImage image(kWidth, 200, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    QPainter painter(&image);
    flow.paint(painter, {}, image.rect(), Qt::black, marks);
    return image;
}

} // namespace

class FlowTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void growsAsIfItHadBeenThereAtOnce_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("words") << QStringLiteral(
            "The quick brown fox jumps over it again and again");
        QTest::newRow("lines") << QStringLiteral("one\ntwo\n\nfour\n");
        QTest::newRow("Korean") << QStringLiteral("키를 돌리지 마세요. 이제 됐습니다.");
        QTest::newRow("one long word") << QString(300, u'w');
        QTest::newRow("beyond a block") << QString(9000, u'x');
        QTest::newRow("beyond a block, with blanks")
            << QStringLiteral("many words ").repeated(1500);
    }
    void growsAsIfItHadBeenThereAtOnce()
    {
        QFETCH(QString, text);
        FlowText grown = flowOf({});
        const qsizetype step = std::max<qsizetype>(7, text.size() / 50);
        for (qsizetype at = 0; at < text.size(); at += step) {
            grown.append(text.mid(at, step));
        }
        FlowText whole = flowOf(text);
        QCOMPARE(grown.text(), text);
        QCOMPARE(grown.height(), whole.height());
        QCOMPARE(grown.caretRect(), whole.caretRect());
        QCOMPARE(imageOf(grown), imageOf(whole));
    }

    void findsCharactersWhereTheyStand()
    {
        const QString text =
            QStringLiteral("The quick brown fox jumps over the lazy dog.\nAnd again, once more.");
        const FlowText flow = flowOf(text);
        for (const qsizetype offset : {0, 4, 20, 40, 45, 60}) {
            const QList<QRectF> rects = flow.rectsOf(offset, offset + 1);
            QCOMPARE(rects.size(), 1);
            QCOMPARE(flow.offsetAt(rects[0].center()), offset);
        }
        QCOMPARE(flow.offsetAt({-5, 5}), qsizetype(-1));
        QCOMPARE(flow.offsetAt({5, flow.height() + 5}), qsizetype(-1));
        QCOMPARE(flow.nearestOffset({-50, 2}), qsizetype(0));
        QCOMPARE(flow.nearestOffset({5000, flow.height() - 2}), text.size());
    }

    void rectanglesFollowTheLines()
    {
        const FlowText flow = flowOf(QStringLiteral("word ").repeated(60));
        const QList<QRectF> rects = flow.rectsOf(0, 300);
        QVERIFY(rects.size() > 3);
        for (qsizetype i = 1; i < rects.size(); ++i) {
            QVERIFY(rects[i].top() >= rects[i - 1].bottom() - 1);
        }
        QVERIFY(flow.rectsOf(5, 5).isEmpty());
    }

    void drawsMarks()
    {
        FlowText flow = flowOf(QStringLiteral("plain marked plain"));
        const QRect where = flow.rectsOf(6, 12).first().toAlignedRect();
        const QImage image = imageOf(flow, {{6, 12, Qt::yellow, Qt::red}});
        QCOMPARE(image.pixelColor(where.left() + 1, where.top() + 1), QColor(Qt::yellow));
        QCOMPARE(image.pixelColor(where.center().x(), where.bottom() - 1), QColor(Qt::red));
        QVERIFY(image.pixelColor(where.right() + 5, where.bottom() - 1) != QColor(Qt::red));
    }

    void showsControlCharactersInsteadOfObeyingThem()
    {
        // A right-to-left override would turn what follows around.
        FlowText hostile = flowOf(QStringLiteral("ab\u202Ecd\x01"));
        FlowText plain = flowOf(QStringLiteral("ab\uFFFDcd\u2401"));
        QCOMPARE(imageOf(hostile), imageOf(plain));
        QCOMPARE(hostile.text(), QStringLiteral("ab\u202Ecd\x01")); // copied as it is
    }

    void laysOutOnlyWhatIsSeen()
    {
        // One paragraph of a megabyte: its height is estimated, a page of it is exact.
        FlowText flow = flowOf(QStringLiteral("0123456789 abcdefghij ").repeated(50000));
        QVERIFY(flow.height() > 10000);
        imageOf(flow);
        const auto [begin, end] = flow.visibleRange(5000, 5200);
        QVERIFY(begin > 0 && end - begin < 20000);
        QVERIFY(!flow.rectsOf(begin, begin + 5).isEmpty());
        flow.append(QStringLiteral(" end"));
        QVERIFY(flow.text().endsWith(QStringLiteral(" end")));
    }
};

STUDIO_TEST_MAIN(FlowTextTest)
#include "tst_flow_text.moc"
