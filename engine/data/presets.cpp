// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/presets.h"

#include "engine/contract/text.h"

#include <algorithm>

namespace engine::data {

namespace {

constexpr PresetRole kSts[] = {
    {"sentence1", "text"}, {"sentence2", "text_pair"}, {"score", "label"}};
constexpr std::string_view kStsFurther[] = {"genre", "filename"};
constexpr PresetRole kGlueMrpc[] = {
    {"#1 String", "text"}, {"#2 String", "text_pair"}, {"Quality", "label"}};
constexpr PresetRole kGlueQqp[] = {
    {"question1", "text"}, {"question2", "text_pair"}, {"is_duplicate", "label"}};
constexpr PresetRole kGlueQnli[] = {
    {"question", "text"}, {"sentence", "text_pair"}, {"label", "label"}};
constexpr PresetRole kGlueMnli[] = {
    {"sentence1", "text"}, {"sentence2", "text_pair"}, {"gold_label", "label"}};
constexpr PresetRole kGlueCola[] = {{"column_4", "text"}, {"column_2", "label"}};
constexpr PresetRole kKlueNli[] = {
    {"premise", "text"}, {"hypothesis", "text_pair"}, {"gold_label", "label"}};
constexpr PresetRole kKlueYnat[] = {{"title", "text"}, {"label", "label"}};
constexpr std::string_view kKlueYnatFurther[] = {"guid"};
constexpr PresetRole kNsmc[] = {{"document", "text"}, {"label", "label"}};
constexpr std::string_view kNsmcFurther[] = {"id"};
constexpr PresetRole kBanking77[] = {{"text", "text"}, {"category", "label"}};
constexpr PresetRole kClinc150[] = {{"column_1", "text"}, {"column_2", "label"}};
constexpr PresetRole kChatbotKo[] = {{"Q", "prompt"}, {"A", "completion"}};
constexpr PresetRole kQaKo[] = {{"질문", "prompt"}, {"답변", "completion"}};
constexpr PresetRole kE2eNlg[] = {{"mr", "prompt"}, {"ref", "completion"}};
constexpr PresetRole kE2eNlgTxt[] = {{"column_1", "prompt"}, {"column_2", "completion"}};
constexpr PresetRole kWikisql[] = {{"question", "prompt"}, {"sql", "completion"}};
constexpr std::string_view kWikisqlFurther[] = {"table_id"};

constexpr Preset kPresets[] = {
    {"sts",
     "STS-B, KorSTS",
     LS_TEXT("Pairs of sentences with how alike they are, from 0 to 5"),
     "regression",
     kSts,
     kStsFurther,
     "",
     true},
    {"glue_mrpc",
     "GLUE MRPC",
     LS_TEXT("Pairs of sentences: the same in other words, or not"),
     "classification",
     kGlueMrpc,
     {},
     "",
     true},
    {"glue_qqp",
     "GLUE QQP",
     LS_TEXT("Pairs of questions: the same question, or not"),
     "classification",
     kGlueQqp,
     {},
     "",
     true},
    {"glue_qnli",
     "GLUE QNLI",
     LS_TEXT("Questions with a sentence that answers them, or does not"),
     "classification",
     kGlueQnli,
     {},
     "",
     true},
    {"glue_mnli",
     "GLUE MNLI, SNLI",
     LS_TEXT("Pairs of sentences: the second follows, contradicts, or neither"),
     "classification",
     kGlueMnli,
     {},
     "",
     true},
    {"glue_cola",
     "GLUE CoLA",
     LS_TEXT("Sentences that are good English, or not; a table without a header"),
     "classification",
     kGlueCola,
     {},
     "\t",
     false},
    {"klue_nli",
     "KLUE NLI",
     LS_TEXT("Korean pairs of sentences: the second follows, contradicts, or neither"),
     "classification",
     kKlueNli,
     {},
     "",
     true},
    {"klue_ynat",
     "KLUE YNAT",
     LS_TEXT("Korean headlines with their topic"),
     "classification",
     kKlueYnat,
     kKlueYnatFurther,
     "",
     true},
    {"nsmc",
     "NSMC",
     LS_TEXT("Korean film reviews, good or bad"),
     "classification",
     kNsmc,
     kNsmcFurther,
     "",
     true},
    {"banking77",
     "Banking77",
     LS_TEXT("Questions to a bank with what they want, 77 kinds"),
     "classification",
     kBanking77,
     {},
     "",
     true},
    {"clinc150",
     "CLINC150",
     LS_TEXT("Requests with what they want, 150 kinds; rows are lists of two"),
     "classification",
     kClinc150,
     {},
     "",
     false},
    {"chatbot_ko",
     "ChatbotData",
     LS_TEXT("Korean questions and answers of everyday talk"),
     "prompt_completion",
     kChatbotKo,
     {},
     "",
     true},
    {"qa_ko",
     "질문 / 답변",
     LS_TEXT("Korean questions and answers, columns named so"),
     "prompt_completion",
     kQaKo,
     {},
     "",
     true},
    {"e2e_nlg",
     "E2E NLG",
     LS_TEXT("Facts about restaurants and a sentence that says them"),
     "prompt_completion",
     kE2eNlg,
     {},
     "",
     true},
    {"e2e_nlg_txt",
     "E2E NLG (||)",
     LS_TEXT("The same as lines: facts || sentence"),
     "prompt_completion",
     kE2eNlgTxt,
     {},
     "||",
     false},
    {"wikisql",
     "WikiSQL",
     LS_TEXT("Questions and the SQL that answers them"),
     "prompt_completion",
     kWikisql,
     kWikisqlFurther,
     "",
     true},
};

bool isIn(const std::vector<std::string>& columns, std::string_view column)
{
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

} // namespace

std::span<const Preset> presets()
{
    return kPresets;
}

const Preset* findPreset(std::string_view id)
{
    const auto found = std::find_if(std::begin(kPresets),
                                    std::end(kPresets),
                                    [id](const Preset& preset) { return preset.id == id; });
    return found == std::end(kPresets) ? nullptr : found;
}

const Preset* presetFor(const std::vector<std::string>& columns)
{
    const auto fits = [&](const Preset& preset) {
        return preset.isDetected
               && std::all_of(preset.roles.begin(),
                              preset.roles.end(),
                              [&](const PresetRole& role) { return isIn(columns, role.column); })
               && std::all_of(preset.further.begin(),
                              preset.further.end(),
                              [&](std::string_view column) { return isIn(columns, column); });
    };
    const auto found = std::find_if(std::begin(kPresets), std::end(kPresets), fits);
    return found == std::end(kPresets) ? nullptr : found;
}

} // namespace engine::data
