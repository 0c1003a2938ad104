#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/relay/RelayJobsScene.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/TestDatabase.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <barrier>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

class RelayJobsAtOnceTest : public QObject, private RelayJobsScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString reason = TestDatabase::whyNot(); !reason.isEmpty()) {
            QSKIP(qPrintable(reason));
        }
    }

    void twoDesksAtOnceDoNotBothWin()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        for (int round = 0; round < 20; ++round) {
            const std::string job = submitter.submit(relay.process.port(), std::to_string(round)).value();
            std::array<int, 4> answers{};
            std::vector<std::thread> desks;
            for (std::size_t i = 0; i < answers.size(); ++i) {
                desks.emplace_back([&relay, &answers, &job, i] {
                    answers.at(i) = statusOf(relay.claim(job, "desk-" + std::to_string(i)));
                });
            }
            for (std::thread& desk : desks) {
                desk.join();
            }
            QCOMPARE(std::ranges::count(answers, 200), std::ptrdiff_t(1));
            QCOMPARE(std::ranges::count(answers, 409), std::ptrdiff_t(3));
        }
    }

    /// Desks with tokens of their own, on connections that are open already: nothing but the store decides.
    void claimsAtTheSameMoment()
    {
        RelayJobsRelay relay;
        constexpr std::size_t desks = 6;
        constexpr int rounds = 12;
        std::vector<std::string> jobs;
        for (int round = 0; round < rounds; ++round) {
            jobs.push_back(relay.submitter().submit(relay.process.port(), std::to_string(round)).value());
        }
        std::vector<std::string> tokens;
        for (std::size_t i = 0; i < desks; ++i) {
            tokens.push_back(relay.process.createToken(QStringLiteral("demo"), QStringLiteral("consumer")));
        }
        std::array<std::vector<int>, desks> answers;
        std::barrier start(static_cast<std::ptrdiff_t>(desks));
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < desks; ++i) {
            threads.emplace_back([&, i] {
                RawHttp connection(relay.process.port());
                for (const std::string& job : jobs) {
                    start.arrive_and_wait();
                    // Half of them under one name: the token tells them apart.
                    const std::string desk = i % 2 == 0 ? "desk" : "desk-" + std::to_string(i);
                    (void)connection.send(RawHttp::post("/v1/inboxes/demo/jobs/" + job + "/claim",
                                                        dumpJson({{"desk", desk}}),
                                                        "Authorization: Bearer " + tokens.at(i) + "\r\n"));
                    answers.at(i).push_back(statusOf(connection.receive()));
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (std::size_t round = 0; round < jobs.size(); ++round) {
            std::size_t won = 0;
            std::size_t refused = 0;
            for (const std::vector<int>& desk : answers) {
                won += desk.at(round) == 200 ? 1 : 0;
                refused += desk.at(round) == 409 ? 1 : 0;
            }
            QCOMPARE(won, std::size_t(1));
            QCOMPARE(refused, desks - 1);
        }
    }

    /// Either the withdrawal comes too late, or the desk is told of it.
    void aClaimAndAWithdrawalAtTheSameMoment()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        for (int round = 0; round < 12; ++round) {
            const std::string job = submitter.submit(relay.process.port(), std::to_string(round)).value();
            std::optional<RawResponse> withdrawn;
            std::barrier start(2);
            std::thread other([&] {
                start.arrive_and_wait();
                withdrawn = submitter.withdraw(relay.process.port(), job);
            });
            start.arrive_and_wait();
            const auto claimed = relay.claim(job, "desk-1");
            other.join();
            QCOMPARE(statusOf(claimed), 200);
            const Json claim = bodyOf(claimed);
            if (statusOf(withdrawn) == 409) {
                QVERIFY(!claim.contains("withdrawalSeq") && !claim.contains("withdrawalRequested"));
            } else {
                QCOMPARE(statusOf(withdrawn), 200);
                QVERIFY(claim.at("withdrawalSeq") == bodyOf(withdrawn).at("seq"));
            }
        }
    }

    void duplicatesAtTheSameMomentAreOne()
    {
        RelayJobsRelay relay;
        const JobSubmitter submitter = relay.submitter();
        const std::string envelope = submitter.envelopeOf("{}");
        std::array<std::optional<RawResponse>, 8> posted;
        std::barrier start(static_cast<std::ptrdiff_t>(posted.size()));
        std::vector<std::thread> threads;
        for (auto& answer : posted) {
            threads.emplace_back([&] {
                start.arrive_and_wait();
                answer = submitter.post(relay.process.port(), envelope);
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        std::array<int, posted.size()> statuses{};
        std::ranges::transform(posted, statuses.begin(), statusOf);
        QCOMPARE(std::ranges::count(statuses, 201), std::ptrdiff_t(1));
        QCOMPARE(std::ranges::count(statuses, 200), std::ptrdiff_t(posted.size() - 1));
        for (const auto& answer : posted) {
            QCOMPARE(answer->body, posted.front()->body);
        }
        QCOMPARE(relay.entries("after=0").at("entries").size(), std::size_t(1));
        // Two last words: the first counts.
        const std::string job = JobSubmitter::jobIdOf("{}");
        std::array<int, 2> last{};
        std::thread other([&] { last[0] = statusOf(relay.event(job, eventOf(job, "rejected", true))); });
        last[1] = statusOf(relay.event(job, eventOf(job, "expired", true)));
        other.join();
        QCOMPARE(std::ranges::count(last, 200), std::ptrdiff_t(1));
        QCOMPARE(std::ranges::count(last, 409), std::ptrdiff_t(1));
    }
};

COUNTERSIGN_GUILESS_TEST(RelayJobsAtOnceTest)
#include "RelayJobsAtOnce_test.moc"
