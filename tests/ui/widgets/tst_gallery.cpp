// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The component sheet renders in both schemes. LORA_GALLERY=<folder> also writes the pictures
// there.
#include "tests/support/studio_test.h"
#include "tests/ui/widgets/gallery.h"

#include <QAbstractButton>
#include <QDir>
#include <QImage>
#include <QLineEdit>
#include <QSet>
#include <QWidget>

class TestGallery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyComponentRenders_data();
    void everyComponentRenders();
    void textTwiceAsLargeStillFits();
};

void TestGallery::everyComponentRenders_data()
{
    QTest::addColumn<ui::Theme::Scheme>("scheme");
    QTest::newRow("light") << ui::Theme::Scheme::Light;
    QTest::newRow("dark") << ui::Theme::Scheme::Dark;
}

void TestGallery::everyComponentRenders()
{
    QFETCH(ui::Theme::Scheme, scheme);
    ui::theme().setScheme(scheme);
    const std::unique_ptr<QWidget> gallery = makeGallery();
    gallery->resize(1440, 1080);
    gallery->show();
    QVERIFY(QTest::qWaitForWindowExposed(gallery.get()));
    const QImage image = gallery->grab().toImage();
    QSet<QRgb> colors;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            colors << image.pixel(x, y);
        }
    }
    QVERIFY(colors.size() > 100);
    for (const ui::Color color : {ui::Color::Window,
                                  ui::Color::Surface,
                                  ui::Color::Line,
                                  ui::Color::AccentFill,
                                  ui::Color::ErrorSoft,
                                  ui::Color::Selected}) {
        QVERIFY2(colors.contains(ui::theme().color(color).rgb()), qPrintable(ui::tokenName(color)));
    }
    const QString folder = qEnvironmentVariable("LORA_GALLERY");
    if (!folder.isEmpty()) {
        QVERIFY(image.save(QDir(folder).filePath(QString::fromUtf8(QTest::currentDataTag())
                                                 + QStringLiteral(".png"))));
    }
}

void TestGallery::textTwiceAsLargeStillFits()
{
    ui::theme().setScheme(ui::Theme::Scheme::Light);
    const QFont usual = ui::theme().font(ui::Type::Body);
    QFont large = usual;
    large.setPixelSize(usual.pixelSize() * 2);
    ui::theme().setBaseFont(large);
    const std::unique_ptr<QWidget> gallery = makeGallery();
    gallery->ensurePolished();
    const auto children = gallery->findChildren<QWidget*>();
    for (const QWidget* child : children) {
        const bool isControl =
            qobject_cast<const QAbstractButton*>(child) || qobject_cast<const QLineEdit*>(child);
        const QVariant text = child->property("text");
        if (isControl && !child->isHidden() && !text.toString().isEmpty()) {
            QVERIFY2(child->sizeHint().height() >= child->fontMetrics().height(),
                     child->metaObject()->className());
        }
    }
    ui::theme().setBaseFont(usual);
}

STUDIO_TEST_MAIN(TestGallery)
#include "tst_gallery.moc"
