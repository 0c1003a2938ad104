#include "core/inspection/WalletVerifier.h"

#include "core/base/SanitizedText.h"
#include "core/delegation/WalletCatalog.h"
#include "core/delegation/WalletPathStore.h"
#include "core/inspection/WalletComparison.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr int mostFailures = 3;  ///< calls without an answer, one after the other
constexpr std::chrono::milliseconds slowestPace = std::chrono::seconds(2);
constexpr std::chrono::milliseconds shortestPause = std::chrono::seconds(1);
constexpr qsizetype maxCheckDetail = 500;

std::string checkDetail(const Error& error)
{
    const QString text =
        error.detail.isEmpty() ? error.sentence : error.sentence + QStringLiteral(" (") + error.detail + u')';
    return shortened(text, maxCheckDetail).toStdString();
}

bool isPassing(ErrorCode code)
{
    return code == ErrorCode::Network || code == ErrorCode::Timeout;
}

}  // namespace

Result<std::vector<std::string>> walletsToVerify(Database& database)
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement query(database.handle(),
                                "SELECT wallet_id FROM wallet WHERE status <> 'revoked' ORDER BY id");
        std::vector<std::string> ids;
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getString());
        }
        return ids;
    });
}

WalletVerifier::WalletVerifier(InspectionServices services, QObject* parent)
    : QObject(parent),
      m_services(std::move(services)),
      m_audit(*m_services.database, *m_services.vault, *m_services.clock),
      m_checks(*m_services.database),
      m_delegations(*m_services.database)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const auto work = std::exchange(m_work, {});
        work();
    });
}

WalletVerifier::~WalletVerifier() = default;

void WalletVerifier::verify(std::vector<std::string> walletIds, Callback<void> done)
{
    if (isRunning()) {
        QMetaObject::invokeMethod(
            this,
            [done = std::move(done)] {
                done(failure(ErrorCode::Busy, tr("Wallets are being verified already.")));
            },
            Qt::QueuedConnection);
        return;
    }
    m_done = std::move(done);
    m_walletIds = std::move(walletIds);
    m_at = 0;
    m_ownerId.clear();
    m_owned.clear();
    m_asksOwners = true;
    m_isTokenGood = false;
    m_tokenRefusal.reset();
    m_between = m_pace.between;
    m_counts.clear();
    m_startedAt = m_services.clock->now();
    later([this] {
        auto api = m_services.api();
        if (!api) {
            return finish(failure(api.error()));
        }
        m_api = *std::move(api);
        next();
    });
}

void WalletVerifier::stop()
{
    if (isRunning() && !m_isStopping) {
        m_call.reset();
        later([this] {
            finish(failure(ErrorCode::Cancelled, tr("Verifying was ended. What was answered is kept.")));
        });
        m_isStopping = true;
    }
}

void WalletVerifier::later(std::function<void()> work, std::chrono::milliseconds pause)
{
    if (!m_isStopping) {
        m_work = std::move(work);
        m_timer.start(pause);
    }
}

void WalletVerifier::tell(std::chrono::milliseconds paused)
{
    VerifyProgress progress;
    progress.done = static_cast<std::int64_t>(m_at);
    progress.total = static_cast<std::int64_t>(m_walletIds.size());
    progress.paused = paused;
    if (m_at > 0) {
        const UnixMillis taken = m_services.clock->now() - m_startedAt;
        progress.left = std::chrono::milliseconds(std::max<UnixMillis>(taken, 0) *
                                                  (progress.total - progress.done) / progress.done);
    }
    Q_EMIT progressed(progress);
}

void WalletVerifier::next()
{
    tell();
    if (m_isStopping) {
        return;
    }
    m_failures = 0;
    m_waited = {};
    if (m_at >= m_walletIds.size()) {
        return finish({});
    }
    auto wallet = WalletCatalog(*m_services.database).find(m_walletIds[m_at]);
    if (!wallet) {
        return finish(failure(wallet.error()));
    }
    m_wallet = *std::move(wallet);
    if (m_tokenRefusal) {
        return refuse(*m_tokenRefusal);
    }
    askWallet();
}

void WalletVerifier::askWallet()
{
    m_call =
        m_api->wallet(m_wallet.walletId, [this](const Result<InspectedWallet>& answer) { take(answer); });
}

bool WalletVerifier::waitFor(const Error& error, const std::function<void()>& again)
{
    if (error.code == ErrorCode::Busy) {
        const auto pause = std::max(m_api->pauseLeft(), shortestPause);
        m_waited += pause;
        m_between = std::min(std::max(m_between, m_pace.between) * 2, slowestPace);
        if (m_waited > m_pace.patience) {
            later([this, error] { finish(failure(error)); });
        } else {
            tell(pause);
            later(again, pause);
        }
        return true;
    }
    if (isPassing(error.code)) {
        if (++m_failures > mostFailures) {
            later([this, error] { finish(failure(error)); });
        } else {
            later(again, m_pace.retry * (1 << (m_failures - 1)));
        }
        return true;
    }
    return false;
}

