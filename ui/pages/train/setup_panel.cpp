// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/setup_panel.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/forms/field_form.h"
#include "ui/forms/field_words.h"
#include "ui/page/file_filters.h"
#include "ui/page/method_kind.h"
#include "ui/pages/train/data_choice.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/job_facts.h"
#include "ui/pages/train/method_picker.h"
#include "ui/pages/train/method_warnings.h"
#include "ui/pages/train/mix_panel.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/reveal.h"
#include "ui/widgets/separator.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QSignalBlocker>

#include <cmath>

namespace ui::pages::train {

namespace {

using app::engineText;
using app::qs;
using app::stdString;
using engine::contract::Value;
using widgets::ComboBox;
using widgets::FieldFrame;

const QString kModelPath = QStringLiteral("model.path");
const QString kDataPath = QStringLiteral("data.path");
const QString kName = QStringLiteral("output.name");
constexpr auto kHeldIn = "model.quantization";
// In combo boxes, where paths and ids stand: the entry that asks for another file.
const QString kOther = QStringLiteral("\n");

// A run name holds no blanks: a hyphen takes the place of each, so that it can be typed as it
// comes.
QString joined(const QString& typed)
{
    QString name = typed;
    for (QChar& c : name) {
        c = c.isSpace() ? QChar(u'-') : c;
    }
    return name;
}

QString fileName(const QString& path)
{
    return QFileInfo(path).fileName();
}

void selectOrAdd(ComboBox* combo, const QString& path, const QString& name, const QIcon& icon)
{
    const QSignalBlocker blocker(combo);
    if (path.isEmpty()) {
        combo->setCurrentIndex(-1);
        return;
    }
    if (combo->findData(path) < 0) {
        combo->insertItem(0, icon, name, path);
    }
    combo->setCurrentData(path);
}

} // namespace

SetupPanel::SetupPanel(JobDraft& draft, JobFacts& facts, PageContext& context, QWidget* parent)
    : QWidget(parent), m_draft(draft), m_facts(facts), m_context(context), m_model(new ComboBox),
      m_data(new ComboBox), m_objective(new ComboBox), m_method(new MethodPicker),
      m_preset(new ComboBox), m_name(new QLineEdit),
      m_modelFrame(new FieldFrame(tr("Model"), m_model)),
      m_dataFrame(new FieldFrame(tr("Data"), m_data)), m_mix(new MixPanel(draft, facts, context)),
      m_objectiveFrame(new FieldFrame(tr("Objective"), m_objective)),
      m_methodFrame(new FieldFrame(tr("Method"), m_method)),
      m_presetFrame(new FieldFrame(tr("Preset"), m_preset)),
      m_nameFrame(new FieldFrame(tr("Run name"), m_name)), m_form(new forms::FieldForm(2))
{
    auto* top = new QGridLayout;
    top->setHorizontalSpacing(theme().px(8));
    top->setVerticalSpacing(theme().px(12));
    // One below the other: no name of a method or objective is cut.
    int row = 0;
    for (QWidget* part : std::initializer_list<QWidget*>{
             m_modelFrame, m_dataFrame, m_mix, m_objectiveFrame, m_methodFrame, m_presetFrame}) {
        top->addWidget(part, row++, 0);
    }
    const int side = theme().px(16);
    top->setContentsMargins(side, theme().px(12), side, theme().px(16));
    auto* bottom = new QVBoxLayout;
    bottom->setContentsMargins(side, theme().px(12), side, theme().px(16));
    bottom->setSpacing(theme().px(12));
    bottom->addWidget(m_form);
    bottom->addWidget(m_nameFrame);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(bottom);
    layout->addStretch(1);
    makePickers();
    connect(m_form,
            &forms::FieldForm::edited,
            this,
            [this](const QString& path, const Value& value) { m_draft.edit(path, value, path); });
    connect(m_form, &forms::FieldForm::committed, this, [this] { m_draft.endStep(); });
    connect(&draft, &JobDraft::fieldsChanged, this, &SetupPanel::makeForm);
    connect(&draft, &JobDraft::edited, this, &SetupPanel::follow);
    connect(&facts, &JobFacts::modelChanged, this, &SetupPanel::showModelFacts);
    connect(&facts, &JobFacts::dataChanged, this, &SetupPanel::showDataFacts);
    connect(&context.studio.library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::BaseModels) {
                    fillModels();
                } else if (table == app::library::Table::Datasets) {
                    fillData();
                }
            });
    connect(&context.studio.presets(), &app::studio::Presets::changed, this, [this] {
        fillPresets();
        follow();
    });
    if (draft.isReady()) {
        makeForm();
    }
    fillModels();
    fillData();
}

