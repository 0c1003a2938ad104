#pragma once

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "tests/support/TestPaths.h"

#include <QDirIterator>
#include <QFile>
#include <QString>

// Test vectors of github.com/ethereum/tests. They are too large for the repository; they lie beside the
// checkout or where COUNTERSIGN_VECTORS says, and a test that needs them is skipped where they are absent.

namespace countersign::vectors {

inline QString ethereumPath()
{
    QString root = qEnvironmentVariable("COUNTERSIGN_VECTORS");
    if (root.isEmpty()) {
        root = sourcePath("../shared/vectors");
    }
    return root + QStringLiteral("/ethereum-tests");
}

/// A file that cannot be read ends the test program.
inline Json readEthereumFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", qPrintable(path));
    }
    const QByteArray text = file.readAll();
    auto json = parseJson({text.constData(), static_cast<std::size_t>(text.size())},
                          {.maxBytes = 64U << 20U, .maxDepth = 1'100, .maxValues = 10'000'000});
    if (!json) {
        qFatal("%s: %s", qPrintable(path), qPrintable(json.error().detail));
    }
    return *std::move(json);
}

}  // namespace countersign::vectors

// A macro because QSKIP returns from the test function.
#define NEED_ETHEREUM_VECTORS()                                                                           \
    if (!QFile::exists(countersign::vectors::ethereumPath())) {                                           \
        QSKIP("ethereum/tests absent: set COUNTERSIGN_VECTORS to the folder that holds ethereum-tests/"); \
    }
