#include "tests/support/processes/RelayProcess.h"

#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <sys/resource.h>

#include <algorithm>

namespace countersign::testing {

namespace {

QString program()
{
    return programPath("countersign-relay");
}

}  // namespace

RelayProcess::RelayProcess(const QString& database)
    : m_databaseUrl(database.startsWith(QLatin1StringView("postgresql:")) ||
                            database.startsWith(QLatin1StringView("sqlite:"))
                        ? database
                        : QStringLiteral("sqlite:") + database)
{}

RelayProcess::~RelayProcess()
{
    kill();
}

bool RelayProcess::start(const QStringList& options)
{
    QStringList arguments{QStringLiteral("serve"), QStringLiteral("--database"), databaseUrl()};
    if (!options.contains(QStringLiteral("--listen"))) {
        arguments << QStringLiteral("--listen") << QStringLiteral("127.0.0.1:0");
    }
    m_process.start(program(), arguments + options);
    while (!m_process.canReadLine()) {
        if (!m_process.waitForReadyRead(patienceMs)) {
            return false;
        }
    }
    const QJsonObject ready = QJsonDocument::fromJson(m_process.readLine()).object();
    m_url = ready.value(QStringLiteral("url")).toString();
    m_port = static_cast<std::uint16_t>(QUrl(m_url).port(0));
    return m_port != 0 && ready.size() == 1;
}

void RelayProcess::limitFileSize(std::uint64_t bytes)
{
    m_process.setChildProcessModifier([bytes] {
        rlimit limit{};
        getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = bytes == 0 ? limit.rlim_max : std::min<rlim_t>(bytes, limit.rlim_max);
        setrlimit(RLIMIT_FSIZE, &limit);
    });
}

void RelayProcess::kill()
{
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished(patienceMs);
    }
}

int RelayProcess::stop()
{
    terminate();
    return waitForExit();
}

void RelayProcess::terminate()
{
    m_process.terminate();
}

int RelayProcess::waitForExit()
{
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(patienceMs)) {
        return -1;
    }
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QByteArray RelayProcess::errors()
{
    return m_process.readAllStandardError();
}

QByteArray RelayProcess::furtherOutput()
{
    return m_process.readAllStandardOutput();
}

RelayProcess::Outcome RelayProcess::run(const QStringList& arguments) const
{
    return runRelay(arguments + QStringList{QStringLiteral("--database"), databaseUrl()});
}

RelayProcess::Outcome RelayProcess::runRelay(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.start(program(), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(patienceMs) || process.exitStatus() != QProcess::NormalExit) {
        return {};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

bool RelayProcess::createInbox(const QString& name, const QStringList& options) const
{
    return run(QStringList{QStringLiteral("inbox"), QStringLiteral("create"), name} + options).exitCode == 0;
}

std::string RelayProcess::createToken(const QString& inbox, const QString& role) const
{
    const Outcome outcome = run({QStringLiteral("token"), QStringLiteral("create"), QStringLiteral("--inbox"),
                                 inbox, QStringLiteral("--role"), role});
    return QJsonDocument::fromJson(outcome.output)
        .object()
        .value(QStringLiteral("token"))
        .toString()
        .toStdString();
}

}  // namespace countersign::testing
