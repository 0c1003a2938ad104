#include "core/vault/Vault.h"
#include "tests/integration/signing/SigningDesk.h"
#include "tests/support/Patience.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QTest>
#include <QThread>

#include <csignal>
#include <map>
#include <random>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int walletCount = 10;  // one kill each per round
constexpr const char* oneEther = "1000000000000000000";
constexpr const char* recipient = "0x000000000000000000000000000000000000dEaD";

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

}  // namespace

/// "jobs approve" is killed (SIGKILL) in every state that a job passes, ten times in each and at random
/// moments. Afterwards the job is what its state promises, can be brought to its end, and was signed once
/// unless an operator asked for another ceremony; the chain has one transaction of it.
class SigningKillsTest : public QObject
{
    Q_OBJECT

    struct Row
    {
        std::string state;
        std::string roomId;
        std::string reported;
        std::string signature;
    };
    using Processes = std::vector<std::unique_ptr<QProcess>>;

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = ChainNode::missing(); !missing.isEmpty()) {
            QSKIP(qPrintable(missing));
        }
        QVERIFY2(m_desk.start(), qPrintable(m_desk.why()));
        const Json made = m_desk.desk().delegate("EVM", walletCount);
        QCOMPARE(made.size(), std::size_t(walletCount));
        for (const Json& one : made) {
            m_wallets.push_back(
                {one.at("walletId").get<std::string>(), one.at("address").get<std::string>()});
            QVERIFY(m_desk.evm().fund(m_wallets.back().address, oneEther));
        }
        QVERIFY2(m_desk.desk().syncUntil([&] { return m_desk.desk().wallets().size() == walletCount + 2; }),
                 qPrintable(m_desk.why()));
        const auto file = ProfilePaths(m_desk.desk().path(u"profile"_s).toStdString()).database();
        m_database = std::move(*Database::open(file, Database::Mode::ReadWrite));
    }

    void init()
    {
        // The relay lets a token change jobs 20 times a second; ten desks at once are more than it is made
        // for.
        const QString file = m_desk.desk().path(u"next-token"_s);
        writePrivateFile(
            file, QByteArray::fromStdString(m_desk.desk().relay().createToken(u"desk"_s, u"consumer"_s)));
        QCOMPARE(m_desk.run({u"relay-token"_s, u"set"_s, u"--token-file"_s, file}).exitCode, 0);
    }

    void whilePending()
    {
        const auto jobs = postMessages();
        Processes processes;
        {
            const Paused relay(m_desk.desk().relay().processId());
            processes = approveAll(jobs);
            // The claim is asked for once the job's lock is held.
            QVERIFY(reached(jobs, processes,
                            [this](const std::string& jobId) { return QFileInfo::exists(lockOf(jobId)); }));
            killAll(processes);
        }
        // Some were killed before they had named themselves in their lock: it counts as theirs for a second.
        QThread::sleep(1);
        verifyStates(jobs, "pending");
        verifyCompleted(jobs, "signed", {});
    }

    void whileApproved()
    {
        const auto jobs = postMessages();
        // As before the first ceremony of a wallet: it is looked up at Dynamic while the job is approved.
        m_database->handle().exec("DELETE FROM wallet_path");
        killWhileDynamicIsSilent(jobs, [](const Row& row) { return row.state == "approved"; });
        verifyStates(jobs, "approved");
        verifyCompleted(jobs, "signed", {});
    }

    void whileSigningBeforeARoom()
    {
        const auto jobs = postMessages();
        killWhileDynamicIsSilent(jobs,
                                 [](const Row& row) { return row.state == "signing" && row.roomId.empty(); });
        // Nothing can have been signed: no --again is needed.
        verifyStates(jobs, "pending");
        verifyCompleted(jobs, "signed", {});
    }

    void whileInTheRoom()
    {
        const auto jobs = postMessages();
        QVERIFY(m_desk.plan({{"enclave", "silence"}, {"times", walletCount}}));
        auto processes = approveAll(jobs);
        QVERIFY(reached(jobs, processes,
                        [this](const std::string& jobId) { return !row(jobId).roomId.empty(); }));
        killAll(processes);
        QVERIFY(m_desk.plan({{"enclave", nullptr}}));
        verifyStates(jobs, "interrupted");
        for (const std::string& jobId : jobs) {
            QCOMPARE(m_desk.approve(jobId).exitCode, 3);
        }
        QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 0));
        verifyCompleted(jobs, "signed", {u"--again"_s});
    }

    void whileSigned()
    {
        const auto jobs = postTransactions();
        Processes processes;
        {
            const Paused node(m_desk.evm().processId());
            processes = approveAll(jobs);
            QVERIFY(reached(jobs, processes,
                            [this](const std::string& jobId) { return row(jobId).state == "signed"; }));
            killAll(processes);
        }
        verifyStates(jobs, "signed");
        verifyBroadcastAsStored(jobs);
    }

    void whileBroadcast()
    {
        const auto jobs = postTransactions();
        // It is in a block at once; what it waits for are the blocks above.
        QVERIFY(m_desk.set(u"rpc.confirmations"_s, u"1000"_s));
        const auto processes = approveAll(jobs, {u"--wait"_s});
        QVERIFY(reached(jobs, processes,
                        [this](const std::string& jobId) { return row(jobId).state == "broadcast"; }));
        killAll(processes);
        QVERIFY(m_desk.set(u"rpc.confirmations"_s, u"3"_s));
        verifyStates(jobs, "broadcast");
        verifyBroadcastAsStored(jobs);
    }

    void whileReporting()
    {
        const auto jobs = postMessages();
        Processes processes;
        {
            std::optional<Paused> sandbox(m_desk.desk().sandbox().processId());
            processes = approveAll(jobs);
            // The relay has to hear of the ceremony before it begins; what comes of it, it does not hear.
            QVERIFY(reached(jobs, processes,
                            [this](const std::string& jobId) { return row(jobId).reported == "signing"; }));
            const Paused relay(m_desk.desk().relay().processId());
            sandbox.reset();
            QVERIFY(reached(jobs, processes,
                            [this](const std::string& jobId) { return row(jobId).state == "signed"; }));
            killAll(processes);
        }
        verifyStates(jobs, "signed");
        const auto synced = m_desk.run({u"sync"_s, u"--once"_s});
        QVERIFY2(synced.exitCode == 0, synced.errors.constData());
        for (const std::string& jobId : jobs) {
            const Json told = m_desk.deskWord(jobId);
            QVERIFY2(told.is_object(), jobId.c_str());
            QVERIFY(told.at("state") == Json("signed"));
            QVERIFY(told.at("result").at("signature") == m_desk.job(jobId).at("signature"));
        }
        QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 1));
    }

    void atRandomMomentsInTheRoom()
    {
        const auto jobs = postMessages();
        auto processes = approveAll(jobs);
        std::vector<bool> killed(jobs.size());
        std::uniform_int_distribution delay(0, 40);
        QVERIFY(reached(jobs, processes, [&, index = std::size_t(0)](const std::string& jobId) mutable {
            const std::size_t mine = index++ % jobs.size();
            if (!killed[mine] && !row(jobId).roomId.empty()) {
                QThread::msleep(static_cast<unsigned long>(delay(m_random)));
                processes[mine]->kill();
                killed[mine] = true;
            }
            return static_cast<bool>(killed[mine]);
        }));
        verifyAfterRandomKills(jobs, processes, "signed");
    }

    void atRandomMoments_data()
    {
        QTest::addColumn<int>("round");
        for (int round = 0; round < 3; ++round) {
            QTest::addRow("round %d", round) << round;
        }
    }

    void atRandomMoments()
    {
        const auto jobs = postTransactions();
        const auto processes = approveAll(jobs, {u"--wait"_s});
        // The first hardly begin, the last are about to end.
        std::uniform_int_distribution pause(0, 300);
        for (const auto& process : processes) {
            QThread::msleep(static_cast<unsigned long>(pause(m_random)));
            process->kill();
        }
        verifyAfterRandomKills(jobs, processes, "confirmed");
    }

    void nothingElseHappened()
    {
        for (const auto& wallet : m_wallets) {
            QCOMPARE(m_desk.evm().transactionCount(wallet.address), static_cast<std::uint64_t>(m_nonce));
        }
        for (const auto& [digest, times] : ledger()) {
            QVERIFY2(times <= 1 + m_repeats[digest], digest.c_str());
        }
        const auto verified = m_desk.run({u"audit"_s, u"verify"_s});
        QVERIFY2(verified.exitCode == 0, (verified.output + verified.errors).constData());
    }

