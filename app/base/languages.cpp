// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/languages.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace app {

Languages::Languages() = default;

Languages::~Languages()
{
    removeAll();
}

const QList<Language>& Languages::all()
{
    static const QList<Language> kAll = {
        {QStringLiteral("en"), QStringLiteral("English")},
        {QStringLiteral("ko"), QStringLiteral("한국어")},
    };
    return kAll;
}

QString Languages::resolve(const QString& setting)
{
    const auto known = [](const QString& code) {
        for (const Language& language : all()) {
            if (language.code == code) {
                return true;
            }
        }
        return false;
    };
    if (known(setting)) {
        return setting;
    }
    const QStringList wanted = QLocale::system().uiLanguages();
    for (const QString& name : wanted) {
        const QString code = name.section(QLatin1Char('-'), 0, 0);
        if (known(code)) {
            return code;
        }
    }
    return QStringLiteral("en");
}

void Languages::use(const QString& setting)
{
    const QString code = resolve(setting);
    if (code == m_current) {
        return;
    }
    m_current = code;
    // Before the translators: their LanguageChange event makes widgets format numbers anew.
    QLocale::setDefault(QLocale(code));
    removeAll();
    install(QStringLiteral("qtbase_") + code, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("lorastudio_") + code, QStringLiteral(":/translations"));
}

void Languages::install(const QString& file, const QString& folder)
{
    auto translator = std::make_unique<QTranslator>();
    // English has plural forms in its file and nothing else; Qt has none of its own for it.
    if (translator->load(file, folder)) {
        QCoreApplication::installTranslator(translator.get());
        m_translators.push_back(std::move(translator));
    }
}

void Languages::removeAll()
{
    for (const auto& translator : m_translators) {
        QCoreApplication::removeTranslator(translator.get());
    }
    m_translators.clear();
}

} // namespace app
