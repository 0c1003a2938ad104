#include "core/revocation/emergency/SimulatedRevocationApi.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

class SimulatedRevocationApiTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsWhatItIsAskedAbout()
    {
        SimulatedRevocationApi api;
        PendingCallPtr call;
        const auto one = waitFor<RevocationAnswer>(
            [&](auto done) { call = api.revokeWallet("w1", [done](const auto& answer) { done(answer); }); });
        QVERIFY(one.outcome == RevocationOutcome::Revoked);
        QCOMPARE(one.httpStatus, 204);
        const auto set = waitFor<RevocationAnswer>([&](auto done) {
            call = api.revokeShareSet("w1", "s1", [done](const auto& answer) { done(answer); });
        });
        QVERIFY(set.outcome == RevocationOutcome::Revoked);
        const auto many = waitFor<BulkRevocationAnswer>([&](auto done) {
            call = api.revokeWallets({"w1", "w2"}, [done](const auto& answer) { done(answer); });
        });
        QVERIFY(many.whole.outcome == RevocationOutcome::Revoked);
        QCOMPARE(many.results.size(), 2U);
        QCOMPARE(many.results.at(1).walletId, std::string("w2"));
        QVERIFY(many.results.at(0).success && many.results.at(1).success);
    }

    void neverWithinTheCallNorAfterItWasLetGo()
    {
        SimulatedRevocationApi api;
        bool answered = false;
        auto call = api.revokeWallet("w1", [&](const RevocationAnswer&) { answered = true; });
        QVERIFY(!answered);
        call.reset();
        QCoreApplication::processEvents();
        QVERIFY(!answered);
    }

    void theCallbackMayEndTheCall()
    {
        SimulatedRevocationApi api;
        bool answered = false;
        PendingCallPtr call;
        call = api.revokeWallet("w1", [&](const RevocationAnswer&) {
            call.reset();
            answered = true;
        });
        QTRY_VERIFY(answered);
        QVERIFY(call == nullptr);
    }
};

COUNTERSIGN_GUILESS_TEST(SimulatedRevocationApiTest)
#include "SimulatedRevocationApi_test.moc"
