#include "tests/integration/signing/KilledApprovals.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QThread>

#include <algorithm>

namespace countersign::testing {

using namespace Qt::StringLiterals;

bool KilledApprovals::start(const char* chain)
{
    if (!m_desk.start()) {
        return false;
    }
    const Json made = m_desk.desk().delegate(chain, walletCount);
    for (const Json& one : made) {
        m_wallets.push_back({one.at("walletId").get<std::string>(), one.at("address").get<std::string>()});
    }
    if (m_wallets.size() != walletCount ||
        !m_desk.desk().syncUntil([&] { return m_desk.desk().wallets().size() == walletCount + 2; })) {
        return false;
    }
    const auto file = ProfilePaths(m_desk.desk().path(u"profile"_s).toStdString()).database();
    m_database = std::move(*Database::open(file, Database::Mode::ReadWrite));
    return true;
}

void KilledApprovals::takeFreshToken()
{
    const QString file = m_desk.desk().path(u"next-token"_s);
    writePrivateFile(file,
                     QByteArray::fromStdString(m_desk.desk().relay().createToken(u"desk"_s, u"consumer"_s)));
    QCOMPARE(m_desk.run({u"relay-token"_s, u"set"_s, u"--token-file"_s, file}).exitCode, 0);
}

KilledApprovals::Jobs KilledApprovals::postAll(
    const std::function<Json(const SigningDesk::Wallet&)>& documentOf)
{
    Jobs jobs;
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

KilledApprovals::Processes KilledApprovals::approveAll(const Jobs& jobs, const QStringList& options)
{
    Processes processes;
    for (const std::string& jobId : jobs) {
        processes.push_back(m_desk.desk().cli().startInProfile(
            QStringList{u"jobs"_s, u"approve"_s, QString::fromStdString(jobId)} + options));
    }
    return processes;
}

void KilledApprovals::killAll(const Processes& processes)
{
    for (const auto& process : processes) {
        process->kill();
    }
    for (const auto& process : processes) {
        process->waitForFinished(patienceMs);
    }
}

void KilledApprovals::inGroups(const Jobs& jobs, const std::function<void(const Jobs&)>& kill)
{
    constexpr std::size_t groupSize = 3;
    for (std::size_t from = 0; from < jobs.size(); from += groupSize) {
        const std::size_t until = std::min(from + groupSize, jobs.size());
        kill({jobs.begin() + static_cast<std::ptrdiff_t>(from),
              jobs.begin() + static_cast<std::ptrdiff_t>(until)});
    }
}

void KilledApprovals::killWhilePending(const Jobs& jobs)
{
    inGroups(jobs, [this](const Jobs& group) {
        const Paused relay(m_desk.desk().relay().processId());
        const auto processes = approveAll(group);
        // The claim is asked for once the job's lock is held.
        QVERIFY(reached(group, processes,
                        [this](const std::string& jobId) { return QFileInfo::exists(lockOf(jobId)); }));
        killAll(processes);
    });
}

void KilledApprovals::killWhileApproved(const Jobs& jobs)
{
    // As before the first ceremony of a wallet: it is looked up at Dynamic while the job is approved.
    m_database->handle().exec("DELETE FROM wallet_path");
    killWhileDynamicIsSilent(jobs, [](const Row& row) { return row.state == "approved"; });
}

void KilledApprovals::killWhileSigningBeforeARoom(const Jobs& jobs)
{
    killWhileDynamicIsSilent(jobs,
                             [](const Row& row) { return row.state == "signing" && row.roomId.empty(); });
}

void KilledApprovals::killInTheRoom(const Jobs& jobs)
{
    QVERIFY(m_desk.plan({{"enclave", "silence"}, {"times", walletCount}}));
    const auto processes = approveAll(jobs);
    QVERIFY(
        reached(jobs, processes, [this](const std::string& jobId) { return !row(jobId).roomId.empty(); }));
    killAll(processes);
    QVERIFY(m_desk.plan({{"enclave", nullptr}}));
}

void KilledApprovals::killWhileSigned(const Jobs& jobs, const ChainNode& node)
{
    inGroups(jobs, [&](const Jobs& group) {
        const Paused silent(node.processId());
        const auto processes = approveAll(group);
        QVERIFY(reached(group, processes,
                        [this](const std::string& jobId) { return row(jobId).state == "signed"; }));
        killAll(processes);
    });
}

void KilledApprovals::killWhileBroadcast(const Jobs& jobs)
{
    const auto processes = approveAll(jobs, {u"--wait"_s});
    QVERIFY(reached(jobs, processes,
                    [this](const std::string& jobId) { return row(jobId).state == "broadcast"; }));
    killAll(processes);
}

void KilledApprovals::killWhileReporting(const Jobs& jobs)
{
    for (const std::string& jobId : jobs) {
        // A program that reports for others may report this job's state, too; its own program then still
        // waits for an answer when the relay falls silent, gives up, and is started again.
        int attempts = 5;
        while (attempts > 0 && !killWhileReporting(jobId)) {
            --attempts;
        }
        QVERIFY2(attempts > 0, jobId.c_str());
    }
}

bool KilledApprovals::killWhileReporting(const std::string& jobId)
{
    std::optional<Paused> sandbox(m_desk.desk().sandbox().processId());
    const auto processes = approveAll({jobId});
    // The relay has to hear of the ceremony before it begins; what comes of it, it does not hear.
    bool isThere =
        reached({jobId}, processes, [this](const std::string& id) { return row(id).reported == "signing"; });
    if (isThere) {
        const Paused relay(m_desk.desk().relay().processId());
        sandbox.reset();
        isThere =
            reached({jobId}, processes, [this](const std::string& id) { return row(id).state == "signed"; });
    }
    killAll(processes);
    return isThere;
}

KilledApprovals::Processes KilledApprovals::killSoonAfterTheRoom(const Jobs& jobs)
{
    auto processes = approveAll(jobs);
    std::vector<bool> killed(jobs.size());
    std::uniform_int_distribution delay(0, 40);
    const bool all = reached(jobs, processes, [&, index = std::size_t(0)](const std::string& jobId) mutable {
        const std::size_t mine = index++ % jobs.size();
        if (!killed[mine] && !row(jobId).roomId.empty()) {
            QThread::msleep(static_cast<unsigned long>(delay(m_random)));
            processes[mine]->kill();
            killed[mine] = true;
        }
        return static_cast<bool>(killed[mine]);
    });
    if (!all) {
        QTest::qFail("not all jobs came into their room", __FILE__, __LINE__);
    }
    return processes;
}

KilledApprovals::Processes KilledApprovals::killAtRandomMoments(const Jobs& jobs, const QStringList& options)
{
    auto processes = approveAll(jobs, options);
    // The first hardly begin, the last are about to end.
    std::uniform_int_distribution pause(0, 300);
    for (const auto& process : processes) {
        QThread::msleep(static_cast<unsigned long>(pause(m_random)));
        process->kill();
    }
    return processes;
}

void KilledApprovals::killWhileDynamicIsSilent(const Jobs& jobs,
                                               const std::function<bool(const Row&)>& isThere)
{
    inGroups(jobs, [&](const Jobs& group) {
        const Paused sandbox(m_desk.desk().sandbox().processId());
        const auto processes = approveAll(group);
        QVERIFY(reached(group, processes, [&](const std::string& jobId) { return isThere(row(jobId)); }));
        killAll(processes);
    });
}

bool KilledApprovals::reached(const Jobs& jobs, const Processes& processes,
                              const std::function<bool(const std::string&)>& isThere) const
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < patienceMs) {
        std::size_t there = 0;
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            if (isThere(jobs[i])) {
                ++there;
            } else if (processes[i]->state() == QProcess::NotRunning || processes[i]->waitForFinished(0)) {
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

KilledApprovals::Row KilledApprovals::row(const std::string& jobId) const
{
    SQLite::Statement statement(
        m_database->handle(),
        "SELECT state, room_id, reported, coalesce(hex(signature), ''), hash FROM job WHERE job_id = ?");
    statement.bind(1, jobId);
    if (!statement.executeStep()) {
        return {};
    }
    return {statement.getColumn(0).getString(), statement.getColumn(1).getString(),
            statement.getColumn(2).getString(), statement.getColumn(3).getString(),
            statement.getColumn(4).getString()};
}

QString KilledApprovals::lockOf(const std::string& jobId) const
{
    return m_desk.desk().path(u"profile/job-"_s + QString::fromStdString(jobId.substr(0, 32)) + u".lock"_s);
}

std::map<std::string, std::string> KilledApprovals::listedStates() const
{
    std::map<std::string, std::string> states;
    for (const Json& job : m_desk.run({u"jobs"_s, u"list"_s}).json()) {
        states[job.at("id").get<std::string>()] = job.at("state").get<std::string>();
    }
    return states;
}

std::map<std::string, int> KilledApprovals::ledger()
{
    std::map<std::string, int> times;
    for (const Json& entry : m_desk.ledger()) {
        std::string digest = entry.at("digest").get<std::string>();
        ++times[digest.starts_with("0x") ? digest : "0x" + digest];
    }
    return times;
}

std::vector<int> KilledApprovals::signedTimes(const Jobs& jobs)
{
    auto times = ledger();
    std::vector<int> counted;
    for (const std::string& jobId : jobs) {
        counted.push_back(times[digestOf(jobId)]);
    }
    return counted;
}

std::string KilledApprovals::digestOf(const std::string& jobId) const
{
    SQLite::Statement statement(m_database->handle(),
                                "SELECT '0x' || lower(hex(digest)) FROM job WHERE job_id = ?");
    statement.bind(1, jobId);
    const bool isKnown = statement.executeStep() && !statement.getColumn(0).isNull();
    return isKnown ? statement.getColumn(0).getString() : std::string("none of ") + jobId;
}

void KilledApprovals::verifyStates(const Jobs& jobs, const char* state) const
{
    const auto states = listedStates();
    for (const std::string& jobId : jobs) {
        QVERIFY(states.contains(jobId));
        QCOMPARE(states.at(jobId), std::string(state));
    }
}

void KilledApprovals::verifyEnded(const Jobs& jobs, const Processes& processes, const char* state)
{
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        QVERIFY(processes[i]->waitForFinished(patienceMs));
        QVERIFY2(processes[i]->exitCode() == 0, processes[i]->readAllStandardError().constData());
    }
    verifyStates(jobs, state);
}

void KilledApprovals::verifyCompleted(const Jobs& jobs, const char* state, const QStringList& options)
{
    verifyEnded(jobs, approveAll(jobs, options), state);
    QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 1));
}

