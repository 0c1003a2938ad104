#pragma once

#include "core/vault/Vault.h"
#include "tests/integration/signing/SigningDesk.h"

#include <QTest>

#include <csignal>
#include <functional>
#include <map>
#include <random>

namespace countersign::testing {

/// Stops a process without ending it, as a machine that swaps or a network that swallows packets does:
/// whoever waits for its answer stays in its state until this goes away.
class Paused
{
public:
    explicit Paused(qint64 process) : m_process(static_cast<pid_t>(process)) { ::kill(m_process, SIGSTOP); }
    ~Paused() { ::kill(m_process, SIGCONT); }
    Paused(const Paused&) = delete;
    Paused& operator=(const Paused&) = delete;

private:
    pid_t m_process;
};

/// Test harness for crash recovery: "jobs approve" is killed (SIGKILL) in every state that a job passes, on
/// either chain. What a kill needs (ten wallets with a job each, programs that are held where they are, a
/// look at the rows) and what has to hold afterwards is the same everywhere. Checks fail the test that runs.
class KilledApprovals
{
public:
    static constexpr int walletCount = 10;  // one kill each per round
    static constexpr int patienceMs = 60'000;

    struct Row
    {
        std::string state;
        std::string roomId;
        std::string reported;
        std::string signature;
        std::string hash;
    };
    using Jobs = std::vector<std::string>;
    using Processes = std::vector<std::unique_ptr<QProcess>>;

    /// The programs, and ten wallets of this chain; why() of the desk tells what failed.
    bool start(const char* chain);
    SigningDesk& desk() { return m_desk; }
    const std::vector<SigningDesk::Wallet>& wallets() const { return m_wallets; }

    /// The relay lets a token change jobs 20 times a second; ten desks at once are more than it is made for.
    void takeFreshToken();

    /// A job for each wallet, posted by the back end and fetched.
    Jobs postAll(const std::function<Json(const SigningDesk::Wallet&)>& documentOf);
    Processes approveAll(const Jobs& jobs, const QStringList& options = {});
    static void killAll(const Processes& processes);

    // Each approves all, waits until all are in the state that the name says, and kills them there.
    void killWhilePending(const Jobs& jobs);
    void killWhileApproved(const Jobs& jobs);
    void killWhileSigningBeforeARoom(const Jobs& jobs);
    void killInTheRoom(const Jobs& jobs);
    /// node: the chain's, silent meanwhile.
    void killWhileSigned(const Jobs& jobs, const ChainNode& node);
    void killWhileBroadcast(const Jobs& jobs);
    /// Signed, and the relay was not told.
    void killWhileReporting(const Jobs& jobs);
    /// Shortly after each has noted its room.
    Processes killSoonAfterTheRoom(const Jobs& jobs);
    /// Whenever.
    Processes killAtRandomMoments(const Jobs& jobs, const QStringList& options = {});

    /// Looks at the rows again and again, hardly pausing, until all jobs are there; false when a process
    /// ended before.
    bool reached(const Jobs& jobs, const Processes& processes,
                 const std::function<bool(const std::string&)>& isThere) const;
    Row row(const std::string& jobId) const;
    /// What "jobs list" makes of what the kill left.
    std::map<std::string, std::string> listedStates() const;
    /// How often the sandbox signed what each of the jobs is about.
    std::vector<int> signedTimes(const Jobs& jobs);

    void verifyStates(const Jobs& jobs, const char* state) const;
    /// The programs end well, and the jobs in this state.
    void verifyEnded(const Jobs& jobs, const Processes& processes, const char* state);
    /// Another "jobs approve" brings each to its end, signed once in all.
    void verifyCompleted(const Jobs& jobs, const char* state, const QStringList& options = {});
    /// Interrupted, refused without --again, and signed once with it.
    void verifyInterrupted(const Jobs& jobs);
    /// The relay has the desk's word of each signature.
    void verifyReported(const Jobs& jobs);
    /// What was stored before the kill is what `confirm` brings to the chain.
    void verifyBroadcastAsStored(const Jobs& jobs, const std::function<void(const Jobs&)>& confirm);
    /// Whatever the kills left is brought to its end by `finish`, told whether it takes an --again.
    void verifyAfterRandomKills(const Jobs& jobs, const Processes& processes, const char* state,
                                const std::function<void(const Jobs&, const QStringList&)>& finish);
    /// No digest was signed more often than operators asked for, and the record is whole.
    void verifyNothingElseHappened();

private:
    /// A few at a time: ten programs that start at once on a busy machine outlast a silent service's
    /// time-out.
    static void inGroups(const Jobs& jobs, const std::function<void(const Jobs&)>& kill);
    /// Whether its program was killed when it had signed and could not say so.
    bool killWhileReporting(const std::string& jobId);
    void killWhileDynamicIsSilent(const Jobs& jobs, const std::function<bool(const Row&)>& isThere);
    std::map<std::string, int> ledger();
    std::string digestOf(const std::string& jobId) const;
    QString lockOf(const std::string& jobId) const;

    // The profile's rows, read beside the program; written to only where a test says so.
    std::unique_ptr<Database> m_database;
    mutable SigningDesk m_desk;
    std::vector<SigningDesk::Wallet> m_wallets;
    std::map<std::string, int> m_repeats;
    std::mt19937 m_random{std::random_device{}()};
};

}  // namespace countersign::testing