private:
    std::vector<std::string> postAll(const std::function<Json(const SigningDesk::Wallet&)>& documentOf)
    {
        std::vector<std::string> jobs;
        for (const auto& wallet : m_wallets) {
            const auto jobId =
                m_desk.backEnd().submit(m_desk.desk().relay().port(), dumpJson(documentOf(wallet)));
            jobs.push_back(jobId.value_or(std::string()));
        }
        const auto synced = m_desk.run({u"sync"_s, u"--once"_s});
        if (synced.exitCode != 0 || synced.json().value("applied", 0) != walletCount) {
            qWarning("sync: %s %s", synced.output.constData(), synced.errors.constData());
        }
        return jobs;
    }

    std::vector<std::string> postMessages()
    {
        // Each with a text of its own: the sandbox's ledger knows digests, not jobs.
        return postAll([this](const SigningDesk::Wallet& wallet) {
            return SigningDesk::document(wallet, "evm.message",
                                         {{"text", "kill " + std::to_string(++m_texts)}});
        });
    }

    /// Complete ones, so that no node is needed before they are signed.
    std::vector<std::string> postTransactions()
    {
        const int nonce = m_nonce++;
        return postAll([this, nonce](const SigningDesk::Wallet& wallet) {
            return SigningDesk::document(wallet, "evm.transaction",
                                         {{"transaction",
                                           {{"chainId", SigningDesk::chainId},
                                            {"to", recipient},
                                            {"value", std::to_string(++m_texts)},
                                            {"nonce", nonce},
                                            {"gasLimit", 21'000},
                                            {"maxFeePerGas", "5000000000"},
                                            {"maxPriorityFeePerGas", "1000000000"}}}},
                                         true);
        });
    }

    Processes approveAll(const std::vector<std::string>& jobs, const QStringList& options = {})
    {
        Processes processes;
        for (const std::string& jobId : jobs) {
            processes.push_back(m_desk.desk().cli().startInProfile(
                QStringList{u"jobs"_s, u"approve"_s, QString::fromStdString(jobId)} + options));
        }
        return processes;
    }

    static void killAll(const Processes& processes)
    {
        for (const auto& process : processes) {
            process->kill();
        }
        for (const auto& process : processes) {
            process->waitForFinished(patienceMs);
        }
    }

    void killWhileDynamicIsSilent(const std::vector<std::string>& jobs,
                                  const std::function<bool(const Row&)>& isThere)
    {
        const Paused sandbox(m_desk.desk().sandbox().processId());
        const auto processes = approveAll(jobs);
        QVERIFY(reached(jobs, processes, [&](const std::string& jobId) { return isThere(row(jobId)); }));
        killAll(processes);
    }

    /// Looks at the rows again and again, hardly pausing, until all jobs are there; false when a process
    /// ended before.
    bool reached(const std::vector<std::string>& jobs, const Processes& processes,
                 const std::function<bool(const std::string&)>& isThere) const
    {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < patienceMs) {
            std::size_t there = 0;
            for (std::size_t i = 0; i < jobs.size(); ++i) {
                if (isThere(jobs[i])) {
                    ++there;
                } else if (processes[i]->state() == QProcess::NotRunning ||
                           processes[i]->waitForFinished(0)) {
                    qWarning("ended as %s: %s", row(jobs[i]).state.c_str(),
                             processes[i]->readAllStandardError().constData());
                    return false;
                }
            }
            if (there == jobs.size()) {
                return true;
            }
            QThread::usleep(200);
        }
        return false;
    }

    Row row(const std::string& jobId) const
    {
        SQLite::Statement statement(
            m_database->handle(),
            "SELECT state, room_id, reported, coalesce(hex(signature), '') FROM job WHERE job_id = ?");
        statement.bind(1, jobId);
        if (!statement.executeStep()) {
            return {};
        }
        return {statement.getColumn(0).getString(), statement.getColumn(1).getString(),
                statement.getColumn(2).getString(), statement.getColumn(3).getString()};
    }

    QString lockOf(const std::string& jobId) const
    {
        return m_desk.desk().path(u"profile/job-"_s + QString::fromStdString(jobId.substr(0, 32)) +
                                  u".lock"_s);
    }

    /// What "jobs list" makes of what the kill left.
    std::map<std::string, std::string> listedStates() const
    {
        std::map<std::string, std::string> states;
        for (const Json& job : m_desk.run({u"jobs"_s, u"list"_s}).json()) {
            states[job.at("id").get<std::string>()] = job.at("state").get<std::string>();
        }
        return states;
    }

    void verifyStates(const std::vector<std::string>& jobs, const char* state) const
    {
        const auto states = listedStates();
        for (const std::string& jobId : jobs) {
            QVERIFY(states.contains(jobId));
            QCOMPARE(states.at(jobId), std::string(state));
        }
    }

    /// digest → how often it was signed.
    std::map<std::string, int> ledger()
    {
        std::map<std::string, int> times;
        for (const Json& entry : m_desk.ledger()) {
            std::string digest = entry.at("digest").get<std::string>();
            ++times[digest.starts_with("0x") ? digest : "0x" + digest];
        }
        return times;
    }

    std::vector<int> signedTimes(const std::vector<std::string>& jobs)
    {
        auto times = ledger();
        std::vector<int> counted;
        for (const std::string& jobId : jobs) {
            counted.push_back(times[digestOf(jobId)]);
        }
        return counted;
    }

    std::string digestOf(const std::string& jobId) const
    {
        const Json digest = m_desk.job(jobId).value("digest", Json());
        return digest.is_string() ? digest.get<std::string>() : std::string("none of ") + jobId;
    }

    void verifyEnded(const std::vector<std::string>& jobs, const Processes& processes, const char* state)
    {
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            QVERIFY(processes[i]->waitForFinished(patienceMs));
            QVERIFY2(processes[i]->exitCode() == 0, processes[i]->readAllStandardError().constData());
        }
        verifyStates(jobs, state);
    }

    /// Another "jobs approve" brings each to its end, signed once in all.
    void verifyCompleted(const std::vector<std::string>& jobs, const char* state, const QStringList& options)
    {
        verifyEnded(jobs, approveAll(jobs, options), state);
        QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 1));
    }

    /// What was stored before the kill is what is sent.
    void verifyBroadcastAsStored(const std::vector<std::string>& jobs)
    {
        std::vector<std::string> stored;
        for (const std::string& jobId : jobs) {
            stored.push_back(row(jobId).signature);
            QVERIFY(!stored.back().empty());
        }
        confirmAll(jobs);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            QCOMPARE(row(jobs[i]).signature, stored[i]);
        }
        QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 1));
    }

    void confirmAll(const std::vector<std::string>& jobs, const QStringList& options = {})
    {
        QVERIFY(m_desk.evm().mineEvery(300));
        verifyEnded(jobs, approveAll(jobs, QStringList{u"--wait"_s} + options), "confirmed");
        QVERIFY(m_desk.evm().mineEvery(0));
        for (const std::string& jobId : jobs) {
            QVERIFY(m_desk.evm().transaction(m_desk.job(jobId).at("hash").get<std::string>()).is_object());
        }
    }

    void verifyAfterRandomKills(const std::vector<std::string>& jobs, const Processes& processes,
                                const char* state)
    {
        for (const auto& process : processes) {
            QVERIFY(process->waitForFinished(patienceMs));
        }
        const auto states = listedStates();
        std::vector<std::string> plain;
        std::vector<std::string> interrupted;
        std::map<std::string, int> seen;
        for (const std::string& jobId : jobs) {
            const std::string& found = states.at(jobId);
            ++seen[found];
            QVERIFY2(found != "signing" && found != "failed", found.c_str());
            if (found == "interrupted") {
                interrupted.push_back(jobId);
                ++m_repeats[digestOf(jobId)];
            } else if (found != state) {
                plain.push_back(jobId);
            }
            // A signature that is stored was issued once; one that is not stored was issued once at most.
            const int times = signedTimes({jobId}).front();
            QVERIFY2(row(jobId).signature.empty() ? times <= 1 : times == 1, found.c_str());
        }
        for (const auto& [found, count] : seen) {
            qInfo("%d × %s", count, found.c_str());
        }
        if (std::string_view(state) == "confirmed") {
            confirmAll(plain);
            confirmAll(interrupted, {u"--again"_s});
        } else {
            verifyEnded(plain, approveAll(plain), state);
            verifyEnded(interrupted, approveAll(interrupted, {u"--again"_s}), state);
        }
    }

    // The profile's rows, read beside the program; written to only where a test says so.
    std::unique_ptr<Database> m_database;
    mutable SigningDesk m_desk;
    std::vector<SigningDesk::Wallet> m_wallets;
    std::map<std::string, int> m_repeats;
    std::mt19937 m_random{std::random_device{}()};
    int m_texts = 0;
    int m_nonce = 0;
};

QTEST_GUILESS_MAIN(SigningKillsTest)
#include "SigningKills_test.moc"
