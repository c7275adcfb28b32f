// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/adapter_folder.h"

#include "app/base/hash_file.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/error_codes.h"
#include "engine/contract/value.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <algorithm>
#include <map>

namespace app::library {

using ::engine::contract::Value;

namespace {

struct FolderText
{
    Q_DECLARE_TR_FUNCTIONS(app::library::AdapterFolder)
};

constexpr qint64 kLargestConfig = 4 << 20;
constexpr qint64 kLargestHeader = 64 << 20;

Error bad(const QString& file, const QString& why)
{
    return {std::string(::engine::contract::code::kBadAdapter),
            stdString(FolderText::tr("%1 is not an adapter: %2").arg(file, why)),
            stdString(FolderText::tr("Choose a folder with adapter_config.json and "
                                     "adapter_model.safetensors")),
            stdString(file)};
}

Result<Value> readJson(QFile& file, qint64 bytes, qint64 limit)
{
    if (bytes <= 0 || bytes > limit) {
        return bad(file.fileName(), FolderText::tr("its header has an impossible size"));
    }
    auto value = ::engine::contract::parseJson(file.read(bytes).toStdString());
    if (!value) {
        return bad(file.fileName(), qs(value.error().message));
    }
    return value;
}

Result<Value> readConfig(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{
            std::string(file.exists() ? ::engine::contract::code::kUnreadable
                                      : ::engine::contract::code::kNotFound),
            stdString(FolderText::tr("%1 cannot be read: %2").arg(path, file.errorString())),
            stdString(FolderText::tr("Choose a folder with adapter_config.json")),
            stdString(path)};
    }
    return readJson(file, file.size(), kLargestConfig);
}

// The header of a safetensors file: eight bytes of length, then JSON.
Result<Value> readHeader(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return bad(path, file.errorString());
    }
    const QByteArray length = file.read(8);
    if (length.size() < 8) {
        return bad(path, FolderText::tr("the file is too short"));
    }
    const quint64 bytes = qFromLittleEndian<quint64>(length.constData());
    if (bytes > quint64(file.size() - 8)) {
        return bad(path, FolderText::tr("its header is longer than the file"));
    }
    return readJson(file, qint64(bytes), kLargestHeader);
}

QString dtypeName(const std::string& stored)
{
    static const std::map<std::string, const char*> names = {
        {"F32", "float32"}, {"BF16", "bfloat16"}, {"F16", "float16"}, {"F64", "float64"}};
    const auto name = names.find(stored);
    return name == names.end() ? qs(stored).toLower() : QString::fromLatin1(name->second);
}

qint64 elementsOf(const Value& shape)
{
    qint64 count = 1;
    for (const Value& size : shape.toList()) {
        // Shapes are claims of the file; the product only has to be harmless.
        if (__builtin_mul_overflow(count, qint64(size.toInteger()), &count) || count < 0) {
            return 0;
        }
    }
    return count;
}

// "….q_proj.lora_A.weight" and "….lora_embedding_A": its first dimension is the rank.
bool isDownProjection(const std::string& name)
{
    return name.find(".lora_A.") != std::string::npos || name.ends_with(".lora_A")
           || name.find(".lora_embedding_A") != std::string::npos;
}

void countTensors(const Value& header, Adapter& adapter)
{
    std::map<qint64, int> ranks;
    std::map<std::string, int> dtypes;
    for (const auto& [name, tensor] : header.toObject()) {
        if (name == "__metadata__") {
            continue;
        }
        adapter.parameters += elementsOf(tensor["shape"]);
        ++dtypes[tensor["dtype"].toString()];
        if (isDownProjection(name) && !tensor["shape"].toList().empty()) {
            ++ranks[tensor["shape"].toList().front().toInteger()];
            ++adapter.modules;
        }
    }
    const auto byCount = [](const auto& left, const auto& right) {
        return left.second < right.second;
    };
    if (!ranks.empty()) {
        adapter.rank = std::max_element(ranks.begin(), ranks.end(), byCount)->first;
    }
    adapter.hasSeveralRanks = ranks.size() > 1;
    if (!dtypes.empty()) {
        adapter.dtype = dtypeName(std::max_element(dtypes.begin(), dtypes.end(), byCount)->first);
    }
}

} // namespace

Result<Adapter> readAdapterFolder(const QString& folder)
{
    const QDir place(folder);
    const auto config = readConfig(place.filePath(QStringLiteral("adapter_config.json")));
    if (!config) {
        return config.error();
    }
    const QString weights = place.filePath(QStringLiteral("adapter_model.safetensors"));
    const auto header = readHeader(weights);
    if (!header) {
        return header.error();
    }
    const auto sha256 = hashFile(weights);
    if (!sha256) {
        return sha256.error();
    }
    Adapter adapter;
    adapter.path = place.absolutePath();
    adapter.name = place.dirName();
    adapter.sha256 = sha256.value();
    adapter.bytes = QFileInfo(weights).size();
    adapter.made = QFileInfo(weights).lastModified().toUTC();
    countTensors(header.value(), adapter);
    if (adapter.rank == 0) {
        adapter.rank = config.value()["r"].toInteger();
    }
    const auto record =
        ::engine::contract::parseJson(header.value()["__metadata__"]["lora_studio"].toString());
    if (record) {
        adapter.method = qs(record.value()["method"].toString());
        adapter.baseSha256 = qs(record.value()["base_sha256"].toString());
        const ::engine::contract::Value& base = record.value()["base_quantization"];
        const std::string& kind = base["kind"].toString();
        adapter.baseQuantization = kind == "none" ? QString() : qs(kind);
        adapter.correctsRounding = base["corrected"].toBool();
    }
    if (adapter.method.isEmpty()) {
        const std::string own = config.value()["lora_studio_method"].toString();
        adapter.method = qs(own.empty() ? config.value()["peft_type"].toString() : own).toLower();
    }
    adapter.basePath = qs(config.value()["base_model_name_or_path"].toString());
    return adapter;
}

Result<QString> copyAdapterFolder(const QString& folder, const QString& adapters)
{
    const auto adapter = readAdapterFolder(folder);
    if (!adapter) {
        return adapter.error();
    }
    const QString target = QDir(adapters).filePath(adapter.value().sha256);
    if (QFileInfo::exists(target)) {
        return target;
    }
    if (auto copied = copyAtomically(folder, target); !copied) {
        return copied.error();
    }
    return target;
}

} // namespace app::library
