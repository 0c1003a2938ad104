#pragma once

#include "core/base/encoding/Json.h"
#include "tests/support/TestPaths.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

namespace countersign::testing {

/// A package of npm as a test oracle, spoken to through a script of this folder.
class NodeOracle
{
public:
    NodeOracle(const char* script, const char* package)
        : m_script(QString::fromLatin1(script)), m_package(QString::fromLatin1(package))
    {}

    /// Whether it can be asked at all; the reason to skip otherwise.
    bool isInstalled() const
    {
        return !m_node.isEmpty() &&
               QFileInfo::exists(m_folder + QStringLiteral("/node_modules/") + m_package);
    }
    static const char* reason() { return "node or the packages of tests/oracles are not installed"; }

    /// The answer of the script, or null.
    Json ask(const char* command, const Json& request) const
    {
        constexpr int patience = 120'000;  // milliseconds; a bound against hanging, not a measurement
        QProcess process;
        process.start(m_node, {m_folder + u'/' + m_script, QString::fromLatin1(command)});
        process.write(QByteArray::fromStdString(dumpJson(request)));
        process.closeWriteChannel();
        if (!process.waitForFinished(patience) || process.exitCode() != 0) {
            qWarning("%s", process.readAllStandardError().constData());
            return {};
        }
        const auto answer = parseJson(process.readAllStandardOutput().toStdString(),
                                      {.maxBytes = 32U << 20U, .maxDepth = 12, .maxValues = 1'000'000});
        return answer ? *answer : Json();
    }

private:
    QString m_script;
    QString m_package;
    QString m_node = QStandardPaths::findExecutable(QStringLiteral("node"));
    QString m_folder = sourcePath("tests/oracles");
};

}  // namespace countersign::testing