void KilledApprovals::verifyInterrupted(const Jobs& jobs)
{
    verifyStates(jobs, "interrupted");
    const auto refused = approveAll(jobs);
    for (const auto& process : refused) {
        QVERIFY(process->waitForFinished(patienceMs));
        QCOMPARE(process->exitCode(), 3);
    }
    QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 0));
    verifyCompleted(jobs, "signed", {u"--again"_s});
}

void KilledApprovals::verifyReported(const Jobs& jobs)
{
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

void KilledApprovals::verifyBroadcastAsStored(const Jobs& jobs,
                                              const std::function<void(const Jobs&)>& confirm)
{
    std::vector<std::string> stored;
    for (const std::string& jobId : jobs) {
        stored.push_back(row(jobId).signature);
        QVERIFY(!stored.back().empty());
    }
    confirm(jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        QCOMPARE(row(jobs[i]).signature, stored[i]);
    }
    QVERIFY(signedTimes(jobs) == std::vector<int>(jobs.size(), 1));
}

void KilledApprovals::verifyAfterRandomKills(
    const Jobs& jobs, const Processes& processes, const char* state,
    const std::function<void(const Jobs&, const QStringList&)>& finish)
{
    for (const auto& process : processes) {
        QVERIFY(process->waitForFinished(patienceMs));
    }
    const auto states = listedStates();
    const auto times = signedTimes(jobs);
    Jobs plain;
    Jobs interrupted;
    std::map<std::string, int> seen;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const std::string& found = states.at(jobs[i]);
        ++seen[found];
        QVERIFY2(found != "signing" && found != "failed", found.c_str());
        if (found == "interrupted") {
            interrupted.push_back(jobs[i]);
            ++m_repeats[digestOf(jobs[i])];
        } else if (found != state) {
            plain.push_back(jobs[i]);
        }
        // A signature that is stored was issued once; one that is not stored was issued once at most.
        QVERIFY2(row(jobs[i]).signature.empty() ? times[i] <= 1 : times[i] == 1, found.c_str());
    }
    for (const auto& [found, count] : seen) {
        qInfo("%d × %s", count, found.c_str());
    }
    finish(plain, {});
    finish(interrupted, {u"--again"_s});
}

void KilledApprovals::verifyNothingElseHappened()
{
    for (const auto& [digest, times] : ledger()) {
        QVERIFY2(times <= 1 + m_repeats[digest], digest.c_str());
    }
    const auto verified = m_desk.run({u"audit"_s, u"verify"_s});
    QVERIFY2(verified.exitCode == 0, (verified.output + verified.errors).constData());
}

}  // namespace countersign::testing
