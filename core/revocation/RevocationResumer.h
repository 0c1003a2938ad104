#pragma once

#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/RevocationRunner.h"

#include <QObject>
#include <QTimer>

namespace countersign {

/// Goes on, by itself, with the revocations of an unlocked profile that wait: at once when it is made, and
/// then every minute, so that an operator who asked for an end gets it although Dynamic was silent at the
/// time.
class RevocationResumer : public QObject
{
    Q_OBJECT

public:
    /// desk and the services' database outlive it.
    RevocationResumer(RevocationServices services, JobDesk& desk, QObject* parent = nullptr);

    RevocationRunner& runner() { return m_runner; }

Q_SIGNALS:
    void changed(const std::string& revocationId);

private:
    void resume();

    DeskWalletJobs m_jobs;
    RevocationRunner m_runner;
    QTimer m_timer;
};

}  // namespace countersign
