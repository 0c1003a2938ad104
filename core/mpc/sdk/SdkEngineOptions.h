#pragma once

#include <QString>

#include <chrono>

namespace countersign {

/// What the sdk engine needs to know of this machine.
struct SdkEngineOptions
{
    QString nodeProgram;   ///< Node.js 20 or newer; empty: "node", then "nodejs" in PATH
    QString helperScript;  ///< mpc-helper.mjs, with its node_modules beside it (sdkHelperLocation())
    /// For a whole ceremony. The library has none of its own and would wait for ever.
    std::chrono::milliseconds timeout = std::chrono::seconds(60);
};

/// Where mpc-helper.mjs is: the file or folder that the environment variable COUNTERSIGN_MPC_HELPER names
/// (for tests; then nothing else is looked at), libexec/countersign/mpc-helper of an installation, or the
/// source tree of a build. applicationDir: QCoreApplication::applicationDirPath(). Empty: nowhere.
QString sdkHelperLocation(const QString& applicationDir);

}  // namespace countersign
