#pragma once

#include "core/mpc/sdk/HelperErrors.h"
#include "core/mpc/sdk/HelperFrame.h"
#include "core/mpc/sdk/SdkEngineOptions.h"

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QTimer>

#include <chrono>
#include <memory>

namespace countersign {

class SecretChannel;

/// One run of mpc-helper as a child process. Foreign native code handles a share, so it runs in a process of
/// its own, for one request: no argument, environment variable or file tells it anything, its output is
/// bounded and its messages are thrown away, and it is killed when it is late, unwanted or talks too much.
/// Whatever happens ends in exactly one finished(), never before run() has returned. One run per object;
/// destroying it kills without waiting.
class MpcHelperProcess : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MpcHelperProcess)

public:
    /// options.timeout is not looked at: run() has its own.
    explicit MpcHelperProcess(const SdkEngineOptions& options);
    ~MpcHelperProcess() override;

    /// frame: helperRequestFrame() of a request with this operation; it is wiped once it is sent.
    void run(HelperOperation operation, SecretBytes frame, std::chrono::milliseconds timeout);
    /// finished(Cancelled) follows, unless it was already on its way.
    void cancel();

    /// 0 unless the process runs.
    qint64 processId() const;

Q_SIGNALS:
    /// The kernel has the whole request: from now on the helper may act on it.
    void requestSent();
    /// Errors: those of HelperFailure and explainHelperRefusal.
    void finished(const countersign::Result<countersign::HelperAnswer>& answer);

private:
    void start();
    bool startProcess(const QString& node, const QString& script);
    void readSome();
    void processEnded(int exitCode, QProcess::ExitStatus status);
    void fail(HelperFailure what, const QString& detail = {});
    void conclude(const Result<HelperAnswer>& answer);
    void letGo();

    SdkEngineOptions m_options;
    HelperOperation m_operation = HelperOperation::About;
    SecretBytes m_frame;
    std::unique_ptr<SecretChannel> m_channel;
    QProcess* m_process = nullptr;
    QByteArray m_output;
    QTimer m_start;
    QTimer m_deadline;
    bool m_isDone = false;
};

}  // namespace countersign
