#include "core/inbox/EntryRouter.h"

#include "core/audit/AuditLog.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/IngestorDesk.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

class OneKind final : public EntryHandler
{
public:
    explicit OneKind(std::string_view kind) : m_kind(kind) {}

    bool handles(std::string_view kind) const override { return kind == m_kind; }
    Result<Judgement> take(const FeedItem&, AuditTransaction&) override
    {
        ++m_taken;
        return Judgement{Verdict::Applied, {}, std::nullopt};
    }
    int taken() const { return m_taken; }

private:
    std::string_view m_kind;
    int m_taken = 0;
};

}  // namespace

class EntryRouterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstThatKnowsItTakesIt()
    {
        IngestorDesk desk;
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        OneKind jobs("job");
        OneKind approvals("approval");
        OneKind never("approval");
        EntryRouter router{&jobs, &approvals, &never};
        QVERIFY(router.handles("job") && router.handles("approval") && !router.handles("webhook"));
        QVERIFY(!EntryRouter({}).handles("job"));
        const auto take = [&](std::string_view kind) {
            return audit.commit([&](AuditTransaction& record) {
                return router.take({1, kind, 5, {}}, record);
            });
        };
        QVERIFY(take("approval")->verdict == Verdict::Applied);
        QVERIFY(take("job").has_value());
        QVERIFY(take("approval").has_value());
        QCOMPARE(jobs.taken(), 1);
        QCOMPARE(approvals.taken(), 2);
        QCOMPARE(never.taken(), 0);
        QCOMPARE(take("webhook").error().code, ErrorCode::Internal);
    }
};

COUNTERSIGN_GUILESS_TEST(EntryRouterTest)
#include "EntryRouter_test.moc"
