// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"

#include "ui/theme/icon.h"

#include <QFile>
#include <QImage>
#include <QPixmap>

using namespace ui;

class TestIcon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyIconRenders_data();
    void everyIconRenders();
    void colourFollowsModeAndRole();
    void pixmapsAreSharpOnDenseScreens();
    void logoIsThere();
};

void TestIcon::everyIconRenders_data()
{
    QTest::addColumn<QString>("name");
    const QStringList names = iconNames();
    QVERIFY(names.size() > 40);
    for (const QString& name : names) {
        QTest::newRow(qPrintable(name)) << name;
    }
}

void TestIcon::everyIconRenders()
{
    QFETCH(QString, name);
    const QColor ink(200, 30, 30);
    const QImage image = iconPixmap(name, ink, 32, 1).toImage();
    int inked = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (pixel.alpha() > 200) {
                ++inked;
                QVERIFY2(std::abs(pixel.red() - ink.red()) < 8, "a colour of its own");
            }
        }
    }
    QVERIFY(inked > 8);
    QVERIFY2(inked < 32 * 32 / 2, "an icon is made of lines");
    // The 16 grid keeps a margin: nothing may be cut at the edge.
    for (int i = 0; i < 32; ++i) {
        QCOMPARE(qAlpha(image.pixel(0, i)) + qAlpha(image.pixel(31, i)), 0);
        QCOMPARE(qAlpha(image.pixel(i, 0)) + qAlpha(image.pixel(i, 31)), 0);
    }
}

void TestIcon::colourFollowsModeAndRole()
{
    const auto inkOf = [](const QIcon& icon, QIcon::Mode mode, QIcon::State state) {
        const QImage image = icon.pixmap(QSize(32, 32), 1, mode, state).toImage();
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (image.pixelColor(x, y).alpha() == 255) {
                    return image.pixelColor(x, y);
                }
            }
        }
        return QColor();
    };
    const QIcon normal = icon(QStringLiteral("stop"));
    QCOMPARE(inkOf(normal, QIcon::Normal, QIcon::Off), theme().color(Color::TextSecondary));
    QCOMPARE(inkOf(normal, QIcon::Selected, QIcon::Off), theme().color(Color::Accent));
    QCOMPARE(inkOf(normal, QIcon::Normal, QIcon::On), theme().color(Color::Accent));
    QCOMPARE(inkOf(normal, QIcon::Disabled, QIcon::Off), theme().color(Color::TextDisabled));
    const QIcon error = icon(QStringLiteral("stop"), IconRole::Error);
    QCOMPARE(inkOf(error, QIcon::Normal, QIcon::Off), theme().color(Color::Error));
}

void TestIcon::pixmapsAreSharpOnDenseScreens()
{
    const QPixmap dense = icon(QStringLiteral("home")).pixmap(QSize(16, 16), 2);
    QCOMPARE(dense.size(), QSize(32, 32));
    QCOMPARE(dense.deviceIndependentSize(), QSizeF(16, 16));
}

void TestIcon::logoIsThere()
{
    QVERIFY(!logo().isNull());
    QVERIFY(!QGuiApplication::windowIcon().isNull());
}

STUDIO_TEST_MAIN(TestIcon)
#include "tst_icon.moc"