void SetupPanel::makePickers()
{
    for (ComboBox* combo :
         std::initializer_list<ComboBox*>{m_model, m_data, m_objective, m_method, m_preset}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(6);
    }
    m_model->setPlaceholderText(tr("Choose a model"));
    m_data->setPlaceholderText(tr("Choose data"));
    m_preset->setPlaceholderText(tr("None"));
    const auto onPick = [this](ComboBox* combo, auto take) {
        connect(combo, &QComboBox::activated, this, [combo, take] {
            take(combo->currentData().toString());
        });
    };
    onPick(m_model,
           [this](const QString& path) { path == kOther ? pickModel() : takeModel(path); });
    onPick(m_data, [this](const QString& path) { path == kOther ? pickData() : takeData({path}); });
    onPick(m_objective, [this](const QString& id) {
        m_draft.edit(QStringLiteral("objective.id"), stdString(id));
    });
    onPick(m_method,
           [this](const QString& id) { m_draft.edit(QStringLiteral("method.id"), stdString(id)); });
    onPick(m_preset,
           [this](const QString& id) { m_draft.usePreset(m_context.studio.presets().find(id)); });
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString& typed) {
        if (const QString name = joined(typed); name != typed) {
            const int cursor = m_name->cursorPosition();
            m_name->setText(name);
            m_name->setCursorPosition(cursor);
        }
        m_draft.edit(kName, stdString(m_name->text()), kName);
    });
    connect(m_name, &QLineEdit::editingFinished, this, [this] { m_draft.endStep(); });
    connect(
        m_nameFrame, &FieldFrame::resetRequested, this, [this] { m_draft.edit(kName, Value()); });
}

void SetupPanel::fillModels()
{
    const QSignalBlocker blocker(m_model);
    m_model->clear();
    const QIcon symbol = icon(QStringLiteral("model"));
    if (const auto bases = m_context.studio.library().baseModels().list()) {
        for (const app::library::BaseModel& base : bases.value()) {
            m_model->addItem(symbol, base.name, base.path);
            m_model->setItemData(m_model->count() - 1, base.path, Qt::ToolTipRole);
        }
    }
    m_model->addItem(icon(QStringLiteral("plus")), tr("Another model…"), kOther);
    selectOrAdd(m_model,
                m_draft.text(kModelPath),
                app::library::modelName(m_draft.text(kModelPath)),
                symbol);
}

void SetupPanel::fillData()
{
    const QSignalBlocker blocker(m_data);
    m_data->clear();
    const QIcon symbol = icon(QStringLiteral("data"));
    if (const auto sets = m_context.studio.library().datasets().list()) {
        for (const app::library::Dataset& set : sets.value()) {
            m_data->addItem(symbol, set.name, set.path);
            m_data->setItemData(m_data->count() - 1, set.path, Qt::ToolTipRole);
        }
    }
    m_data->addItem(icon(QStringLiteral("plus")), tr("Other data…"), kOther);
    selectOrAdd(m_data, m_draft.text(kDataPath), fileName(m_draft.text(kDataPath)), symbol);
}

