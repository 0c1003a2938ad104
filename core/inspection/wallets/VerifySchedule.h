#pragma once

#include "core/inspection/wallets/WalletVerifier.h"

#include <QObject>
#include <QTimer>

#include <chrono>

namespace countersign {

/// Asks about wallets by itself, as long as the profile is unlocked: every wallet that is not revoked and
/// whose last answer is older than setting verify.schedule says (hours). Off until that is set. It is gentler
/// than a run that somebody asked for: a wallet every two seconds at most, so many in one run, and a pause
/// after a run that could not go on, or whose token was refused.
class VerifySchedule : public QObject
{
    Q_OBJECT

public:
    /// The services' database outlives it.
    explicit VerifySchedule(InspectionServices services, QObject* parent = nullptr);

    /// Looks whether something is due, as the timer does every minute.
    void look();
    /// While it is suspended nothing is begun; what is going on ends.
    void setSuspended(bool suspended);
    WalletVerifier& verifier() { return m_verifier; }

    /// Wallets whose answer is older than that, or that were never asked about; those first, then the oldest.
    static Result<std::vector<std::string>> due(Database& database, UnixMillis now,
                                                std::chrono::milliseconds age);

    static constexpr int mostAtOnce = 500;

private:
    InspectionServices m_services;
    WalletVerifier m_verifier;
    QTimer m_timer;
    UnixMillis m_notBefore = 0;
    bool m_isSuspended = false;
};

}  // namespace countersign
