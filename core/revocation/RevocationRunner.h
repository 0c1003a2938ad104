#pragma once

#include "core/base/PendingCall.h"
#include "core/revocation/RevocationSteps.h"
#include "core/revocation/SigningRefusalCheck.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

namespace countersign {

/// What a RevocationRunner works with; the composition root decides.
struct RevocationServices
{
    std::shared_ptr<Vault> vault;
    Database* database = nullptr;  ///< of the runner's thread
    const Clock* clock = nullptr;
    /// Called when a run asks Dynamic, with the settings of then; may refuse with what is missing.
    std::function<Result<std::unique_ptr<RevocationApi>>()> api;
    /// The same for a check afterwards; empty: it is told that it could not be tried.
    SigningRefusalCheck::MakeApi signingApi = {};
};

/// Ends delegations, here and at Dynamic (design.md §9): stop the wallet's jobs → record → ask Dynamic →
/// record the answer → destroy the material → leave a tombstone. It works from the rows alone, so that a
/// crash anywhere is followed by carrying the same revocation out again, and nothing is said to be revoked
/// that Dynamic did not say to be.
///
/// Several wallets are asked about in bulk, one alone by itself; so is one about which the answer to a bulk
/// call does not decide. It lives on the thread of its database and never blocks on the network.
class RevocationRunner : public QObject
{
    Q_OBJECT

public:
    /// jobs: outlives it.
    RevocationRunner(RevocationServices services, WalletJobs& jobs, QObject* parent = nullptr);
    ~RevocationRunner() override;

    /// See planRevocation().
    Result<RevocationPlan> plan(const RevocationRequest& request) const;
    /// See RevocationSteps::begin().
    Result<Revocation> begin(const RevocationRequest& request, RevocationPlan plan);
    /// See RevocationSteps::release(). Not while a run is going on (Busy).
    Status release(const std::string& revocationId, const std::string& walletId);
    Result<Revocation> load(const std::string& revocationId) const;
    /// See RevocationStore::unfinished().
    Result<std::vector<std::string>> unfinished() const;

    /// Carries these revocations out as far as it goes now. done comes once: all are ended, or what is left
    /// waits for Dynamic, for a pause that it asked for, or for an operator. An error: a row could not be
    /// read or written; the others were carried out all the same. Busy, while another run is going on.
    void carryOut(std::vector<std::string> revocationIds, Callback<void> done);
    /// Nothing more is asked; done comes (without an error). What was asked and not answered stays pending.
    void stop();
    bool isRunning() const { return static_cast<bool>(m_done); }

    /// How long a run waits for a ceremony that may have made a signature.
    void setCeremonyPatience(std::chrono::milliseconds patience) { m_ceremonyPatience = patience; }

Q_SIGNALS:
    /// A row is different.
    void changed(const std::string& revocationId);

private:
    using Key = std::pair<std::string, std::string>;  ///< revocation and wallet
    enum class Local { Ask, Skip, WaitsForCeremony };

    void next();
    /// What can be done without asking; then what is left to ask about.
    Status loadCurrent(const std::string& revocationId);
    Status readAgain(const std::string& walletId);
    Result<std::vector<RevocationItem>> workLocally(bool& waitsForCeremony);
    Result<Local> workLocally(RevocationItem& item);
    Result<Local> beforeAsking(RevocationItem& item);
    void ask(const std::string& revocationId, std::vector<RevocationItem> items);
    void askOne(const std::string& revocationId, const RevocationItem& item);
    void askMany(const std::string& revocationId, std::vector<RevocationItem> items);
    std::vector<RevocationSteps::Answered> read(const std::string& revocationId,
                                                const std::vector<RevocationItem>& items,
                                                const BulkRevocationAnswer& answer);
    void handle(const std::string& revocationId, const std::vector<RevocationSteps::Answered>& answers);
    bool checkNext();
    void noteCheck(const Key& key, const SigningRefusalCheck::Outcome& outcome);
    void note(const Status& status);
    void finish();
    void later(std::function<void()> work);

    RevocationServices m_services;
    WalletJobs& m_jobs;
    mutable RevocationSteps m_steps;
    SigningRefusalCheck m_check;
    bool m_isChecking = false;
    std::unique_ptr<RevocationApi> m_api;
    PendingCallPtr m_call;
    std::vector<std::string> m_queue;     ///< revocations of this run, the current one first
    std::optional<Revocation> m_current;  ///< the first of the queue
    std::unordered_map<std::string, std::size_t> m_positions;  ///< of its items, by wallet
    bool m_isSilent = false;  ///< nobody answered: nobody is asked any more in this run
    std::set<Key> m_asked;    ///< in this run
    std::set<Key> m_singly;   ///< of which a bulk answer did not tell enough
    std::set<Key> m_checked;  ///< in this run, even if that could not be written down
    QTimer m_ceremonyTimer;
    std::chrono::milliseconds m_ceremonyPatience = std::chrono::seconds(60);
    UnixMillis m_ceremonyDeadline = 0;
    Status m_failure;
    Callback<void> m_done;
};

}  // namespace countersign
