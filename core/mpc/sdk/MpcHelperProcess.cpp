#include "core/mpc/sdk/MpcHelperProcess.h"

#include "core/mpc/sdk/SecretChannel.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QStandardPaths>
#include <QThread>

#include <utility>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#include <unistd.h>
#endif
#ifdef Q_OS_LINUX
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <csignal>
#endif

namespace countersign {

namespace {

constexpr qsizetype outputMaxBytes = 4 + static_cast<qsizetype>(helperAnswerMaxBytes);

QString foundNode(const QString& wanted)
{
    if (!wanted.isEmpty()) {
        const QFileInfo info(wanted);
        return info.isFile() && info.isExecutable() ? info.absoluteFilePath() : QString();
    }
    const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
    return node.isEmpty() ? QStandardPaths::findExecutable(QStringLiteral("nodejs")) : node;
}

#ifdef Q_OS_UNIX
/// Between fork and exec, where only plain system calls are allowed.
void prepareChild(int standardInput)
{
    ::dup2(standardInput, STDIN_FILENO);
    // Ctrl+C in a terminal is for the console: it decides what becomes of a ceremony.
    ::setpgid(0, 0);
    // A crash must not write the share to disk. One byte is less than any core file, and where cores go to a
    // program instead, which Linux does with a limit of zero too, it is the one value that stops that
    // (core(5)).
    const rlimit tooSmall{1, 1};
    ::setrlimit(RLIMIT_CORE, &tooSmall);
#ifdef Q_OS_LINUX
    // Should we be killed, the kernel takes the helper along (it also ends itself, when its input closes).
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // No file of ours that somebody forgot to mark is for the helper.
    ::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
#endif
}
#endif

}  // namespace

MpcHelperProcess::MpcHelperProcess(const SdkEngineOptions& options) : m_options(options)
{
    m_start.setSingleShot(true);
    m_deadline.setSingleShot(true);
    connect(&m_start, &QTimer::timeout, this, &MpcHelperProcess::start);
    connect(&m_deadline, &QTimer::timeout, this, [this] { fail(HelperFailure::TimedOut); });
}

MpcHelperProcess::~MpcHelperProcess()
{
    letGo();
}

void MpcHelperProcess::run(HelperOperation operation, SecretBytes frame, std::chrono::milliseconds timeout)
{
    m_operation = operation;
    m_frame = std::move(frame);
    m_deadline.start(timeout);
    m_start.start(0);
}

void MpcHelperProcess::cancel()
{
    if (m_isDone) {
        return;
    }
    m_start.stop();
    letGo();
    // Not from inside cancel(): whoever calls it is not ready for finished().
    QTimer::singleShot(0, this, [this] { fail(HelperFailure::Cancelled); });
}

qint64 MpcHelperProcess::processId() const
{
    return m_process != nullptr ? m_process->processId() : 0;
}

void MpcHelperProcess::start()
{
#ifdef Q_OS_UNIX
    const QString node = foundNode(m_options.nodeProgram);
    if (node.isEmpty()) {
        fail(HelperFailure::NodeMissing, m_options.nodeProgram);
        return;
    }
    const QFileInfo script(m_options.helperScript);
    if (m_options.helperScript.isEmpty() || !script.isFile()) {
        fail(HelperFailure::ScriptMissing, m_options.helperScript);
        return;
    }
    if (!startProcess(node, script.absoluteFilePath())) {
        fail(HelperFailure::NotStarted, QStringLiteral("no socket pair"));
    }
#else
    fail(HelperFailure::Unsupported);
#endif
}

bool MpcHelperProcess::startProcess(const QString& node, const QString& script)
{
#ifdef Q_OS_UNIX
    m_channel = SecretChannel::open();
    if (!m_channel) {
        return false;
    }
    connect(m_channel.get(), &SecretChannel::sent, this, &MpcHelperProcess::requestSent);
    m_process = new QProcess;
    m_process->setProgram(node);
    m_process->setArguments({QStringLiteral("--no-warnings"), script});
    // NODE_OPTIONS, NODE_EXTRA_CA_CERTS, LD_PRELOAD and the like could turn the helper against us; it needs
    // nothing.
    m_process->setProcessEnvironment(QProcessEnvironment());
    m_process->setWorkingDirectory(QStringLiteral("/"));
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardErrorFile(QProcess::nullDevice());
    m_process->setChildProcessModifier([end = m_channel->childEnd()] { prepareChild(end); });
    connect(m_process, &QProcess::started, this, [this] {
        m_channel->closeChildEnd();
        m_channel->send(std::move(m_frame));
    });
    connect(m_process, &QProcess::readyReadStandardOutput, this, &MpcHelperProcess::readSome);
    connect(m_process, &QProcess::finished, this, &MpcHelperProcess::processEnded);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            fail(HelperFailure::NotStarted, m_process->errorString());
        }
    });
    m_process->start(QIODevice::ReadOnly);
    return true;
#else
    Q_UNUSED(node)
    Q_UNUSED(script)
    return false;
#endif
}

void MpcHelperProcess::readSome()
{
    m_output += m_process->readAllStandardOutput();
    if (m_output.size() > outputMaxBytes) {
        fail(HelperFailure::TooMuchOutput);
    }
}

void MpcHelperProcess::processEnded(int exitCode, QProcess::ExitStatus status)
{
    m_output += m_process->readAllStandardOutput();
    if (m_output.size() > outputMaxBytes) {
        fail(HelperFailure::TooMuchOutput);
    } else if (status == QProcess::CrashExit) {
        fail(HelperFailure::Crashed, QStringLiteral("signal %1").arg(exitCode));
    } else if (m_output.isEmpty() || exitCode != 0) {
        fail(HelperFailure::NoAnswer, QStringLiteral("exit status %1").arg(exitCode));
    } else {
        conclude(parseHelperAnswer(asBytes({m_output.constData(), static_cast<std::size_t>(m_output.size())}),
                                   m_operation));
    }
}

void MpcHelperProcess::fail(HelperFailure what, const QString& detail)
{
    conclude(failure(helperError(what, detail)));
}

void MpcHelperProcess::conclude(const Result<HelperAnswer>& answer)
{
    if (std::exchange(m_isDone, true)) {
        return;
    }
    letGo();
    Q_EMIT finished(answer);
}

void MpcHelperProcess::letGo()
{
    m_start.stop();
    m_deadline.stop();
    m_frame.wipe();
    // Nobody will look at it, and a helper that went wrong may have put anything there.
    wipeMemory(m_output.data(), static_cast<std::size_t>(m_output.size()));
    m_output.clear();
    if (m_process != nullptr) {
        QProcess* process = std::exchange(m_process, nullptr);
        process->disconnect(this);
        if (process->state() == QProcess::NotRunning) {
            process->deleteLater();
        } else {
            // It is reaped when the event loop comes to it; where none runs any more, with the application.
            QCoreApplication* application = QCoreApplication::instance();
            if (application != nullptr && application->thread() == QThread::currentThread()) {
                process->setParent(application);
            }
            connect(process, &QProcess::finished, process, &QObject::deleteLater);
            connect(process, &QProcess::errorOccurred, process, [process](QProcess::ProcessError error) {
                if (error == QProcess::FailedToStart) {
                    process->deleteLater();
                }
            });
            process->kill();
        }
    }
    // Not delete: this may be called from a signal of the channel's or the process's.
    if (m_channel) {
        m_channel.release()->deleteLater();
    }
}

}  // namespace countersign
