// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/method_catalog.h"
#include "tests/support/studio_test.h"
#include "ui/forms/field_form.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/method_options.h"
#include "ui/widgets/button.h"
#include "ui/widgets/field_frame.h"

#include <QSignalSpy>

using namespace ui::pages::train;
using engine::contract::Error;
using engine::contract::Value;
using ui::forms::FieldForm;

namespace {

struct Form
{
    explicit Form(const std::string& method)
    {
        draft.setCatalog(test_support::methodCatalog(), Value::Object());
        options = std::make_unique<MethodOptions>(draft);
        host.setAttribute(Qt::WA_DontShowOnScreen);
        options->setParent(&host);
        options->more()->setParent(&host);
        host.show();
        draft.edit(QStringLiteral("method.id"), method);
    }
    const FieldForm* main() const { return options->findChild<FieldForm*>(); }
    const FieldForm* more() const { return options->more()->findChild<FieldForm*>(); }

    JobDraft draft;
    QWidget host;
    std::unique_ptr<MethodOptions> options;
};

} // namespace

class TestMethodOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void importantFieldsStandOpenTheOthersAreFolded();
    void whatTheMatrixEditsIsNotAskedTwice();
    void aFieldWithOneValidValueIsNoQuestion();
    void conditionsOfFieldsHold();
    void aRefusalOpensTheFold();
    void editsReachTheDraftAndComeBack();
};

void TestMethodOptions::importantFieldsStandOpenTheOthersAreFolded()
{
    const Form form("plugs");
    QCOMPARE(form.main()->paths(), QStringList{QStringLiteral("method.bottleneck")});
    QCOMPARE(form.more()->paths(),
             (QStringList{QStringLiteral("method.gated"), QStringLiteral("method.gate")}));
    QVERIFY(!form.options->isOpen());
    QVERIFY(form.options->toggle()->text().contains(QStringLiteral("More")));
    QSignalSpy opened(form.options.get(), &MethodOptions::openChanged);
    form.options->toggle()->click();
    QCOMPARE(opened.count(), 1);
    QVERIFY(form.options->isOpen());
    // Nothing to fold: no fold.
    const Form tokens("spells");
    QVERIFY(tokens.options->toggle()->isHidden());
}

void TestMethodOptions::whatTheMatrixEditsIsNotAskedTwice()
{
    const Form lora("lora");
    for (const char* path : {"method.targets", "method.rank", "method.rank_pattern"}) {
        QVERIFY(!lora.main()->hasField(QString::fromLatin1(path)));
        QVERIFY(!lora.more()->hasField(QString::fromLatin1(path)));
    }
    QVERIFY(lora.main()->hasField(QStringLiteral("method.dropout")));
    // An alpha without a rank has no place above the matrix.
    const Form sketch("sketch");
    QVERIFY(sketch.main()->hasField(QStringLiteral("method.alpha")));
    QVERIFY(!sketch.main()->hasField(QStringLiteral("method.targets")));
    // Without a matrix the layers are a field like any other.
    const Form whole("whole");
    QVERIFY(whole.more()->hasField(QStringLiteral("method.layers")));
}

void TestMethodOptions::aFieldWithOneValidValueIsNoQuestion()
{
    const Form form("crumbs");
    QVERIFY(form.main()->hasField(QStringLiteral("method.count")));
    QVERIFY(form.more()->paths().isEmpty());
}

void TestMethodOptions::conditionsOfFieldsHold()
{
    const Form form("plugs");
    const QString gate = QStringLiteral("method.gate");
    QVERIFY(form.more()->frame(gate)->isHidden());
    const_cast<JobDraft&>(form.draft).edit(QStringLiteral("method.gated"), true);
    QVERIFY(!form.more()->frame(gate)->isHidden());
}

void TestMethodOptions::aRefusalOpensTheFold()
{
    const Form form("plugs");
    QVERIFY(!form.options->setError(QStringLiteral("training.epochs"),
                                    Error{"bad_field", "no", {}, {}}));
    QVERIFY(
        form.options->setError(QStringLiteral("method.gated"),
                               Error{"bad_field", "method.gated: not with this model", {}, {}}));
    QVERIFY(form.options->isOpen());
    const auto* frame = form.more()->frame(QStringLiteral("method.gated"));
    QCOMPARE(frame->state(), ui::widgets::FieldFrame::State::Refused);
    form.options->clearErrors();
    QCOMPARE(frame->state(), ui::widgets::FieldFrame::State::Normal);
}

void TestMethodOptions::editsReachTheDraftAndComeBack()
{
    Form form("plugs");
    form.draft.edit(QStringLiteral("method.gated"), true);
    QVERIFY(form.options->toggle()->text().contains(QStringLiteral("1 changed")));
    QCOMPARE(form.more()->value(QStringLiteral("method.gated")), Value(true));
    form.draft.undoStack().undo();
    QCOMPARE(form.more()->value(QStringLiteral("method.gated")), Value(false));
    QVERIFY(!form.options->toggle()->text().contains(QStringLiteral("changed")));
}

STUDIO_TEST_MAIN(TestMethodOptions)
#include "tst_method_options.moc"
