#pragma once

#include "core/audit/AuditLog.h"
#include "core/delegation/DelegationStore.h"
#include "core/inspection/InspectionServices.h"
#include "core/inspection/reconciliation/UnheldWallets.h"
#include "core/inspection/wallets/WalletCheckStore.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <map>

namespace countersign {

/// The wallets that `verify --all` asks about: all that are not revoked.
Result<std::vector<std::string>> walletsToVerify(Database& database);

/// How far a run has come.
struct VerifyProgress
{
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::chrono::milliseconds left{0};    ///< guessed from what was done; 0: not known yet
    std::chrono::milliseconds paused{0};  ///< above 0: nothing is asked for so long, as Dynamic asked
};

/// Asks Dynamic about one wallet after another (design.md §9: verify) and keeps each answer when it comes.
/// The wallet's health follows, in one transaction with the answer and, where it changes, an entry in the
/// record
/// ("wallet.checked"); nothing is destroyed. It is gentle: one call at a time, a pace that 429 slows down,
/// Retry-After honoured.
///
/// Where Dynamic does not let the token in at all, the rest are refused without being asked about, and what
/// is known of the wallets stays: it says nothing of them. Where Dynamic cannot be reached, the run ends with
/// an error; what was answered stays. A wallet that cannot be read here is left out and told in the end. What
/// the owners' other wallets tell goes to UnheldWallets. It lives on the thread of its database and never
/// blocks on the network.
class WalletVerifier : public QObject
{
    Q_OBJECT

public:
    explicit WalletVerifier(InspectionServices services, QObject* parent = nullptr);
    ~WalletVerifier() override;

    /// done comes once: every wallet has its answer, or Cancelled after stop(), or why it could not go on.
    /// Busy, while another run is going on. NotFound for a wallet that is not in the profile (any more).
    /// Where wallets were left out, the error of the first, after all others.
    void verify(std::vector<std::string> walletIds, Callback<void> done);
    void stop();
    bool isRunning() const { return static_cast<bool>(m_done); }
    /// Of the last run: Dynamic did not let the token in.
    bool isTokenRefused() const { return m_tokenRefusal.has_value(); }

    struct Pace
    {
        std::chrono::milliseconds between{100};  ///< two calls
        int atOnce = 20;                         ///< so many wallets before the pace counts
        std::chrono::milliseconds retry{1000};   ///< after no answer; doubles
        /// Longest time for which one wallet waits for a service that asks for patience; where only its owner
        /// could not be asked, the wallet is judged without, and no more owners are asked about.
        std::chrono::milliseconds patience = std::chrono::minutes(15);
    };
    void setPace(const Pace& pace) { m_pace = pace; }

Q_SIGNALS:
    void checked(const countersign::WalletCheck& check);
    /// The wallet could not be read here.
    void leftOut(const std::string& walletId, const countersign::Error& error);
    void progressed(const countersign::VerifyProgress& progress);

private:
    void next();
    void leaveOut(const Error& error);
    void askWallet();
    void take(const Result<InspectedWallet>& answer);
    void askToken(const Error& refusal);
    /// found: the wallet, or that Dynamic does not find it.
    void askOwner(const Result<InspectedWallet>& found);
    void takeOwner(const Result<InspectedWallet>& found, const Result<std::vector<OwnedWallet>>& answer);
    void conclude(const Result<InspectedWallet>& found, const std::vector<OwnedWallet>* owned);
    void refuse(const Error& error);
    /// again comes later; false: it was waited for long enough.
    bool waitFor(const Error& error, const std::function<void()>& again);
    /// waitFor, or the end of the run.
    void waitOrFinish(const Error& error, const std::function<void()>& again);
    WalletCheck withKnownEnd(WalletCheck check) const;
    void put(WalletCheck check);
    Status record(const WalletCheck& check);
    Status recordEnd();
    void goOn();
    void later(std::function<void()> work, std::chrono::milliseconds pause = {});
    void tell(std::chrono::milliseconds paused = {});
    void finish(Status status);

    InspectionServices m_services;
    AuditLog m_audit;
    WalletCheckStore m_checks;
    UnheldWallets m_unheld;
    DelegationStore m_delegations;
    std::unique_ptr<InspectionApi> m_api;
    PendingCallPtr m_call;
    QTimer m_timer;
    std::function<void()> m_work;  ///< when the timer fires
    Pace m_pace;
    std::chrono::milliseconds m_between{0};  ///< at present
    std::vector<std::string> m_walletIds;
    std::size_t m_at = 0;
    Wallet m_wallet;  ///< the one that is asked about
    std::string m_ownerId;
    std::vector<OwnedWallet> m_owned;  ///< of the user that was asked about last
    bool m_areOwnedNews = false;       ///< not kept yet
    bool m_asksOwners = true;          ///< the token may read users, as far as is known
    bool m_isStopping = false;
    std::optional<Error> m_tokenRefusal;
    std::optional<Error> m_firstLeftOut;
    std::int64_t m_leftOut = 0;
    int m_failures = 0;  ///< of the call at hand
    std::chrono::milliseconds m_waited{0};
    UnixMillis m_startedAt = 0;
    std::map<WalletVerdict, std::int64_t> m_counts;
    Callback<void> m_done;
};

}  // namespace countersign
