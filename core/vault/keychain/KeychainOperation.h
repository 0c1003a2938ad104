#pragma once

#include "core/vault/keychain/SecretServiceProbe.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <qt6keychain/keychain.h>

#include <chrono>
#include <functional>

namespace countersign {

/// One QtKeychain job with a time limit and a diagnosis. Such a job may hang for ever, must not be deleted
/// while it runs (libsecret calls back into it), and says too little about what went wrong. This looks at the
/// service first, runs the job under a time limit, and finds the reason when it failed. Answers once and
/// deletes itself; a job that is given up runs on alone and cleans up behind itself.
class KeychainOperation final : public QObject
{
    Q_OBJECT

public:
    enum class Outcome { Done, NotFound, Unavailable };
    /// state and detail matter for Unavailable.
    using Callback = std::function<void(Outcome, KeychainState state, const QString& detail)>;

    /// Takes a job that was not started yet and whose own handlers of finished() are connected already: they
    /// run before the callback.
    static void run(QKeychain::Job* job, std::chrono::milliseconds patience, Callback done);

private:
    KeychainOperation(QKeychain::Job* job, std::chrono::milliseconds patience, Callback done);

    void look();
    void startJob(bool locked);
    void jobFinished(QKeychain::Error error, const QString& text);
    void findReason(QKeychain::Error error, const QString& text);
    void finish(Outcome outcome, KeychainState state, const QString& detail);

    QPointer<QKeychain::Job> m_job;
    bool m_jobStarted = false;
    bool m_wasLocked = false;
    Callback m_done;
    QTimer m_timer;
};

}  // namespace countersign
