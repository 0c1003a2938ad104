#pragma once

#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/RevocationRunner.h"

#include <QObject>
#include <QTimer>

namespace countersign {

/// Retries, by itself, the revocations of an unlocked profile that wait: at once when it is made, and then
/// every minute, so that an operator who asked for an end gets it although Dynamic was silent at the time.
class RevocationResumer : public QObject
{
    Q_OBJECT

public:
    /// desk and the services' database outlive it.
    RevocationResumer(RevocationServices services, JobDesk& desk, QObject* parent = nullptr);

    RevocationRunner& runner() { return m_runner; }
    /// Now, or right behind the run that is going on: a revocation was begun, or an operator asks.
    void resume();

Q_SIGNALS:
    void changed(const std::string& revocationId);

private:
    DeskWalletJobs m_jobs;
    RevocationRunner m_runner;
    QTimer m_timer;
    bool m_isWantedAgain = false;  ///< resume() was called during a run
};

}  // namespace countersign
