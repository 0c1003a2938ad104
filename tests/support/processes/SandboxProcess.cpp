#include "tests/support/processes/SandboxProcess.h"

#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/Waiting.h"

#include <QDeadlineTimer>
#include <QNetworkReply>
#include <QTest>

namespace countersign::testing {

namespace {}  // namespace

SandboxProcess::~SandboxProcess()
{
    kill();
}

bool SandboxProcess::start(const QStringList& options, const QProcessEnvironment& environment)
{
    m_process.setProcessEnvironment(environment);
    m_process.start(programPath("countersign-sandbox"), QStringList{QStringLiteral("serve")} + options);
    const QDeadlineTimer deadline(patienceMs);
    while (!m_process.canReadLine() && !deadline.hasExpired()) {
        if (m_process.state() == QProcess::NotRunning) {
            return false;
        }
        m_process.waitForReadyRead(200);
    }
    m_readyLine = m_process.readLine();
    const Result<Json> ready = parseJson(m_readyLine.toStdString());
    m_ready = ready.value_or(Json());
    return ready.has_value();
}

void SandboxProcess::kill()
{
    if (m_process.state() != QProcess::NotRunning) {
        m_process.kill();
        m_process.waitForFinished(patienceMs);
    }
}

int SandboxProcess::terminate()
{
    m_process.terminate();
    return m_process.waitForFinished(patienceMs) && m_process.exitStatus() == QProcess::NormalExit
               ? m_process.exitCode()
               : -1;
}

Json SandboxProcess::Reply::json() const
{
    return parseJson(body.toStdString(), {16 * 1024 * 1024, 16, 1'000'000}).value_or(Json());
}

QString SandboxProcess::environmentPath() const
{
    return QStringLiteral("/api/v0/environments/") + QString::fromStdString(value("environmentId"));
}

SandboxProcess::Reply SandboxProcess::call(const QByteArray& method, const QString& path,
                                           const QByteArray& body, const char* token)
{
    QNetworkRequest request(QUrl(QString::fromStdString(value("url")) + path));
    const QByteArray credential =
        token == nullptr ? QByteArray::fromStdString(value("apiToken")) : QByteArray(token);
    if (!credential.isEmpty()) {
        request.setRawHeader("Authorization", "Bearer " + credential);
    }
    request.setRawHeader("Content-Type", "application/json");
    request.setRawHeader("x-countersign-tool", "test");  // see services/sandbox/api/CallLog.h
    request.setTransferTimeout(patienceMs);
    const std::unique_ptr<QNetworkReply> reply(m_network.sendCustomRequest(request, method, body));
    if (!waitUntil([&] { return reply->isFinished(); }, patienceMs)) {
        return {};
    }
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

}  // namespace countersign::testing