void SetupPanel::fillPresets()
{
    const QSignalBlocker blocker(m_preset);
    m_preset->clear();
    for (const app::studio::Preset& preset : m_context.studio.presets().usable(m_draft.catalog())) {
        m_preset->addItem(preset.name, preset.id);
        m_preset->setItemData(m_preset->count() - 1, preset.summary, Qt::ToolTipRole);
    }
}

void SetupPanel::fillChoices()
{
    const QSignalBlocker blockObjective(m_objective);
    m_method->setMethods(m_draft.catalog().methods);
    m_objective->clear();
    for (const engine::contract::CatalogEntry& entry : m_draft.catalog().objectives) {
        m_objective->addItem(engineText(entry.name), qs(entry.id));
    }
}

void SetupPanel::makeForm()
{
    fillChoices();
    fillPresets();
    std::vector<forms::FormField> fields;
    const struct
    {
        const char* path;
        QString label;
    } kMain[] = {{kHeldIn, tr("Base held in")},
                 {"model.quantize_embeddings", tr("Embeddings too")},
                 {"training.learning_rate", {}},
                 {"training.epochs", {}},
                 {"training.max_steps", {}},
                 {"training.batch_size", tr("Batch")},
                 {"training.accumulate", {}},
                 {"data.max_length", tr("Max length")},
                 {"data.validation.fraction", tr("Validation")}};
    const auto sectionKey = [](const QString& path) { return path.section(u'.', 1); };
    for (const auto& main : kMain) {
        const QString path = QLatin1String(main.path);
        const engine::contract::Field* field = m_draft.field(path);
        // One choice is none.
        if (field == nullptr || field->choices.size() == 1) {
            continue;
        }
        engine::contract::Field shown = *field;
        shown.advanced = false;
        shown.key = stdString(sectionKey(path));
        if (!main.label.isEmpty()) {
            shown.label = stdString(main.label);
        }
        fields.push_back({path, shown});
    }
    m_form->setLookup([this](const QString& path) { return m_draft.value(path); });
    m_form->setFields(fields);
    const QString heldIn = QLatin1String(kHeldIn);
    m_form->setChoiceName(heldIn, QStringLiteral("none"), tr("As stored"));
    m_form->setChoiceName(heldIn, QStringLiteral("nf4"), tr("4 bit (NF4)"));
    m_form->setChoiceName(heldIn, QStringLiteral("int8"), tr("8 bit (int8)"));
    follow();
}

void SetupPanel::takeModel(const QString& path)
{
    m_draft.edit(kModelPath, stdString(path));
}

void SetupPanel::takeData(const QStringList& paths)
{
    app::Studio& studio = m_context.studio;
    m_draft.editMany(tr("Data"), filesChoice(m_draft, studio.library(), studio.paths(), paths));
}

void SetupPanel::pickModel()
{
    follow();
    m_context.dialogs.openFolder(this, tr("Choose a model folder"), [this](const QString& path) {
        m_context.studio.intake().addModel(path);
        takeModel(path);
    });
}

void SetupPanel::pickData()
{
    follow();
    m_context.dialogs.openFiles(
        this, tr("Choose training data"), dataFileFilter(), [this](const QStringList& paths) {
            for (const QString& path : paths) {
                m_context.studio.intake().addData(path);
            }
            takeData(paths);
        });
}

QString SetupPanel::suggestedName() const
{
    const Value sources = mixOf(m_draft);
    const QString data =
        sources.toList().empty() ? QString() : qs(sources.toList().front()["path"].toString());
    QString stem = QFileInfo(data).completeBaseName();
    if (sources.toList().size() > 1) {
        stem += QStringLiteral("-mix");
    }
    if (stem.isEmpty()) {
        stem = app::library::modelName(m_draft.text(kModelPath));
    }
    QString name;
    for (const QChar c : stem) {
        const bool isHangul = c.script() == QChar::Script_Hangul;
        const bool isPlain = (c < QChar(128) && c.isLetterOrNumber()) || c == u'_' || c == u'-';
        name += isHangul || isPlain ? c : QChar(u'-');
    }
    name = name.left(60);
    const Value rank = m_draft.value(QStringLiteral("method.rank"));
    if (rank.isNumber() && !name.isEmpty()) {
        name += QStringLiteral("-r%1").arg(rank.toInteger());
    }
    return name.isEmpty() ? QStringLiteral("run") : name;
}

