#pragma once

#include "core/inspection/reconciliation/Reconciliation.h"
#include "core/inspection/wallets/WalletVerifier.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>

namespace countersign {

/// How far the comparison of the webhook's messages has come.
struct MessageProgress
{
    enum class Step { Comparing, Redelivering, Arriving };
    Step step = Step::Comparing;
    std::int64_t messages = 0;  ///< compared so far
    std::int64_t missing = 0;   ///< of them
    std::int64_t done = 0;      ///< of the step at hand, beyond comparing
    std::int64_t total = 0;
    std::chrono::milliseconds paused{0};  ///< above 0: nothing is asked for so long, as Dynamic asked
};

/// Something that Dynamic is asked at the operator's request: how far it has come, or how it ended.
struct InspectionRun
{
    enum class Kind { Wallets, Environment, Messages };
    Kind kind = Kind::Wallets;
    std::string walletId = {};  ///< of Kind::Wallets: the only one; empty: all
    bool isRunning = true;
    VerifyProgress progress = {};                         ///< of Kind::Wallets
    std::map<WalletVerdict, std::int64_t> verdicts = {};  ///< the same: so far
    std::int64_t inPart = 0;        ///< of those that are Ok: Dynamic did not show the delegation whole
    MessageProgress messages = {};  ///< of Kind::Messages
    std::shared_ptr<const ReconciliationReport> report = {};  ///< the same: when it has ended
    std::optional<Error> problem = {};                        ///< why it ended before its end
};

/// The GUI's interface for asking Dynamic about wallets, the environment and the webhook's messages. A run
/// goes on whether or not anybody looks at it, until it ends, is cancelled, or the profile is locked; there
/// is one at a time. What is answered is kept in the profile as it comes, and shows in the health.
class InspectionControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The profile is unlocked, and there is somebody to ask.
    virtual bool isReady() const = 0;
    /// Every wallet that is not revoked. Nothing happens while a run is going on, and so with the next three.
    virtual void verifyAll() = 0;
    virtual void verifyWallet(const QString& walletId) = 0;
    /// Settings of delegated access, keys, webhooks, token, clock.
    virtual void checkEnvironment() = 0;
    /// See Reconciliation.
    virtual void reconcile(const Reconciliation::Options& options) = 0;
    /// What was answered stays.
    virtual void cancel() = 0;

    /// The one that is going on, else the last one since the profile was unlocked.
    const std::optional<InspectionRun>& run() const { return m_run; }
    bool isRunning() const { return m_run && m_run->isRunning; }
    bool mayBegin() const { return isReady() && !isRunning(); }

Q_SIGNALS:
    void readyChanged();
    void runChanged();
    /// Something that was answered is in the profile now, also of what the schedule asked.
    void answered();

protected:
    void setRun(std::optional<InspectionRun> run)
    {
        m_run = std::move(run);
        Q_EMIT runChanged();
    }

private:
    std::optional<InspectionRun> m_run;
};

}  // namespace countersign
