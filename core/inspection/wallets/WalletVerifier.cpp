#include "core/inspection/wallets/WalletVerifier.h"

#include "core/base/text/SanitizedText.h"
#include "core/delegation/WalletCatalog.h"
#include "core/delegation/WalletPathStore.h"
#include "core/inspection/environment/EnvironmentCheck.h"
#include "core/inspection/wallets/WalletComparison.h"

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
    return code == ErrorCode::Busy || code == ErrorCode::Network || code == ErrorCode::Timeout;
}

/// Looking a wallet up needs no more than that. A list without scopes says nothing.
bool lacksSigningScope(const TokenRecord& token)
{
    return !token.scopes.empty() && std::ranges::find(token.scopes, signMessageScope) == token.scopes.end();
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
      m_unheld(*m_services.database),
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
    m_areOwnedNews = false;
    m_asksOwners = true;
    m_tokenRefusal.reset();
    m_firstLeftOut.reset();
    m_leftOut = 0;
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
        return finish(m_firstLeftOut ? failure(m_firstLeftOut->code,
                                               tr("%1 wallets could not be read here and were left out. Run "
                                                  "\"countersign-cli doctor\".")
                                                   .arg(m_leftOut),
                                               m_firstLeftOut->detail)
                                     : Status());
    }
    auto wallet = WalletCatalog(*m_services.database).find(m_walletIds[m_at]);
    if (!wallet) {
        return wallet.error().code == ErrorCode::NotFound ? finish(failure(wallet.error()))
                                                          : leaveOut(wallet.error());
    }
    m_wallet = *std::move(wallet);
    if (m_tokenRefusal) {
        return refuse(*m_tokenRefusal);
    }
    askWallet();
}

/// One damaged row is no reason to leave the other wallets unwatched.
void WalletVerifier::leaveOut(const Error& error)
{
    m_firstLeftOut = m_firstLeftOut.value_or(error);
    ++m_leftOut;
    Q_EMIT leftOut(m_walletIds[m_at], error);
    ++m_at;
    goOn();
}

void WalletVerifier::askWallet()
{
    m_call =
        m_api->wallet(m_wallet.walletId, [this](const Result<InspectedWallet>& answer) { take(answer); });
}

bool WalletVerifier::waitFor(const Error& error, const std::function<void()>& again)
{
    if (error.code != ErrorCode::Busy) {
        if (++m_failures > mostFailures) {
            return false;
        }
        later(again, m_pace.retry * (1 << (m_failures - 1)));
        return true;
    }
    const auto pause = std::max(m_api->pauseLeft(), shortestPause);
    m_waited += pause;
    m_between = std::min(std::max(m_between, m_pace.between) * 2, slowestPace);
    if (m_waited > m_pace.patience) {
        return false;
    }
    tell(pause);
    later(again, pause);
    return true;
}

void WalletVerifier::waitOrFinish(const Error& error, const std::function<void()>& again)
{
    if (!waitFor(error, again)) {
        later([this, error] { finish(failure(error)); });
    }
}

void WalletVerifier::take(const Result<InspectedWallet>& answer)
{
    if (answer || answer.error().code == ErrorCode::NotFound) {
        return askOwner(answer);
    }
    const Error& error = answer.error();
    if (isPassing(error.code)) {
        return waitOrFinish(error, [this] { askWallet(); });
    }
    error.code == ErrorCode::Denied ? askToken(error) : refuse(error);
}

/// Whether this wallet is refused, or the token as such, which may also end in the middle of a run.
void WalletVerifier::askToken(const Error& refusal)
{
    later([this, refusal] {
        m_call = m_api->token([this, refusal](const Result<Dated<TokenRecord>>& token) {
            if (!token && isPassing(token.error().code)) {
                return waitOrFinish(token.error(), [this, refusal] { askToken(refusal); });
            }
            if (!token || lacksSigningScope(token->value)) {
                m_tokenRefusal = refusal;
            }
            refuse(refusal);
        });
    });
}

