#include "core/mpc/sdk/SdkEngineOptions.h"

#include <QDir>
#include <QFileInfo>

namespace countersign {

namespace {

const QString& scriptName()
{
    static const QString name = QStringLiteral("mpc-helper.mjs");
    return name;
}

}  // namespace

QString sdkHelperLocation(const QString& applicationDir)
{
    const QString named = qEnvironmentVariable("COUNTERSIGN_MPC_HELPER");
    if (!named.isEmpty()) {
        const QFileInfo info(named);
        return info.isDir() ? QDir(named).absoluteFilePath(scriptName()) : info.absoluteFilePath();
    }
    // build/PRESET/bin lies three folders below the sources.
    for (const QString& folder :
         {QStringLiteral("../libexec/countersign/mpc-helper"), QStringLiteral("../../../app/mpc-helper")}) {
        const QFileInfo script(QDir::cleanPath(QDir(applicationDir).absoluteFilePath(folder)), scriptName());
        if (script.isFile()) {
            return script.absoluteFilePath();
        }
    }
    return {};
}

}  // namespace countersign
