#include "core/inspection/wallets/VerifySchedule.h"

#include "core/audit/trust/TrustedSettings.h"
#include "core/vault/Settings.h"

namespace countersign {

namespace {

constexpr std::chrono::minutes lookInterval{1};
constexpr std::chrono::milliseconds pauseAfterFailure = std::chrono::minutes(15);
constexpr WalletVerifier::Pace scheduledPace{.between = std::chrono::seconds(2), .atOnce = 1};

}  // namespace

VerifySchedule::VerifySchedule(InspectionServices services, QObject* parent)
    : QObject(parent), m_services(services), m_verifier(std::move(services))
{
    m_verifier.setPace(scheduledPace);
    connect(&m_timer, &QTimer::timeout, this, &VerifySchedule::look);
    m_timer.start(lookInterval);
}

void VerifySchedule::look()
{
    const UnixMillis now = m_services.clock->now();
    if (m_isSuspended || m_verifier.isRunning() || now < m_notBefore) {
        return;
    }
    // What cannot be read now is tried again.
    const auto hours =
        TrustedSettings(*m_services.database, *m_services.vault).get(settingKeys::verifySchedule);
    const int number = hours && *hours ? QString::fromStdString(**hours).toInt() : 0;
    if (number <= 0) {
        return;
    }
    auto wallets = due(*m_services.database, now, std::chrono::hours(number));
    if (!wallets || wallets->empty()) {
        return;
    }
    m_verifier.verify(*std::move(wallets), [this](const Status& done) {
        const bool goesOn = (done && !m_verifier.isTokenRefused()) || m_isSuspended;
        m_notBefore = goesOn ? 0 : m_services.clock->now() + pauseAfterFailure.count();
    });
}

void VerifySchedule::setSuspended(bool suspended)
{
    m_isSuspended = suspended;
    if (suspended) {
        m_verifier.stop();
    }
}

Result<std::vector<std::string>> VerifySchedule::due(Database& database, UnixMillis now,
                                                     std::chrono::milliseconds age)
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        // An answer of the future is none: somebody wrote it, or the clock was set back.
        SQLite::Statement query(
            database.handle(),
            "SELECT w.wallet_id FROM wallet w LEFT JOIN wallet_check c ON c.wallet_id = w.wallet_id "
            "WHERE w.status <> 'revoked' AND (c.checked_at IS NULL OR c.checked_at <= ? OR c.checked_at > ?) "
            "ORDER BY coalesce(c.checked_at, 0), w.id LIMIT ?");
        query.bind(1, now - static_cast<UnixMillis>(age.count()));
        query.bind(2, now);
        query.bind(3, mostAtOnce);
        std::vector<std::string> ids;
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getString());
        }
        return ids;
    });
}

}  // namespace countersign