void WalletVerifier::refuse(const Error& error)
{
    put({m_wallet.walletId, WalletVerdict::Refused, checkDetail(error), {}, 0});
}

void WalletVerifier::askOwner(const Result<InspectedWallet>& found)
{
    if (!m_asksOwners || !m_wallet.userId || m_wallet.userId->empty()) {
        return conclude(found, nullptr);
    }
    if (m_ownerId == *m_wallet.userId) {
        return conclude(found, &m_owned);
    }
    later([this, found] {
        m_call = m_api->userWallets(
            *m_wallet.userId,
            [this, found](const Result<std::vector<OwnedWallet>>& answer) { takeOwner(found, answer); });
    });
}

void WalletVerifier::takeOwner(const Result<InspectedWallet>& found,
                               const Result<std::vector<OwnedWallet>>& answer)
{
    if (answer) {
        m_ownerId = *m_wallet.userId;
        m_owned = *answer;
        m_areOwnedNews = true;
        return conclude(found, &m_owned);
    }
    const Error& error = answer.error();
    if (error.code == ErrorCode::Busy && waitFor(error, [this, found] { askOwner(found); })) {
        return;
    }
    // What only the owner's view would add is not told; the wallet's own answer stands.
    m_asksOwners = error.code != ErrorCode::Denied && error.code != ErrorCode::Busy;
    conclude(found, nullptr);
}

void WalletVerifier::conclude(const Result<InspectedWallet>& found, const std::vector<OwnedWallet>* owned)
{
    const OwnedWallet* const owner = owned != nullptr ? findOwned(m_wallet, *owned) : nullptr;
    if (!found) {
        const WalletCheck absent = {
            m_wallet.walletId, WalletVerdict::NotFound, checkDetail(found.error()), {}, 0};
        return put(owner != nullptr ? withKnownEnd(compareOwned(m_wallet, *owner)) : absent);
    }
    std::optional<WalletPathStore::Path> path;
    if (const auto event = m_delegations.currentEvent(m_wallet.walletId)) {
        auto kept = WalletPathStore(*m_services.database, *m_services.clock).find(m_wallet.walletId, *event);
        path = kept ? *std::move(kept) : std::nullopt;
    }
    put(withKnownEnd(compareWallet(m_wallet, path, *found, owner)));
}

/// What a whole view said of this delegation is not taken back by an answer that shows only a part.
WalletCheck WalletVerifier::withKnownEnd(WalletCheck check) const
{
    const bool isPart = check.verdict == WalletVerdict::Ok && !check.detail.empty();
    const auto before = isPart ? m_checks.find(m_wallet.walletId) : Result<std::optional<WalletCheck>>();
    if (before && *before && (*before)->verdict == WalletVerdict::NoDelegation &&
        (*before)->checkedAt >= m_wallet.receivedAt) {
        check.verdict = WalletVerdict::NoDelegation;
        check.detail = (*before)->detail;
    }
    return check;
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
    // A token that is not let in says nothing about the wallet: what was answered before stays.
    if (check.verdict == WalletVerdict::Refused && m_tokenRefusal) {
        return {};
    }
    const WalletHealth health = healthOf(check.verdict);
    return m_audit.commit([&](AuditTransaction& transaction) -> Status {
        ASSIGN_OR_RETURN(const bool changes, m_delegations.wouldChange(check.walletId, health));
        if (changes) {
            const Json detail = {{"verdict", toText(check.verdict)}, {"health", toText(health)}};
            RETURN_IF_ERROR(transaction.add("wallet.checked", check.walletId, dumpJson(detail)));
            RETURN_IF_ERROR(m_delegations.setHealth(
                check.walletId, health, health == WalletHealth::Ok ? std::string() : check.detail));
        }
        if (std::exchange(m_areOwnedNews, false)) {
            RETURN_IF_ERROR(m_unheld.note(m_owned, check.checkedAt));
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
