#include "core/signing/policy/SpendingTrail.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

constexpr std::string_view firstDigest = R"({"wallet":"w-1","kind":"evm.message","digest":"0xaa"})";
constexpr std::string_view secondDigest = R"({"wallet":"w-1","kind":"evm.message","digest":"0xbb"})";

/// A record of one job, written entry by entry.
struct TrailScene
{
    SpendingTrail trail;
    UnixMillis now = 100;

    bool take(std::string_view kind, std::string_view detail = firstDigest, std::string_view job = "j")
    {
        return trail.take({.seq = now, .at = now++, .kind = kind, .subject = job, .detail = detail});
    }
    /// Kinds without "job.", with blanks between.
    void takeAll(const std::string& kinds)
    {
        std::size_t begin = 0;
        while (begin < kinds.size()) {
            const std::size_t end = std::min(kinds.find(' ', begin), kinds.size());
            (void)take("job." + kinds.substr(begin, end - begin));
            begin = end + 1;
        }
    }
    std::size_t count() const { return trail.spendings().size(); }
};

}  // namespace

class SpendingTrailTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatMayHaveBeenSignedCounts_data()
    {
        QTest::addColumn<QString>("kinds");
        QTest::addColumn<int>("counted");
        QTest::addColumn<int>("reserved");
        const auto row = [](const char* kinds, int counted, int reserved) {
            QTest::newRow(kinds) << QString::fromLatin1(kinds) << counted << reserved;
        };
        row("received", 0, 0);
        row("received approved", 0, 1);
        row("received approved signing", 0, 1);
        row("received approved signing signed", 1, 0);
        row("received approved signing signed broadcast confirmed", 1, 0);
        row("received approved signing signed broadcast failed", 1, 0);
        row("received approved signing interrupted", 1, 0);
        row("received approved signing interrupted rejected", 1, 0);
        row("received approved signing failed", 1, 0);
        row("received approved failed", 0, 0);
        row("received approved pending", 0, 0);
        row("received approved signing pending", 0, 0);
        row("received approved signing approved", 1, 1);  // nothing said that the first one ended
        row("received approved expired", 0, 0);
        row("received approved withdrawn", 0, 0);
        row("received rejected", 0, 0);
        row("blocked", 0, 0);
        // The same bytes again.
        row("approved signing interrupted approved", 1, 1);
        row("approved signing interrupted approved signing signed", 1, 0);
        row("approved signing interrupted approved interrupted", 1, 0);
        // Whose approval lies before what was read.
        row("signing", 0, 1);
        row("signing signed", 1, 0);
        row("signed", 1, 0);
        row("interrupted", 1, 0);
        row("failed", 0, 0);
        row("prepared somethingElse", 0, 0);
    }

    void whatMayHaveBeenSignedCounts()
    {
        QFETCH(const QString, kinds);
        QFETCH(const int, counted);
        QFETCH(const int, reserved);
        TrailScene scene;
        scene.takeAll(kinds.toStdString());
        QCOMPARE(static_cast<int>(scene.count()), counted);
        QCOMPARE(static_cast<int>(scene.trail.reserved().size()), reserved);
    }

    /// After a crash only a row tells whether a room was entered.
    void whatWasFoundOutAfterACrashIsNoProof()
    {
        TrailScene scene;
        scene.takeAll("approved signing");
        QVERIFY(scene.take("job.pending", R"({"wallet":"w-1","recovered":true})"));
        QCOMPARE(scene.count(), 1U);
        QCOMPARE(scene.trail.spendings().front().digest, std::string("0xaa"));
        // The same bytes are still one effect.
        scene.takeAll("approved signing signed");
        QCOMPARE(scene.count(), 1U);
        QVERIFY(scene.take("job.approved", firstDigest, "other"));
        QVERIFY(scene.take("job.pending", R"({"recovered":true})", "other"));
        QCOMPARE(scene.count(), 1U);
    }

    void keepsWhatWasApproved()
    {
        TrailScene scene;
        scene.takeAll("approved signing signed");
        QCOMPARE(scene.trail.spendings().front(),
                 (Spending{.jobId = "j", .digest = "0xaa", .walletId = "w-1", .approvedAt = 100, .at = 102}));
    }

    /// Another digest may have another effect.
    void eachDigestCountsOnce()
    {
        TrailScene scene;
        scene.takeAll("approved signing interrupted");
        QCOMPARE(scene.trail.moves(), 0);
        QVERIFY(scene.take("job.approved", secondDigest));
        scene.takeAll("signing signed");
        QCOMPARE(scene.count(), 2U);
        QCOMPARE(scene.trail.moves(), 0);
        scene.takeAll("approved signing signed");
        QCOMPARE(scene.count(), 2U);
        QCOMPARE(scene.trail.moves(), 1);
        QCOMPARE(scene.trail.spendings().front().at, 108);
    }

    void tellsOfSeals()
    {
        TrailScene scene;
        QVERIFY(!scene.trail.resealedAt());
        QVERIFY(scene.take("audit.resealed", "{}", ""));
        QCOMPARE(*scene.trail.resealedAt(), 100);
        QVERIFY(scene.take("settings.sealed", "not JSON", ""));
    }

    void anApprovalThatCannotBeReadIsNone()
    {
        TrailScene scene;
        for (const std::string_view detail :
             {"", "[]", "{}", R"({"digest":"0xaa"})", R"({"wallet":"w","digest":5})", R"({"wallet":"w"})"}) {
            QVERIFY(!scene.take("job.approved", detail));
        }
        QCOMPARE(scene.trail.reserved().size(), 0U);
    }
};

COUNTERSIGN_GUILESS_TEST(SpendingTrailTest)
#include "SpendingTrail_test.moc"
