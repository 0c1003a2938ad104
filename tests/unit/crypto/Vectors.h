#pragma once

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestPaths.h"

#include <QFile>
#include <QString>

#include <optional>

// Public test vectors, read from files (Wycheproof). They are too large for the repository; they lie beside
// the checkout or where COUNTERSIGN_VECTORS says, and a test that needs them is skipped where they are
// absent.

namespace countersign::vectors {

inline QString wycheproofPath(const QString& name)
{
    QString root = qEnvironmentVariable("COUNTERSIGN_VECTORS");
    if (root.isEmpty()) {
        root = sourcePath("../shared/vectors");
    }
    return root + QStringLiteral("/wycheproof/") + name + QStringLiteral("_test.json");
}

/// Nothing when the file is absent; a file that is there and cannot be read ends the test program.
inline std::optional<Json> wycheproof(const QString& name)
{
    QFile file(wycheproofPath(name));
    if (!file.exists()) {
        return std::nullopt;
    }
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", qPrintable(file.fileName()));
    }
    const QByteArray text = file.readAll();
    auto json = parseJson({text.constData(), static_cast<std::size_t>(text.size())},
                          {.maxBytes = 64U << 20U, .maxDepth = 32, .maxValues = 10'000'000});
    if (!json) {
        qFatal("%s: %s", qPrintable(file.fileName()), qPrintable(json.error().detail));
    }
    return *std::move(json);
}

inline Bytes bytesOf(const Json& test, const char* member)
{
    return *fromHex(test.at(member).get<std::string>());
}

inline bool isValid(const Json& test)
{
    return test.at("result").get<std::string>() == "valid";
}

inline QByteArray nameOf(const Json& test)
{
    return "tcId " + QByteArray::number(test.at("tcId").get<int>());
}

}  // namespace countersign::vectors

// A macro because QSKIP returns from the test function.
#define LOAD_VECTORS(variable, name)                                                                      \
    const auto variable##File = countersign::vectors::wycheproof(QStringLiteral(name));                   \
    if (!variable##File) {                                                                                \
        QSKIP("Wycheproof vectors absent: set COUNTERSIGN_VECTORS to the folder that holds wycheproof/"); \
    }                                                                                                     \
    const countersign::Json& variable = *variable##File
