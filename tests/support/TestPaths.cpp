#include "tests/support/TestPaths.h"

namespace countersign {

namespace {

QString below(const QString& folder, const char* relative)
{
    return *relative == '\0' ? folder : folder + u'/' + QString::fromUtf8(relative);
}

}  // namespace

QString sourcePath(const char* relative)
{
    return below(QStringLiteral(COUNTERSIGN_SOURCE_DIR), relative);
}

QString programPath(const char* relative)
{
    return below(QStringLiteral(COUNTERSIGN_BIN_DIR), relative);
}

}  // namespace countersign