void WalletVerifier::take(const Result<InspectedWallet>& answer)
{
    if (answer) {
        m_isTokenGood = true;
        return askOwner(*answer);
    }
    const Error error = answer.error();
    if (waitFor(error, [this] { askWallet(); })) {
        return;
    }
    if (error.code == ErrorCode::NotFound) {
        m_isTokenGood = true;
        return put({m_wallet.walletId, WalletVerdict::NotFound, checkDetail(error), {}, 0});
    }
    if (error.code != ErrorCode::Denied || m_isTokenGood) {
        return refuse(error);
    }
    // Whether this wallet is refused, or the token as such.
    later([this, error] {
        m_call = m_api->token([this, error](const Result<Dated<TokenRecord>>& token) {
            m_isTokenGood = token.has_value();
            if (!token && token.error().code == ErrorCode::Denied) {
                m_tokenRefusal = error;
            }
            refuse(error);
        });
    });
}

void WalletVerifier::refuse(const Error& error)
{
    put({m_wallet.walletId, WalletVerdict::Refused, checkDetail(error), {}, 0});
}

void WalletVerifier::askOwner(const InspectedWallet& found)
{
    if (!m_asksOwners || !m_wallet.userId || m_wallet.userId->empty()) {
        return conclude(found, nullptr);
    }
    if (m_ownerId == *m_wallet.userId) {
        return conclude(found, &m_owned);
    }
    m_failures = 0;
    m_waited = {};
    later([this, found] {
        m_call = m_api->userWallets(*m_wallet.userId,
                                    [this, found](const Result<std::vector<OwnedWallet>>& answer) {
                                        if (answer) {
                                            m_ownerId = *m_wallet.userId;
                                            m_owned = *answer;
                                            return conclude(found, &m_owned);
                                        }
                                        // What only the owner's view would add is not told; the wallet's own
                                        // answer stands.
                                        m_asksOwners = answer.error().code != ErrorCode::Denied;
                                        if (answer.error().code == ErrorCode::Busy &&
                                            waitFor(answer.error(), [this, found] { askOwner(found); })) {
                                            return;
                                        }
                                        conclude(found, nullptr);
                                    });
    });
}

void WalletVerifier::conclude(const InspectedWallet& found, const std::vector<OwnedWallet>* owned)
{
    std::optional<WalletPathStore::Path> path;
    if (const auto event = m_delegations.currentEvent(m_wallet.walletId)) {
        auto kept = WalletPathStore(*m_services.database, *m_services.clock).find(m_wallet.walletId, *event);
        path = kept ? *std::move(kept) : std::nullopt;
    }
    put(compareWallet(m_wallet, path, found, owned != nullptr ? findOwned(m_wallet, *owned) : nullptr));
}

void WalletVerifier::put(WalletCheck check)
{
    check.checkedAt = m_services.clock->now();
    if (auto recorded = record(check); !recorded) {
        return later([this, recorded] { finish(recorded); });
    }
    ++m_counts[check.verdict];
    ++m_at;
    Q_EMIT checked(check);
    goOn();
}

void WalletVerifier::goOn()
{
    if (!isRunning()) {
        return;
    }
    const bool isPaced = !m_tokenRefusal && m_at >= static_cast<std::size_t>(m_pace.atOnce);
    later([this] { next(); }, isPaced ? m_between : std::chrono::milliseconds(0));
}

Status WalletVerifier::record(const WalletCheck& check)
{
    // A token that is not let in says nothing about the wallet.
    const WalletHealth health = healthOf(check.verdict);
    const bool isAboutToken = check.verdict == WalletVerdict::Refused && m_tokenRefusal.has_value();
    return m_audit.commit([&](AuditTransaction& transaction) -> Status {
        ASSIGN_OR_RETURN(const bool changes, isAboutToken
                                                 ? Result<bool>(false)
                                                 : m_delegations.wouldChange(check.walletId, health));
        if (changes) {
            const Json detail = {{"verdict", toText(check.verdict)}, {"health", toText(health)}};
            RETURN_IF_ERROR(transaction.add("wallet.checked", check.walletId, dumpJson(detail)));
            RETURN_IF_ERROR(m_delegations.setHealth(
                check.walletId, health, health == WalletHealth::Ok ? std::string() : check.detail));
        }
        return m_checks.put(check);
    });
}

Status WalletVerifier::recordEnd()
{
    if (m_counts.empty()) {
        return {};
    }
    Json detail = {{"wallets", m_walletIds.size()}, {"answered", m_at}};
    for (const auto& [verdict, count] : m_counts) {
        detail[std::string(toText(verdict))] = count;
    }
    return m_audit.append("wallets.verified", {}, dumpJson(detail));
}

void WalletVerifier::finish(Status status)
{
    m_timer.stop();
    m_work = {};
    m_isStopping = false;
    m_call.reset();
    m_api.reset();
    const Status recorded = recordEnd();
    m_counts.clear();
    const auto done = std::exchange(m_done, {});
    done(status && !recorded ? recorded : status);
}

}  // namespace countersign
