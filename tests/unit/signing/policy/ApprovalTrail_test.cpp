#include "core/signing/policy/ApprovalTrail.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

const std::string ann(64, 'a');
const std::string bob(64, 'b');
const std::string eve(64, 'e');

/// A record of what was said, written entry by entry.
struct SayingScene
{
    ApprovalTrail trail;
    ApprovalTrailTerms terms{{ann, bob}, "p", 1};
    UnixMillis now = 1'000;

    std::string detail(const std::string& who, const std::string& decision, UnixMillis saidAt,
                       const std::string& digest = "0xd1", const std::string& policy = "p")
    {
        return dumpJson({{"decision", decision},
                         {"operator", who},
                         {"digest", digest},
                         {"explanation", "x"},
                         {"policy", policy},
                         {"at", toIso8601(saidAt)},
                         {"statement", "s"},
                         {"wallet", "w"},
                         {"address", "0xcc"}});
    }
    bool hear(const std::string& text, std::string_view job = "j",
              std::string_view kind = "statement.received")
    {
        now += 1'000;
        return trail.take({.seq = now, .at = now, .kind = kind, .subject = job, .detail = text});
    }
    std::size_t count() const { return trail.approvedElsewhere(terms).size(); }
};

}  // namespace

class ApprovalTrailTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void othersApprovalsCountUntilTheyAreTakenBack()
    {
        SayingScene scene;
        QCOMPARE(scene.count(), std::size_t(0));
        QVERIFY(scene.hear(scene.detail(bob, "approve", 10)));
        const auto found = scene.trail.approvedElsewhere(scene.terms);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].jobId, std::string("j"));
        QCOMPARE(found[0].digest, std::string("0xd1"));
        QCOMPARE(found[0].walletId, std::string("w"));
        QCOMPARE(found[0].address, std::string("0xcc"));
        QCOMPARE(found[0].at, scene.now);
        QVERIFY(scene.hear(scene.detail(bob, "withdraw", 20)));
        QCOMPARE(scene.count(), std::size_t(0));
        QVERIFY(scene.hear(scene.detail(bob, "approve", 30)));
        QCOMPARE(scene.count(), std::size_t(1));
        QVERIFY(scene.hear(scene.detail(bob, "reject", 40)));
        QCOMPARE(scene.count(), std::size_t(0));
    }

    /// The order in which it arrives is not that in which it was said.
    void theOrderIsThatOfWhatWasSaid()
    {
        SayingScene scene;
        QVERIFY(scene.hear(scene.detail(bob, "withdraw", 20)));
        QVERIFY(scene.hear(scene.detail(bob, "approve", 10)));
        QCOMPARE(scene.count(), std::size_t(0));
    }

    void strangersCountForNothing()
    {
        SayingScene scene;
        QVERIFY(scene.hear(scene.detail(eve, "approve", 10)));
        QCOMPARE(scene.count(), std::size_t(0));
        scene.terms.operators.push_back(eve);
        QCOMPARE(scene.count(), std::size_t(1));
    }

    /// What this desk signs is in its own record.
    void ownWordsAloneAreNothingOfAnotherDesk()
    {
        SayingScene scene;
        QVERIFY(scene.hear(scene.detail(ann, "approve", 10), "j", "statement.signed"));
        QCOMPARE(scene.count(), std::size_t(0));
    }

    void asManyAsThePolicyAsksAtLeast()
    {
        SayingScene scene;
        scene.terms.fewest = 2;
        QVERIFY(scene.hear(scene.detail(bob, "approve", 10)));
        QCOMPARE(scene.count(), std::size_t(0));
        // Of the same digest, or it is another signature.
        QVERIFY(scene.hear(scene.detail(ann, "approve", 10, "0xd2"), "j", "statement.signed"));
        QCOMPARE(scene.count(), std::size_t(0));
        QVERIFY(scene.hear(scene.detail(ann, "approve", 20), "j", "statement.signed"));
        const auto found = scene.trail.approvedElsewhere(scene.terms);
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].at, scene.now);
        // Of another job it is none.
        QVERIFY(scene.hear(scene.detail(bob, "approve", 10), "k"));
        QCOMPARE(scene.count(), std::size_t(1));
    }

    void underAnotherPolicyFewerMayHaveBeenEnough()
    {
        SayingScene scene;
        scene.terms.fewest = 2;
        QVERIFY(scene.hear(scene.detail(bob, "approve", 10, "0xd1", "an earlier one")));
        QCOMPARE(scene.count(), std::size_t(1));
    }

    void whatCannotBeReadIsTold_data()
    {
        QTest::addColumn<QByteArray>("detail");
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("no object") << QByteArray("[]");
        for (const char* member : {"decision", "operator", "digest", "policy", "at"}) {
            Json json = *parseJson(SayingScene().detail(bob, "approve", 10));
            json.erase(member);
            QTest::addRow("without %s", member) << QByteArray::fromStdString(dumpJson(json));
            json[member] = "odd";
            if (std::string_view(member) == "decision" || std::string_view(member) == "at") {
                QTest::addRow("odd %s", member) << QByteArray::fromStdString(dumpJson(json));
            }
        }
    }

    void whatCannotBeReadIsTold()
    {
        QFETCH(const QByteArray, detail);
        SayingScene scene;
        QVERIFY(!scene.hear(detail.toStdString()));
        QVERIFY(scene.hear(detail.toStdString(), "j", "another.kind"));
        QCOMPARE(scene.count(), std::size_t(0));
    }

    void theFewestThatAPolicyAsks_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<int>("fewest");
        const QByteArray two = R"({"id":"2","when":{"understood":true},"then":{"approvals":2}})";
        const QByteArray three = R"({"id":"3","when":{},"then":{"approvals":3}})";
        const QByteArray block = R"({"id":"b","when":{},"then":{"block":"No."}})";
        QTest::newRow("the built-in one behind it") << two << 1;
        QTest::newRow("all") << three << 3;
        QTest::newRow("the lower one") << two + ',' + three << 2;
        QTest::newRow("not behind the last") << three + ',' + two << 3;
        QTest::newRow("blocked behind it") << two + ',' + block << 2;
    }

    void theFewestThatAPolicyAsks()
    {
        QFETCH(const QByteArray, rules);
        QFETCH(const int, fewest);
        const std::string text = R"({"version":1,"name":"n","rules":[)" + rules.toStdString() + "]}";
        const auto policy = parsePolicy(asBytes(text));
        QVERIFY(policy.has_value());
        const auto terms = ApprovalTrailTerms::of(*policy, {ann});
        QCOMPARE(terms.fewest, fewest);
        QCOMPARE(terms.policy, policy->sha256);
        QCOMPARE(terms.operators, std::vector<std::string>{ann});
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalTrailTest)
#include "ApprovalTrail_test.moc"
