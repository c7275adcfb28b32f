// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/settings_page.h"

#include "app/base/settings_table.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/settings/data_folder_control.h"
#include "ui/pages/settings/keyboard_list.h"
#include "ui/pages/settings/section_delegate.h"
#include "ui/pages/settings/section_model.h"
#include "ui/pages/settings/setting_control.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/pages/settings/settings_history.h"
#include "ui/pages/settings/settings_section.h"
#include "ui/pages/settings/support_section.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/search_field.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace ui::pages::settings {

using namespace Qt::StringLiterals;
using app::SettingGroup;

namespace {

constexpr int kNavigationWidth = 232;
constexpr int kNarrowNavigationWidth = 184;
constexpr int kNarrowWidth = 980;

struct GroupSection
{
    SettingGroup group;
    const char* id;
};
// The sections whose rows come from the table.
constexpr GroupSection kGroups[] = {{SettingGroup::Appearance, "appearance"},
                                    {SettingGroup::Folders, "folders"},
                                    {SettingGroup::Device, "device"},
                                    {SettingGroup::Runs, "runs"}};

void addSetting(SettingsSection* section,
                const app::SettingInfo& info,
                app::Studio& studio,
                Dialogs& dialogs)
{
    QWidget* control = makeControl(info, studio, dialogs);
    if (!control) {
        return;
    }
    SettingRow* row = section->addRow(app::settingLabel(info), app::settingHelp(info), control);
    app::Settings& settings = studio.settings();
    const QString key = QLatin1String(info.key);
    if (info.kind == app::SettingKind::Folders) {
        return; // each folder has its own way out
    }
    const auto mark = [row, &settings, key] { row->setChanged(!settings.isDefault(key)); };
    mark();
    QObject::connect(&settings, &app::Settings::changed, row, mark);
    QObject::connect(
        row, &SettingRow::resetRequested, row, [&settings, key] { settings.reset(key); });
}

} // namespace

SettingsPage::SettingsPage(PageContext& context)
    : Page(u"settings"_s, context), m_history(new SettingsHistory(studio().settings(), this)),
      m_sections(new SectionModel(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme().px(24), theme().px(16), 0, 0);
    row->setSpacing(0);
    auto* left = new QVBoxLayout;
    left->setContentsMargins(0, 0, 0, theme().px(16));
    left->addWidget(makeNavigation());
    row->addLayout(left);
    row->addWidget(makeSections(), 1);
}

QString SettingsPage::title() const
{
    return tr("Settings");
}

QString SettingsPage::fact() const
{
    return tr("Changes are saved at once");
}

QList<QWidget*> SettingsPage::topBarWidgets()
{
    auto* undo = new widgets::IconButton(u"undo"_s, tr("Nothing to undo"));
    const auto showUndo = [this, undo] {
        undo->setEnabled(m_history->canUndo());
        undo->setWords(m_history->canUndo()
                           ? tr("Undo the change of %1").arg(m_history->nextLabel())
                           : tr("Nothing to undo"));
    };
    connect(undo, &QAbstractButton::clicked, m_history, &SettingsHistory::undo);
    connect(m_history, &SettingsHistory::changed, undo, showUndo);
    showUndo();
    auto* reset = widgets::ghostButton(tr("Reset all…"), u"reset"_s);
    connect(reset, &QAbstractButton::clicked, this, &SettingsPage::confirmReset);
    return {undo, reset};
}

void SettingsPage::open(const Destination& destination)
{
    if (!destination.item.isEmpty()) {
        showSection(destination.item);
    }
}

void SettingsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    m_navigation->setFixedWidth(
        theme().px(width() < theme().px(kNarrowWidth) ? kNarrowNavigationWidth : kNavigationWidth));
}

QWidget* SettingsPage::makeNavigation()
{
    m_navigation = new widgets::Card;
    m_navigation->setFlush(true);
    auto* search = new widgets::SearchField(tr("Find a setting"));
    m_nothing =
        new widgets::PlainLabel(tr("No setting has these words."), Type::Small, Tone::Secondary);
    m_nothing->setWrapping(true);
    m_nothing->hide();
    m_list = new widgets::ListView;
    m_list->setModel(m_sections);
    m_list->setItemDelegate(new SectionDelegate(m_list));
    m_list->setAccessibleName(tr("Sections"));
    m_list->setCurrentIndex(m_sections->index(0));
    const int margin = theme().px(12);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(margin, margin, margin, theme().px(8));
    top->addWidget(search);
    top->addWidget(m_nothing);
    m_navigation->body()->addLayout(top);
    m_navigation->body()->addWidget(m_list, 1);

    connect(search, &widgets::SearchField::searchChanged, this, &SettingsPage::filter);
    connect(m_list, &widgets::ListView::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid() && !m_isJumping) {
            showSection(m_sections->entries()[index.row()].id);
        }
    });
    return m_navigation;
}

