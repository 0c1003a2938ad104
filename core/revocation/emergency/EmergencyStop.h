#pragma once

#include "core/revocation/RevocationRunner.h"
#include "core/signing/approval/SigningFreeze.h"

#include <QElapsedTimer>

#include <optional>

namespace countersign {

/// What an operator wants to be stopped.
struct EmergencyRequest
{
    enum class Scope { FreezeOnly, Chosen, Everything };
    Scope scope = Scope::FreezeOnly;
    std::vector<std::string> wallets;  ///< ids or addresses, for Scope::Chosen
    std::string reason;                ///< of the freeze and of the revocation
};

/// What was done, in the order in which it was done.
struct EmergencyReport
{
    enum class Part { Freeze, Revoke, Proof };
    struct Duration
    {
        Part part = Part::Freeze;
        std::chrono::milliseconds took{0};
    };

    std::optional<SigningFreeze> freeze;  ///< nothing: signing could not be frozen; problem says why
    std::string revocationId;             ///< the one that the proof is about; empty: nothing was left to end
    std::vector<std::string> earlierIds;  ///< revocations of before that took part: each has its own proof
    std::vector<RevocationItem> items;    ///< of every wallet that was asked for
    std::string proof;                    ///< DSSE, as RevocationProof makes it; empty with revocationId
    std::vector<Duration> durations;
    /// What did not go as it should; what stands above happened all the same.
    std::optional<Error> problem;
};

/// The emergency stop: freezes all signing of this desk, then ends delegations, then makes the proof. In this
/// order, and each also where another one fails: signing stops at once, whether or not Dynamic can be
/// reached, a wallet's name that was mistyped does not hold it up, and where signing cannot be frozen (rows
/// that somebody changed outside) delegations are ended all the same, for that stops it for good. The window
/// keeps the same rules (ui/revocation/emergency/EmergencyDialog.h). It lives on the thread of its database.
class EmergencyStop : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EmergencyStop)

public:
    /// A run ends when nothing has come of it for so long; what is left is pending and goes on by itself.
    static constexpr std::chrono::seconds usualPatience{13};
    /// So often it is planned, where another program begins with the same wallets between plan and beginning.
    static constexpr int mostPlans = 3;

    /// runner: works with the same services and is idle; it outlives this.
    EmergencyStop(RevocationServices services, RevocationRunner& runner, QObject* parent = nullptr);
    ~EmergencyStop() override = default;

    /// done comes once, through the event loop. An error: signing could not be frozen, and nothing else was
    /// asked for.
    void run(EmergencyRequest request, Callback<EmergencyReport> done);
    /// Dynamic is asked no more; the rest follows at once.
    void stop() { m_runner.stop(); }
    void setPatience(std::chrono::milliseconds patience) { m_patience.setInterval(patience); }
    /// By the stop that is going on.
    bool isFrozen() const { return m_report.freeze.has_value(); }

Q_SIGNALS:
    /// Before it begins.
    void reached(countersign::EmergencyReport::Part part);

private:
    Status freeze();
    void revoke();
    /// What is to be carried out.
    struct Work
    {
        RevocationPlan plan;
        std::string newId;             ///< empty: nothing is begun that was not pending before
        std::vector<std::string> ids;  ///< all of them
    };
    Result<Work> begin();
    Result<Work> beginOnce();
    void conclude(const Work& work);
    Result<std::vector<RevocationItem>> itemsOf(const Work& work) const;
    void prove(const std::string& revocationId);
    void enter(EmergencyReport::Part part);
    void leave(EmergencyReport::Part part);
    void note(const Error& error);
    void finish(Result<EmergencyReport> report);

    RevocationServices m_services;
    RevocationRunner& m_runner;
    AuditLog m_audit;
    EmergencyRequest m_request;
    EmergencyReport m_report;
    Callback<EmergencyReport> m_done;
    QTimer m_patience;
    QElapsedTimer m_timer;
};

}  // namespace countersign
