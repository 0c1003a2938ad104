#include "core/policy/approvals/ApprovalCount.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;
using namespace countersign::samples;

namespace {

using Decision = ApprovalDecision;
using Doubt = ApprovalDoubt;

struct CountScene
{
    Person anna{"Anna"};
    Person ben{"Ben"};
    Person eve{"Eve"};  // nobody registered her

    ApprovalQuestion question() const
    {
        ApprovalQuestion asked;
        asked.jobId = hashOf('a');
        asked.digest = sampleDigest();
        asked.explanation = hashOf('e');
        asked.policy = hashOf('b');
        asked.createdAt = noon - hour;
        asked.now = noon + hour;
        asked.expiryHours = 24;
        asked.need = 2;
        asked.operators = {anna.registered({"treasury"}), ben.registered({"board", "desk-2"})};
        return asked;
    }
};

/// "counts" or why not, of each.
QStringList verdicts(const ApprovalCount& count)
{
    QStringList list;
    for (const CountedApproval& one : count.statements) {
        list << (one.why ? QString::fromStdString(std::string(toText(*one.why))) : QStringLiteral("counts"));
    }
    return list;
}

std::optional<Doubt> doubtAbout(const ApprovalQuestion& question, const ApprovalStatement& statement)
{
    return countApprovals(question, {&statement, 1}).statements.front().why;
}

}  // namespace

class ApprovalCountTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsPeople()
    {
        const CountScene scene;
        const auto none = countApprovals(scene.question(), {});
        QCOMPARE(none.have, 0);
        QVERIFY(!none.isReached() && !none.isRejected);
        const std::vector both = {saidBy(scene.anna), saidBy(scene.ben)};
        const auto count = countApprovals(scene.question(), both);
        QCOMPARE(count.have, 2);
        QCOMPARE(count.need, 2);
        QVERIFY(count.isReached());
        QCOMPARE(count.statements.front().name, std::string("Anna"));
        QCOMPARE(count.statements.front().statement, both.front());
        QVERIFY(!countApprovals(scene.question(), {both.data(), 1}).isReached());
    }

    void countsWhatIsAboutThisAlone()
    {
        const CountScene scene;
        const auto asked = scene.question();
        ApprovalStatement statement = saidBy(scene.anna);
        QVERIFY(!doubtAbout(asked, statement));
        statement.jobId = hashOf('c');
        QVERIFY(doubtAbout(asked, statement) == Doubt::AnotherJob);
        statement = saidBy(scene.anna);
        statement.digest = sampleDigest(0xd2);
        QVERIFY(doubtAbout(asked, statement) == Doubt::AnotherDigest);
        statement = saidBy(scene.anna);
        statement.explanation = hashOf('f');
        QVERIFY(doubtAbout(asked, statement) == Doubt::AnotherExplanation);
        statement = saidBy(scene.anna);
        statement.policy = hashOf('f');
        QVERIFY(doubtAbout(asked, statement) == Doubt::AnotherPolicy);
    }

    void timesHaveEdges()
    {
        const CountScene scene;
        auto asked = scene.question();
        const auto at = [&](UnixMillis time) {
            return doubtAbout(asked, saidBy(scene.anna, Decision::Approve, time));
        };
        QVERIFY(!at(asked.createdAt));
        QVERIFY(at(asked.createdAt - 1) == Doubt::BeforeTheJob);
        QVERIFY(!at(asked.now + 5 * 60 * 1000));
        QVERIFY(at(asked.now + 5 * 60 * 1000 + 1) == Doubt::FromTheFuture);
        asked.createdAt = 0;
        QVERIFY(!at(asked.now - 24 * hour));
        QVERIFY(at(asked.now - 24 * hour - 1) == Doubt::TooOld);
        asked.expiryHours = 1;
        QVERIFY(!at(noon));
        QVERIFY(at(noon - 1) == Doubt::TooOld);
        asked.expiryHours.reset();
        QVERIFY(!at(0));
    }

    void countsWhomThisDeskKnows()
    {
        const CountScene scene;
        auto asked = scene.question();
        const auto count = countApprovals(asked, std::vector{saidBy(scene.eve)});
        QCOMPARE(verdicts(count), QStringList{QStringLiteral("unknown operator")});
        QVERIFY(count.statements.front().name.empty());
        // Removed: at once.
        QVERIFY(!doubtAbout(asked, saidBy(scene.ben)));
        asked.operators.pop_back();
        QVERIFY(doubtAbout(asked, saidBy(scene.ben)) == Doubt::UnknownOperator);
        // Even saying no.
        QVERIFY(!countApprovals(asked, std::vector{saidBy(scene.ben, Decision::Reject)}).isRejected);
    }

    void countsWhomThePolicyAsks()
    {
        const CountScene scene;
        auto asked = scene.question();
        const auto asks = [&](const std::vector<std::string>& from, const Person& who) {
            asked.from = from;
            return doubtAbout(asked, saidBy(who)) != Doubt::NotAsked;
        };
        QVERIFY(asks({"Anna"}, scene.anna) && !asks({"Anna"}, scene.ben));
        QVERIFY(asks({"board"}, scene.ben) && !asks({"board"}, scene.anna));
        QVERIFY(asks({"treasury", "Ben"}, scene.anna) && asks({"treasury", "Ben"}, scene.ben));
        QVERIFY(!asks({"nobody"}, scene.anna) && !asks({"anna"}, scene.anna) && !asks({""}, scene.anna));
        // Anybody may say no.
        asked.from = {"Ben"};
        QVERIFY(countApprovals(asked, std::vector{saidBy(scene.anna, Decision::Reject)}).isRejected);
    }

    void notTheInitiators()
    {
        const CountScene scene;
        auto asked = scene.question();
        asked.initiator = scene.anna.key;
        const auto count = countApprovals(asked, std::vector{saidBy(scene.anna), saidBy(scene.ben)});
        QCOMPARE(verdicts(count),
                 (QStringList{QStringLiteral("the initiator's own"), QStringLiteral("counts")}));
        QCOMPARE(count.have, 1);
    }

    void onePersonCountsOnce()
    {
        const CountScene scene;
        const std::vector twice = {saidBy(scene.anna, Decision::Approve, noon),
                                   saidBy(scene.anna, Decision::Approve, noon + 1)};
        const auto count = countApprovals(scene.question(), twice);
        QCOMPARE(verdicts(count), (QStringList{QStringLiteral("a repetition"), QStringLiteral("counts")}));
        QCOMPARE(count.have, 1);
        // The very same, and two of one moment.
        const std::vector same = {twice.front(), twice.front(), twice.front()};
        QCOMPARE(countApprovals(scene.question(), same).have, 1);
    }

    void whatIsSaidLaterHolds()
    {
        const CountScene scene;
        auto asked = scene.question();
        const auto first = saidBy(scene.anna, Decision::Approve, noon);
        auto other = saidBy(scene.anna, Decision::Approve, noon + 1);
        other.digest = sampleDigest(0xd2);
        const auto count = countApprovals(asked, std::vector{first, other});
        QCOMPARE(verdicts(count),
                 (QStringList{QStringLiteral("a repetition"), QStringLiteral("another digest")}));
        // What is about another job, or still to come, replaces nothing.
        other.jobId = hashOf('c');
        QCOMPARE(countApprovals(asked, std::vector{first, other}).have, 1);
        const auto future = saidBy(scene.anna, Decision::Approve, asked.now + hour);
        QCOMPARE(verdicts(countApprovals(asked, std::vector{first, future})),
                 (QStringList{QStringLiteral("counts"), QStringLiteral("from the future")}));
    }

    void isTakenBack()
    {
        const CountScene scene;
        const auto asked = scene.question();
        const auto approved = saidBy(scene.anna, Decision::Approve, noon);
        auto taken = saidBy(scene.anna, Decision::Withdraw, noon + 1);
        const QStringList both = {QStringLiteral("withdrawn"), QStringLiteral("a withdrawal")};
        QCOMPARE(verdicts(countApprovals(asked, std::vector{approved, taken})), both);
        // Whatever the operator was told when taking it back, at the same moment, and by a clock that is
        // fast.
        taken.digest = sampleDigest(0xd2);
        taken.explanation = hashOf('0');
        taken.policy = hashOf('0');
        taken.at = noon;
        QCOMPARE(verdicts(countApprovals(asked, std::vector{taken, approved})).last(), both.first());
        taken.at = asked.now + hour;
        QCOMPARE(countApprovals(asked, std::vector{approved, taken}).have, 0);
        // Not by somebody else; and not before it was said.
        auto bens = saidBy(scene.ben, Decision::Withdraw, noon + 1);
        QCOMPARE(countApprovals(asked, std::vector{approved, bens}).have, 1);
        taken.at = noon - 1;
        QCOMPARE(countApprovals(asked, std::vector{approved, taken}).have, 1);
    }

    /// Nobody takes a no away.
    void aRejectionEndsIt()
    {
        const CountScene scene;
        auto asked = scene.question();
        asked.need = 1;
        auto no = saidBy(scene.ben, Decision::Reject, noon);
        no.digest = sampleDigest(0xd2);
        no.explanation = hashOf('0');
        no.policy = hashOf('0');
        asked.initiator = scene.ben.key;
        for (const UnixMillis at : {UnixMillis(0), noon, asked.now + 100 * hour}) {
            no.at = at;
            const std::vector all = {saidBy(scene.anna), no, saidBy(scene.ben, Decision::Withdraw, noon + 2),
                                     saidBy(scene.ben, Decision::Approve, noon + 3)};
            const auto count = countApprovals(asked, all);
            QVERIFY(count.isRejected && !count.isReached());
            QCOMPARE(count.have, 1);
            QVERIFY(count.statements.at(1).counts());
        }
        no.jobId = hashOf('c');
        QVERIFY(!countApprovals(asked, std::vector{no}).isRejected);
    }

    /// Fixed seed: any mixture, in any order.
    void orderDoesNotMatter()
    {
        const CountScene scene;
        auto asked = scene.question();
        std::mt19937 random{7};
        const auto below = [&random](int limit) {
            return std::uniform_int_distribution(0, limit - 1)(random);
        };
        for (int round = 0; round < 300; ++round) {
            std::vector<ApprovalStatement> all;
            for (int i = below(7); i >= 0; --i) {
                const Person& who = below(3) == 0 ? scene.eve : below(2) == 0 ? scene.anna : scene.ben;
                const auto decision = below(9) == 0   ? Decision::Reject
                                      : below(3) == 0 ? Decision::Withdraw
                                                      : Decision::Approve;
                all.push_back(saidBy(who, decision, noon + below(3)));
                if (below(4) == 0) {
                    all.back().digest = sampleDigest(0xd2);
                }
            }
            const auto count = countApprovals(asked, all);
            QVERIFY(count.have <= 2);
            QStringList before = verdicts(count);
            std::ranges::shuffle(all, random);
            const auto shuffled = countApprovals(asked, all);
            QStringList after = verdicts(shuffled);
            before.sort();
            after.sort();
            QCOMPARE(after, before);
            QCOMPARE(shuffled.have, count.have);
            QCOMPARE(shuffled.isRejected, count.isRejected);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalCountTest)
#include "ApprovalCount_test.moc"