QWidget* SettingsPage::makeSections()
{
    auto* content = new QWidget;
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(theme().px(16), 0, theme().px(24), theme().px(16));
    m_column->setSpacing(theme().px(16));

    for (const GroupSection& group : kGroups) {
        auto* section = new SettingsSection(app::groupLabel(group.group));
        if (group.group == SettingGroup::Folders) {
            auto* control = new DataFolderControl(studio(), dialogs());
            SettingRow* row =
                section->addRow(tr("Library"), tr("Runs, adapters and their index"), control);
            connect(control, &DataFolderControl::told, row, &SettingRow::setHelp);
        }
        for (const app::SettingInfo& info : app::settingsTable()) {
            if (info.group == group.group) {
                addSetting(section, info, studio(), dialogs());
            }
        }
        addSection(QLatin1String(group.id), section);
    }
    auto* privacy = new SettingsSection(app::groupLabel(SettingGroup::Privacy));
    privacy->addRow(tr("Works offline"),
                    tr("Neither the studio nor the engine uses the network. Models, data, runs and "
                       "chats stay on this computer; nothing is counted or reported."),
                    nullptr);
    addSection(u"privacy"_s, privacy);
    auto* keyboard = new SettingsSection(tr("Keyboard"));
    keyboard->addBlock(new KeyboardList, tr("Keyboard keys shortcuts"));
    addSection(u"keyboard"_s, keyboard);
    addSection(u"support"_s, new SupportSection(tr("About and support"), context()));
    m_column->addStretch();

    m_scroll = new QScrollArea;
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(content);
    m_scroll->setAccessibleName(title());
    connect(m_scroll->verticalScrollBar(),
            &QScrollBar::valueChanged,
            this,
            &SettingsPage::followScroll);
    return m_scroll;
}

void SettingsPage::addSection(const QString& id, SettingsSection* section)
{
    section->setObjectName(id);
    m_cards.append(section);
    m_column->addWidget(section);
}

void SettingsPage::filter(const QString& text)
{
    bool isAnyLeft = false;
    for (int row = 0; row < m_cards.size(); ++row) {
        const bool isLeft = m_cards[row]->filter(text.trimmed());
        m_list->setRowHidden(row, !isLeft);
        isAnyLeft = isAnyLeft || isLeft;
    }
    m_nothing->setVisible(!isAnyLeft);
}

void SettingsPage::showSection(const QString& id)
{
    const int row = m_sections->rowOf(id);
    if (row < 0) {
        return;
    }
    m_isJumping = true;
    m_list->setCurrentIndex(m_sections->index(row));
    // A page that was never shown has not placed its cards yet.
    m_scroll->widget()->layout()->activate();
    m_scroll->verticalScrollBar()->setValue(m_cards[row]->y());
    m_isJumping = false;
}

void SettingsPage::followScroll()
{
    if (m_isJumping) {
        return;
    }
    const int top = m_scroll->verticalScrollBar()->value();
    int current = 0;
    for (int row = 0; row < m_cards.size(); ++row) {
        if (m_cards[row]->isVisible() && m_cards[row]->y() <= top + theme().px(24)) {
            current = row;
        }
    }
    // The last ones are too short to reach the top.
    const bool isAtEnd = top > 0 && top == m_scroll->verticalScrollBar()->maximum();
    for (int row = current; isAtEnd && row < m_cards.size(); ++row) {
        current = m_cards[row]->isVisible() ? row : current;
    }
    m_isJumping = true;
    m_list->setCurrentIndex(m_sections->index(current));
    m_isJumping = false;
}

void SettingsPage::confirmReset()
{
    dialogs().ask(this,
                  {.title = tr("Reset all settings?"),
                   .text = tr("Every setting goes back to its default. Your library stays as it "
                              "is, and the reset can be undone."),
                   .answers = {{u"reset"_s, tr("Reset all"), Question::Kind::Primary},
                               {u"cancel"_s, tr("Cancel"), Question::Kind::Cancel}}},
                  [this](const Answered& answer) {
                      if (answer.id == u"reset"_s) {
                          m_history->resetAll();
                      }
                  });
}

std::unique_ptr<ui::Page> makePage(PageContext& context)
{
    return std::make_unique<SettingsPage>(context);
}

} // namespace ui::pages::settings
