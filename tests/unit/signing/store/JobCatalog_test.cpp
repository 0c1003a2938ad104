#include "core/signing/store/JobCatalog.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Jobs "a…", "b…", … of which the store knows only what matters here.
struct JobCatalogScene : SigningScene
{
    JobCatalog catalog{*profile.database};

    std::string add(char letter, JobState state, bool broadcast = false, const std::string& reason = {},
                    const std::string& chain = "EVM")
    {
        NewJob job;
        job.jobId = std::string(64, letter);
        job.walletId = std::string("wallet-") + letter;
        job.chain = chain;
        job.address = "0xAddress";
        job.kind = JobKind::EvmTransaction;
        job.broadcast = broadcast;
        job.reason = reason;
        job.createdAt = ++made;
        job.expiresAt = 1000 - made;
        const Bytes document{1};
        job.document = document;
        (void)*store.add(job, state);
        return job.jobId;
    }

    std::string letters(const JobFilter& filter, const JobOrder& order = {})
    {
        const auto ids = catalog.ids(filter, order);
        const auto jobs = catalog.rows(*ids);
        std::string found;
        for (const Job& job : *jobs) {
            found += job.jobId.front();
        }
        return found;
    }

    int made = 0;
};

}  // namespace

class JobCatalogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void groups()
    {
        JobCatalogScene scene;
        scene.add('1', JobState::Pending);
        scene.add('2', JobState::Interrupted);
        scene.add('3', JobState::Approved);
        scene.add('4', JobState::Signing);
        scene.add('5', JobState::Signed, true);
        scene.add('6', JobState::Broadcast, true);
        scene.add('7', JobState::Signed, false);
        scene.add('8', JobState::Failed);
        scene.add('9', JobState::Withdrawn);
        const JobOrder oldest{JobOrder::Column::Created, false};
        QCOMPARE(scene.letters({.group = JobFilter::Group::Waiting}, oldest), std::string("12"));
        QCOMPARE(scene.letters({.group = JobFilter::Group::Running}, oldest), std::string("3456"));
        QCOMPARE(scene.letters({.group = JobFilter::Group::Done}, oldest), std::string("789"));
        QCOMPARE(scene.letters({}, oldest), std::string("123456789"));
        const auto counts = scene.catalog.counts();
        QCOMPARE(counts->waiting, 2);
        QCOMPARE(counts->running, 4);
        QCOMPARE(counts->done, 3);
        // The rows say the same of themselves.
        const auto running = scene.catalog.firstRows({.group = JobFilter::Group::Running}, {}, 100);
        for (const Job& job : *running) {
            QVERIFY(isRunning(job.state, job.broadcast));
        }
        const auto done = scene.catalog.firstRows({.group = JobFilter::Group::Done}, {}, 100);
        for (const Job& job : *done) {
            QVERIFY(isDone(job.state, job.broadcast));
        }
    }

    void filters()
    {
        JobCatalogScene scene;
        scene.add('1', JobState::Pending, false, "pay 100% of it");
        scene.add('2', JobState::Pending, false, "pay_half", "SVM");
        scene.add('3', JobState::Rejected, false, "pay nothing");
        const JobOrder oldest{JobOrder::Column::Created, false};
        QCOMPARE(scene.letters({.state = JobState::Rejected}, oldest), std::string("3"));
        QCOMPARE(scene.letters({.chain = "svm"}, oldest), std::string("2"));
        QCOMPARE(scene.letters({.walletId = "wallet-3"}, oldest), std::string("3"));
        QCOMPARE(scene.letters({.walletId = "wallet-"}, oldest), std::string());
        QCOMPARE(scene.letters({.text = "PAY"}, oldest), std::string("123"));
        QCOMPARE(scene.letters({.text = "%"}, oldest), std::string("1"));
        QCOMPARE(scene.letters({.text = "_"}, oldest), std::string("2"));
        QCOMPARE(scene.letters({.text = "2222"}, oldest), std::string("2"));
        QCOMPARE(
            scene.letters({.group = JobFilter::Group::Waiting, .chain = "EVM", .text = "wallet-1"}, oldest),
            std::string("1"));
        QCOMPARE(scene.catalog.ids({.text = std::string(513, 'x')}, {}).error().code,
                 ErrorCode::InvalidInput);
    }

    void orders()
    {
        JobCatalogScene scene;
        for (const char letter : {'1', '2', '3'}) {
            scene.add(letter, letter == '2' ? JobState::Approved : JobState::Pending);
        }
        QCOMPARE(scene.letters({}), std::string("321"));
        QCOMPARE(scene.letters({}, {JobOrder::Column::Expires, false}), std::string("321"));
        QCOMPARE(scene.letters({}, {JobOrder::Column::Wallet, false}), std::string("123"));
        QCOMPARE(scene.letters({}, {JobOrder::Column::State, false}), std::string("213"));
        // Equal values are ordered by the row, in the same direction.
        QCOMPARE(scene.letters({}, {JobOrder::Column::Submitter, true}), std::string("321"));
        QCOMPARE(scene.catalog.firstRows({}, {}, 2)->size(), std::size_t{2});
        QCOMPARE(scene.catalog.firstRows({}, {}, -1)->size(), std::size_t{0});
    }

    void rowsKeepTheOrderOfIds()
    {
        JobCatalogScene scene;
        for (const char letter : {'1', '2', '3'}) {
            scene.add(letter, JobState::Pending);
        }
        const auto rows = scene.catalog.rows(std::array<std::int64_t, 3>{3, 99, 1});
        QCOMPARE(rows->size(), std::size_t{2});
        QCOMPARE(rows->front().id, 3);
        QCOMPARE(scene.catalog.rows(std::vector<std::int64_t>(1001, 1)).error().code,
                 ErrorCode::InvalidInput);
    }

    void findsByABeginning()
    {
        JobCatalogScene scene;
        const std::string jobId = scene.add('a', JobState::Pending);
        scene.add('b', JobState::Pending);
        QCOMPARE(scene.catalog.find(jobId)->jobId, jobId);
        QCOMPARE(scene.catalog.find("aaaaaaaa")->jobId, jobId);
        for (const char* text : {"", "aaaaaaa", "AAAAAAAA", "cccccccc", "aaaaaaa%", "aaaaaaaag"}) {
            QCOMPARE(scene.catalog.find(text).error().code, ErrorCode::NotFound);
        }
        QCOMPARE(scene.catalog.find(jobId + "a").error().code, ErrorCode::NotFound);
        scene.profile.database->handle().exec("UPDATE job SET job_id = '" + std::string(63, 'a') +
                                              "f' WHERE job_id LIKE 'b%'");
        QCOMPARE(scene.catalog.find("aaaaaaaa").error().code, ErrorCode::NotFound);
        QVERIFY(scene.catalog.find("aaaaaaaa").error().sentence.contains(QStringLiteral("digits")));
        QCOMPARE(scene.catalog.find(jobId)->jobId, jobId);
    }

    void stepsAreOldestFirst()
    {
        JobCatalogScene scene;
        const std::string jobId = scene.add('a', JobState::Pending);
        scene.profile.clock.advance(std::chrono::seconds(1));
        JobChange change;
        change.note = "because";
        (void)*scene.store.move(jobId, std::array{JobState::Pending}, JobState::Rejected, change);
        const auto steps = scene.catalog.steps(scene.store.load(jobId)->id);
        QCOMPARE(steps->size(), std::size_t{2});
        QCOMPARE(steps->front().state, JobState::Pending);
        QCOMPARE(steps->back().state, JobState::Rejected);
        QCOMPARE(steps->back().note, std::string("because"));
        QCOMPARE(steps->back().at - steps->front().at, 1000);
        QVERIFY(scene.catalog.steps(12345)->empty());
    }
};

COUNTERSIGN_GUILESS_TEST(JobCatalogTest)
#include "JobCatalog_test.moc"