void SetupPanel::follow()
{
    if (!m_draft.isReady()) {
        return;
    }
    selectOrAdd(m_model,
                m_draft.text(kModelPath),
                app::library::modelName(m_draft.text(kModelPath)),
                icon(QStringLiteral("model")));
    selectOrAdd(m_data,
                m_draft.text(kDataPath),
                fileName(m_draft.text(kDataPath)),
                icon(QStringLiteral("data")));
    m_mix->follow();
    m_data->setPlaceholderText(m_mix->words());
    m_objective->setCurrentData(m_draft.text(QStringLiteral("objective.id")));
    {
        const QSignalBlocker blocker(m_method);
        m_method->setCurrentData(qs(m_draft.method()));
    }
    if (const engine::contract::CatalogEntry* method = m_draft.methodEntry()) {
        QStringList hint = {methodKind(method->approach).label, qs(method->paper)};
        hint.removeAll({});
        m_methodFrame->setHint(hint.join(QStringLiteral(" · ")));
        m_methodFrame->setHelp(engineText(method->summary));
    }
    if (!m_preset->setCurrentData(m_draft.presetId())) {
        m_preset->setCurrentIndex(-1);
    }
    const app::studio::Preset* preset = m_context.studio.presets().find(m_draft.presetId());
    m_presetFrame->setHint(preset != nullptr ? preset->summary : QString());
    for (const QString& path : m_form->paths()) {
        m_form->setDefault(path, m_draft.baseline(path));
    }
    m_form->setValues(m_draft.changed());
    m_form->setFieldShown(QStringLiteral("training.max_steps"),
                          m_draft.value(QStringLiteral("training.max_steps")).toInteger() > 0);
    m_form->refresh();
    if (const QString name = m_draft.text(kName); name != m_name->text()) {
        m_name->setText(name);
    }
    m_name->setPlaceholderText(suggestedName());
    showUnits();
    showNotices();
    showModelFacts();
    showDataFacts();
}

void SetupPanel::showUnits()
{
    const int64_t batch = m_draft.value(QStringLiteral("training.batch_size")).toInteger(1);
    const int64_t accumulate = m_draft.value(QStringLiteral("training.accumulate")).toInteger(1);
    m_form->setUnit(QStringLiteral("training.accumulate"),
                    tr("= %1").arg(app::formatCount(batch * accumulate)));
    const double share = m_draft.value(QStringLiteral("data.validation.fraction")).toDouble();
    const bool hasFile = !m_draft.text(QStringLiteral("data.validation.path")).isEmpty();
    const int64_t rows = m_facts.data().value["good"].toInteger();
    const QString fraction = QStringLiteral("data.validation.fraction");
    m_form->setUnit(fraction,
                    hasFile ? tr("own file") : tr("= %1 %").arg(widgets::shortNumber(100 * share)));
    m_form->setHint(
        fraction,
        rows > 0 && !hasFile ? tr(
            "%n rows", nullptr, static_cast<int>(std::lround(share * static_cast<double>(rows))))
                             : QString());
}

void SetupPanel::showNotices()
{
    const QString path = QStringLiteral("training.learning_rate");
    const engine::contract::Field* field = m_draft.field(path);
    const engine::contract::CatalogEntry* method = m_draft.methodEntry();
    m_form->setNotice(path,
                      field != nullptr && method != nullptr
                          ? unusualRate(m_draft.value(path).toDouble(),
                                        field->defaultValue.toDouble(),
                                        engineText(method->name))
                          : QString());
    const int64_t context = m_facts.model().value["context"].toInteger();
    const int64_t length = m_draft.value(QStringLiteral("data.max_length")).toInteger();
    m_form->setHint(QStringLiteral("data.max_length"),
                    context > 0 && length > context
                        ? tr("The model reads %1").arg(app::formatCount(context))
                        : QString());
}

