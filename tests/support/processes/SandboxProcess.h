#pragma once

#include "core/base/encoding/Json.h"

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QProcess>
#include <QStringList>

namespace countersign::testing {

/// The sandbox as a child process: tests drive the real countersign-sandbox and its control calls. The
/// process is killed when the object goes away.
class SandboxProcess
{
public:
    SandboxProcess() = default;
    ~SandboxProcess();
    SandboxProcess(const SandboxProcess&) = delete;
    SandboxProcess& operator=(const SandboxProcess&) = delete;

    /// "serve" and these options; false when it did not become ready, see errors().
    bool start(const QStringList& options,
               const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment());
    void kill();
    /// SIGTERM; the exit status, or -1 when it did not stop.
    int terminate();

    qint64 processId() const { return m_process.processId(); }

    /// The line it printed when it was ready.
    const Json& ready() const { return m_ready; }
    QByteArray readyLine() const { return m_readyLine; }
    /// What else came on standard output, and all of standard error so far.
    QByteArray moreOutput() { return m_process.readAllStandardOutput(); }
    QByteArray errors() { return m_errors += m_process.readAllStandardError(); }

    std::string value(const char* member) const { return m_ready.value(member, std::string()); }

    struct Reply
    {
        int status = 0;
        QByteArray body;
        /// Null when the body is no JSON.
        Json json() const;
    };
    /// With the API token unless another is given ("" sends none). The event loop runs meanwhile.
    Reply call(const QByteArray& method, const QString& path, const QByteArray& body = {},
               const char* token = nullptr);

    /// "/api/v0/environments/{env}"
    QString environmentPath() const;

private:
    QProcess m_process;
    QNetworkAccessManager m_network;
    QByteArray m_readyLine;
    QByteArray m_errors;
    Json m_ready;
};

}  // namespace countersign::testing
