#include "services/relay/store/GroupCommitter.h"

#include "services/http/server/HttpServer.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <atomic>
#include <future>

using namespace countersign;
using namespace countersign::relay;

namespace {

/// Remembers the size of each transaction; the first can be held up, so that a queue forms behind it.
class RecordingStore final : public RelayStore
{
public:
    struct Shared
    {
        std::mutex mutex;
        std::vector<std::size_t> transactions;
        std::vector<std::size_t> jobTransactions;
        std::promise<void> entered;
        std::promise<void> proceed;
        int removals = 0;
        bool failing = false;
    };

    explicit RecordingStore(Shared& shared) : m_shared(shared) {}

    Result<std::vector<std::int64_t>> append(std::span<const NewEntry> entries) override
    {
        bool first = false;
        {
            const std::lock_guard lock(m_shared.mutex);
            m_shared.transactions.push_back(entries.size());
            first = m_shared.transactions.size() == 1;
        }
        if (first) {
            m_shared.entered.set_value();
            m_shared.proceed.get_future().wait();
        }
        if (m_shared.failing) {
            return failure(ErrorCode::Storage, {});
        }
        std::vector<std::int64_t> numbers;
        for (const NewEntry& entry : entries) {
            numbers.push_back(entry.inbox <= 0 ? entry.inbox : ++m_last);
        }
        return numbers;
    }

    Result<std::vector<JobAnswer>> changeJobs(std::span<const JobChange> changes) override
    {
        if (m_shared.failing) {
            return failure(ErrorCode::Storage, {});
        }
        const std::lock_guard lock(m_shared.mutex);
        m_shared.jobTransactions.push_back(changes.size());
        std::vector<JobAnswer> answers(changes.size());
        for (JobAnswer& answer : answers) {
            answer.seq = ++m_last;
        }
        return answers;
    }
    Result<JobStatus> findJob(InboxId, const std::string&, const std::string&) override { return unused(); }
    Status noteConsumers(std::span<const ConsumerPosition>) override { return unused(); }
    Result<Removed> removeOld(const Retention&) override
    {
        const std::lock_guard lock(m_shared.mutex);
        ++m_shared.removals;
        return Removed();
    }

    Status probeWrite(UnixMillis) override
    {
        return m_shared.failing ? Status(failure(ErrorCode::Storage, {})) : Status();
    }
    Result<InboxRecord> createInbox(const std::string&, const SecretBytes&, UnixMillis) override
    {
        return unused();
    }
    Result<std::vector<InboxRecord>> inboxes() override { return unused(); }
    Status setWebhookSecret(const std::string&, const SecretBytes&) override { return unused(); }
    Result<TokenRecord> addToken(const std::string&, TokenRole, BytesView, UnixMillis) override
    {
        return unused();
    }
    Result<std::vector<TokenRecord>> tokens() override { return unused(); }
    Status revokeToken(const std::string&, UnixMillis) override { return unused(); }
    Result<std::int64_t> directoryVersion() override { return unused(); }
    Result<DirectoryContents> directory() override { return unused(); }
    Result<EntryPage> read(InboxId, std::int64_t, std::size_t, std::size_t) override { return unused(); }

private:
    static tl::unexpected<Error> unused() { return failure(ErrorCode::Unsupported, {}); }

    Shared& m_shared;
    std::int64_t m_last = 0;
};

NewEntry groupCommitterEntryOf(InboxId inbox, std::size_t size = 1)
{
    NewEntry entry;
    entry.inbox = inbox;
    entry.body = std::string(size, 'x');
    return entry;
}

struct Answers
{
    std::mutex mutex;
    std::vector<Result<std::int64_t>> all;

    GroupCommitter::Done collect()
    {
        return [this](Result<std::int64_t> answer) {
            const std::lock_guard lock(mutex);
            all.push_back(std::move(answer));
        };
    }
};

}  // namespace

class GroupCommitterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWaitsSharesOneTransaction()
    {
        RecordingStore::Shared shared;
        RelayMetrics metrics;
        Answers answers;
        std::atomic<std::size_t> woken = 0;
        {
            GroupCommitter committer(std::make_unique<RecordingStore>(shared), {}, metrics,
                                     [&woken](std::span<const InboxId> inboxes) { woken += inboxes.size(); });
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            shared.entered.get_future().wait();
            for (int i = 0; i < 100; ++i) {
                QVERIFY(committer.submit(groupCommitterEntryOf(i == 50   ? noSuchInbox
                                                               : i == 60 ? noRoomInInbox
                                                                         : 1),
                                         answers.collect()));
            }
            shared.proceed.set_value();
        }
        QCOMPARE(shared.transactions, (std::vector<std::size_t>{1, 100}));
        QCOMPARE(answers.all.size(), std::size_t(101));
        QCOMPARE(answers.all.at(0).value(), std::int64_t(1));
        QVERIFY(answers.all.at(51).error().code == ErrorCode::NotFound);
        // The unknown inbox used up no number.
        QCOMPARE(answers.all.at(52).value(), std::int64_t(52));
        QVERIFY(answers.all.at(61).error().code == ErrorCode::Denied);
        // Those that were stored.
        QCOMPARE(woken.load(), std::size_t(99));
        const std::string text = metrics.toPrometheus({}, 0);
        QVERIFY(text.find("countersign_relay_commits_total 2\n") != std::string::npos);
        QVERIFY(text.find("countersign_relay_committed_entries_total 99\n") != std::string::npos);
        QVERIFY(text.find("countersign_relay_queue_entries 0\n") != std::string::npos);
    }

    void jobsShareTransactionsAndTheQueue()
    {
        RecordingStore::Shared shared;
        RelayMetrics metrics;
        Answers answers;
        std::vector<Result<JobAnswer>> jobs;
        std::vector<InboxId> woken;
        const auto collect = [&jobs](Result<JobAnswer> answer) { jobs.push_back(std::move(answer)); };
        SubmitJob job;
        job.inbox = 7;
        job.envelope = std::string(40, 'x');
        {
            GroupCommitter committer(std::make_unique<RecordingStore>(shared), {3, 100, 10}, metrics,
                                     [&woken](std::span<const InboxId> inboxes) {
                                         woken.insert(woken.end(), inboxes.begin(), inboxes.end());
                                     });
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            shared.entered.get_future().wait();
            QVERIFY(committer.submit(JobChange(job), collect));
            QVERIFY(committer.submit(JobChange(job), collect));
            QVERIFY(!committer.submit(JobChange(job), collect));
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            QVERIFY(!committer.submit(groupCommitterEntryOf(1), answers.collect()));
            shared.proceed.set_value();
        }
        QCOMPARE(shared.jobTransactions, (std::vector<std::size_t>{2}));
        QCOMPARE(jobs.size(), std::size_t(2));
        QVERIFY(jobs.at(0)->seq < jobs.at(1)->seq);
        QCOMPARE(woken, (std::vector<InboxId>{1, 1, 7, 7}));
        QVERIFY(metrics.toPrometheus({}, 0).find("countersign_relay_queue_bytes 0\n") != std::string::npos);
    }

    void theQueueIsBoundedByCountAndBytes()
    {
        RecordingStore::Shared shared;
        RelayMetrics metrics;
        Answers answers;
        {
            GroupCommitter committer(std::make_unique<RecordingStore>(shared), {3, 100, 2}, metrics,
                                     [](std::span<const InboxId>) {});
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            shared.entered.get_future().wait();
            QVERIFY(committer.submit(groupCommitterEntryOf(1, 60), answers.collect()));
            QVERIFY(!committer.submit(groupCommitterEntryOf(1, 41), answers.collect()));
            QVERIFY(committer.submit(groupCommitterEntryOf(1, 20), answers.collect()));
            QVERIFY(committer.submit(groupCommitterEntryOf(1, 20), answers.collect()));
            QVERIFY(!committer.submit(groupCommitterEntryOf(1, 0), answers.collect()));
            shared.proceed.set_value();
        }
        QCOMPARE(shared.transactions, (std::vector<std::size_t>{1, 2, 1}));
        QCOMPARE(answers.all.size(), std::size_t(4));
    }

    void housekeepingRunsBetweenCommits()
    {
        RecordingStore::Shared shared;
        RelayMetrics metrics;
        Answers answers;
        {
            GroupCommitter committer(std::make_unique<RecordingStore>(shared), {}, metrics,
                                     [](std::span<const InboxId>) {});
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            shared.entered.get_future().wait();
            committer.run([](RelayStore& store) { (void)store.removeOld({}); });
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            {
                const std::lock_guard lock(shared.mutex);
                QCOMPARE(shared.removals, 0);
            }
            shared.proceed.set_value();
        }
        QCOMPARE(shared.removals, 1);
        QCOMPARE(answers.all.size(), std::size_t(2));
    }

    void aFailingStoreAnswersEverybody()
    {
        RecordingStore::Shared shared;
        shared.failing = true;
        RelayMetrics metrics;
        Answers answers;
        bool probed = false;
        {
            GroupCommitter committer(std::make_unique<RecordingStore>(shared), {}, metrics,
                                     [](std::span<const InboxId>) { QFAIL("Nothing was committed."); });
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            QVERIFY(committer.submit(groupCommitterEntryOf(1), answers.collect()));
            committer.probe(1, [&probed](const Status& status) { probed = !status.has_value(); });
            shared.proceed.set_value();
        }
        QVERIFY(probed);
        QCOMPARE(answers.all.size(), std::size_t(2));
        for (const auto& answer : answers.all) {
            QVERIFY(answer.error().code == ErrorCode::Storage);
        }
        QVERIFY(metrics.toPrometheus({}, 0).find("countersign_relay_commit_failures_total 0\n") ==
                std::string::npos);
    }
};

COUNTERSIGN_GUILESS_TEST(GroupCommitterTest)
#include "GroupCommitter_test.moc"