void SetupPanel::setOutlooks(const Answer& plan)
{
    // A refusal of the draft as it is says nothing of the methods.
    if (plan.isKnown()) {
        m_method->setOutlooks(plan.value["methods"], plan.value["parameters"]["total"].toInteger());
    }
}

void SetupPanel::showModelFacts()
{
    const Answer& answer = m_facts.model();
    m_model->setTrailingText(answer.isKnown()
                                 ? app::formatShort(answer.value["parameters"]["total"].toInteger())
                                 : QString());
    if (answer.error) {
        m_modelFrame->setState(FieldFrame::State::Refused,
                               forms::FieldWords::refusal(*answer.error, {}));
        return;
    }
    m_modelFrame->setState(FieldFrame::State::Normal);
    if (!answer.isKnown()) {
        m_modelFrame->setHint(answer.isPending ? tr("Reading shapes…") : QString());
        return;
    }
    m_modelFrame->setHint(
        QStringList{tr("%n layers", nullptr, static_cast<int>(answer.value["layers"].toInteger())),
                    qs(answer.value["dtype"].toString()),
                    app::formatBytes(answer.value["parameters"]["bytes"].toInteger())}
            .join(QStringLiteral(" · ")));
    showNotices();
}

void SetupPanel::showDataFacts()
{
    const Answer& answer = m_facts.data();
    if (answer.error) {
        m_dataFrame->setState(FieldFrame::State::Refused,
                              forms::FieldWords::refusal(*answer.error, {}));
        return;
    }
    m_dataFrame->setState(FieldFrame::State::Normal);
    if (!answer.value.isObject()) {
        m_dataFrame->setHint(answer.isPending ? tr("Reading rows…") : QString());
        return;
    }
    QStringList parts{tr("%1 rows").arg(app::formatCount(answer.value["good"].toInteger()))};
    if (const int64_t trained = answer.value["lengths"]["trained_tokens"].toInteger();
        trained > 0) {
        parts.append(tr("%1 trained tokens").arg(app::formatShort(trained)));
    }
    m_dataFrame->setHint(parts.join(QStringLiteral(" · ")));
    showUnits();
}

FieldFrame* SetupPanel::frameOf(const QString& where) const
{
    const std::pair<const char*, FieldFrame*> frames[] = {{"model.path", m_modelFrame},
                                                          {"data.path", m_dataFrame},
                                                          {"objective.id", m_objectiveFrame},
                                                          {"method.id", m_methodFrame},
                                                          {"output.name", m_nameFrame}};
    for (const auto& [path, frame] : frames) {
        if (where == QLatin1String(path)) {
            return frame;
        }
    }
    return where.startsWith(QLatin1String("data.mix")) ? m_dataFrame : nullptr;
}

bool SetupPanel::setError(const QString& where, const engine::contract::Error& error)
{
    if (FieldFrame* frame = frameOf(where)) {
        frame->setState(FieldFrame::State::Refused, forms::FieldWords::refusal(error, where));
        return true;
    }
    return m_form->setError(where, error);
}

void SetupPanel::clearErrors()
{
    m_form->clearErrors();
    for (FieldFrame* frame : {m_objectiveFrame, m_methodFrame, m_nameFrame}) {
        frame->setState(FieldFrame::State::Normal);
    }
    showModelFacts();
    showDataFacts();
}

bool SetupPanel::focusProblem()
{
    for (FieldFrame* frame :
         {m_modelFrame, m_dataFrame, m_objectiveFrame, m_methodFrame, m_nameFrame}) {
        if (frame->state() == FieldFrame::State::Refused) {
            widgets::focusAndReveal(frame->editor());
            return true;
        }
    }
    return m_form->focusProblem();
}

int SetupPanel::settingCount() const
{
    return static_cast<int>(m_draft.fields().size());
}

} // namespace ui::pages::train
